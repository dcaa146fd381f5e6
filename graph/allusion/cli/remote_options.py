"""Options of the commands that use the SPARQL endpoint of another engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import FiniteRange
from .output import note

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph


def address_option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Return a decorator that adds an option for an address."""
    return click.option(*names, metavar="URL", **settings)


store_address = address_option(
    "--store", envvar="ALLUSION_STORE", required=True, help="Address for SPARQL queries."
)
timeout_option = click.option(
    "--timeout",
    "timeout_s",
    type=FiniteRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Maximum number of seconds for each request.",
)


def local_graph(data: Path | None) -> KnowledgeGraph:
    """Open the local graph, regardless of ALLUSION_STORE.

    Args:
        data: The value of --data.

    Returns:
        The open graph.

    Raises:
        DataError: The curated files have faults.
    """
    from .. import open_or_build
    from ..core.resources import locate

    return open_or_build(locate(data), note)
