"""Pictures in pages: their links lead to pages of the site, which has their style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal, TypeAlias

import networkx as nx
from markupsafe import Markup

from ..core.errors import ParameterError
from ..core.model import Edge, Entity
from ..core.terms import Iri
from ..core.vocabulary import BASE
from ..network.networkx_graph import get_entity
from ..query.results import Result
from ..view.layout.focus import layout_focus
from ..view.neighbors import find_neighbors
from ..view.options import PictureOptions
from ..view.picture_factory import picture_of_result
from ..view.svg.focus import draw_focus
from ..view.theme import CONNECTION_FAMILIES
from .long_pages import size_of

Network: TypeAlias = "nx.MultiDiGraph[str]"
ResultView = Literal["table", "picture", "timeline"]

#: Bytes of the picture of an entity; a larger one is left out, such as one with very long names.
_MAX_PICTURE: Final = 40_000
#: Neighbors on each side of the picture of an entity.
_NEIGHBORS: Final = 7
#: Rows of an answer with a picture that is not asked for.
_FEW_ROWS: Final = 60


def entity_drawing(network: Network, iri: str, url: Callable[[Entity], str]) -> Markup:
    """Return the focus picture of an entity; "" if it has no neighbors.

    Args:
        network: The entity and its neighbors.
        iri: IRI of the entity.
        url: Returns the address of the page of an entity.
    """
    neighbors = find_neighbors(network, iri)
    if not neighbors:
        return Markup()
    layout = layout_focus(get_entity(network, iri), neighbors, max_neighbors=_NEIGHBORS)
    drawing = _inline(draw_focus(layout, None, url=url))
    return drawing if size_of(drawing) <= _MAX_PICTURE else Markup()


def statement_drawing(
    edges: Iterable[Edge], network: Network, url: Callable[[Entity], str]
) -> Markup:
    """Return the focus picture of the connections in a scene or utterance; "" if there are none.

    Args:
        edges: The connections.
        network: Their ends.
        url: Returns the address of the page of an entity.
    """
    edges = [one for one in edges if one.family in CONNECTION_FAMILIES]
    origins = Counter(edge.origin for edge in edges)
    part: Network = nx.MultiDiGraph(**network.graph)
    for edge in edges:
        if {edge.origin, edge.target} <= set(network):
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=get_entity(network, iri))
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    focus = next((iri for iri, _ in origins.most_common() if iri in part), "")
    return entity_drawing(part, focus, url) if focus else Markup()


def result_views(result: Result, network: Network) -> tuple[ResultView, ...]:
    """Return how a page can show an answer: as a table, and where it has entities as a picture."""
    nodes = {cell.value for row in result.rows for cell in row if isinstance(cell, Iri)}
    entities = [get_entity(network, iri) for iri in nodes if iri in network]
    if any(entity.year is not None for entity in entities):
        return "table", "picture", "timeline"
    if entities or any(iri.startswith(f"{BASE}connection/") for iri in nodes):
        return "table", "picture"
    return ("table",)


def result_drawing(
    result: Result,
    network: Network,
    view: ResultView | None,
    url: Callable[[Entity], str],
    *,
    title: str,
    language: str = "",
) -> Markup:
    """Return the picture of an answer.

    Args:
        result: The answer.
        network: All entities and edges.
        view: What is asked for; None means a picture if it is small.
        url: Returns the address of the page of an entity.
        title: Heading of the picture.
        language: Language tag of the names, or "".

    Raises:
        ParameterError: If nothing in the answer can be drawn, and a picture is asked for.
    """
    options = PictureOptions(
        "timeline" if view == "timeline" else "focus",
        languages=(language, "en") if language else ("en",),
        theme="auto",
        title=title,
        url=url,
        has_style=False,
    )
    if view is None and len(result.rows) > _FEW_ROWS:
        return Markup()
    try:
        picture = picture_of_result(result, network, options, star=view != "timeline")
        drawing = _inline(picture.svg())
    except ParameterError:
        if view is None:
            return Markup()
        raise
    return drawing if view or size_of(drawing) <= _MAX_PICTURE else Markup()


def _inline(drawing: str) -> Markup:
    # Its links are content; an image has none for a screen reader.
    text = drawing.replace('role="img"', 'role="group"', 1)
    return Markup(text)  # noqa: S704 - escaped where it is drawn
