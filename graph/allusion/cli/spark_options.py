"""Options of the commands that can run on Apache Spark."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..core.errors import ParameterError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_F = TypeVar("_F", bound=Callable[..., Any])


def spark_options(command: _F) -> _F:
    """Add the options --engine, --edges and --master, see `open_edges`."""
    command = click.option(
        "--master", metavar="URL", help="Address of Spark; default: its configuration."
    )(command)
    command = click.option(
        "--edges",
        metavar="TABLE",
        help="With --engine spark: the edges, as allusion export edges writes them, or a Parquet "
        "table with the same columns. A file, a folder or an address.",
    )(command)
    return click.option(
        "--engine",
        type=click.Choice(["here", "spark"]),
        default="here",
        show_default=True,
        help="This machine, or Apache Spark (pip install 'allusion[spark]', and Java) for a graph "
        "that is larger. Names and records come from --store.",
    )(command)


def check_engine(engine: str, edges: str | None, master: str | None) -> None:
    """Check that the options fit together.

    Raises:
        ParameterError: If they do not.
    """
    if engine == "spark" and edges is None:
        raise ParameterError(
            "--engine spark needs --edges TABLE; to write one: allusion export edges -o edges.csv"
        )
    if engine != "spark" and (edges is not None or master is not None):
        name = "--edges" if edges is not None else "--master"
        raise ParameterError(f"{name} needs --engine spark")


def open_edges(edges: str | None, master: str | None) -> AbstractContextManager[DataFrame]:
    """Provide the table of edges, see `allusion.network.spark.edges.read_edges`."""
    from ..network.spark.edges import read_edges

    assert edges is not None
    return read_edges(edges, master)
