"""Opening of the graph that the options --data, --store and --with select."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .options import STORE, layers
from .output import note

if TYPE_CHECKING:
    from ..core.resources import Resources
    from ..knowledge_graph import KnowledgeGraph
    from ..store.remote import Method

#: Maximum number of names in a note.
_FEW: Final = 5


def open_graph(
    data: Path | None,
    *,
    for_names: bool = False,
    timeout: float | None = None,
    method: Method = "auto",
) -> KnowledgeGraph:
    """Open the graph that --data, --store and --with select; build it if needed.

    Args:
        data: The value of --data.
        for_names: Replace an endpoint by the local store, because an endpoint has no index of
            names. A note reports this.
        timeout: Seconds for all requests to an endpoint, including the comparison of its data
            with the local data.
        method: HTTP method of the requests to an endpoint.

    Returns:
        The open graph.
    """
    from .. import open_or_build
    from ..core.resources import locate
    from .progress import progress

    context = click.get_current_context(silent=True)
    store = context.meta.get(STORE, "disk") if context else "disk"
    if for_names:
        from ..store.factory import is_remote

        if is_remote(store):
            note("an endpoint has no index of names; searched the local store instead")
            store = "disk"
    resources = locate(data)
    with progress() as bar:
        resources = layers().over(resources, store, bar)
        graph = open_or_build(resources, bar, store=store)
    if not graph.executor.is_embedded:
        graph.executor.configure_endpoint(timeout, method)
    if remark := graph.store_difference():
        note(remark)
    if resources.collections:
        _note_missing_ends(resources, graph)
    return graph


def _note_missing_ends(resources: Resources, graph: KnowledgeGraph) -> None:
    """Report what collections name and the graph does not have (any more)."""
    from ..authoring.layers import missing_ends

    if missing := missing_ends(resources, graph.names):
        more = f" and {len(missing) - _FEW:,} more" if len(missing) > _FEW else ""
        note(
            "the collection refers to entities that are not in the graph: "
            f"{', '.join(missing[:_FEW])}{more}; details: allusion check --with FOLDER"
        )
