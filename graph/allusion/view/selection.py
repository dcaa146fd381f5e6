"""What of the network a picture shows: which kinds of edge, and how far from the middle.

A network that is a part of a larger one may name the ``kinds`` of edge and the ``tags`` of
language of the whole in its attributes: a reader may choose what happens to be in none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge, Family
from .neighbors import edges_of, entities_of, entity_order, known, usual_families
from .theme import FAMILY_ORDER, KINDS

if TYPE_CHECKING:
    Network = nx.MultiDiGraph[str]

HOPS: Final = (1, 2)
#: So many entities a page can hold.
MOST: Final = 20_000


def check_options(layout: str, hops: int | None, theme: str, scene: str) -> None:
    """Refuse what no picture can be told.

    Raises:
        ParameterError: It says what is allowed.
    """
    allowed: dict[str, tuple[str, Sequence[str]]] = {
        "layout": (layout, ("focus", "network", "timeline", "chain", "scene")),
        "theme": (theme, ("light", "dark", "auto")),
    }
    for name, (value, values) in allowed.items():
        if value not in values:
            near = get_close_matches(value, values, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ParameterError(f"{value!r} is no {name}; {hint}there are: {', '.join(values)}")
    if layout == "chain":
        raise ParameterError(
            "a chain has two ends: ask for the path between two entities; one entity can be "
            "drawn as focus, network, timeline or scene"
        )
    if hops is not None and hops not in HOPS:
        raise ParameterError(f"a picture reaches 1 or 2 hops, not {hops}")
    if scene and layout != "scene":
        raise ParameterError(f"only the layout scene can show one scene, not {layout}")


def check_most(least: int, most: int) -> None:
    """Refuse a page of fewer entities than it must have, or of more than it can.

    Raises:
        ParameterError: It says how many it can have.
    """
    if not least <= most <= MOST:
        raise ParameterError(f"a page holds {least:,} to {MOST:,} entities here, not {most:,}")


def narrowed(network: Network, kinds: Sequence[str]) -> Network:
    """The network with the edges that ``kinds`` name; all of it where they name nothing.

    A name is a family ("reference"), a kind of edge ("name-drop", also "name drop"), or a
    kind of entity ("film"), which keeps the edges with such an entity at either end. Names
    of edges add up, and so do those of entities; an edge must pass both.

    Raises:
        ParameterError: If a name is none of these; it tells the nearest.
    """
    if not kinds:
        return network
    known_kinds = network.graph.get("kinds") or {edge.kind for edge in edges_of(network)}
    of_edges: set[str] = set()
    of_entities: set[str] = set()
    for name in kinds:
        word = name.strip().replace(" ", "-")
        if word in FAMILY_ORDER or word in known_kinds:
            of_edges.add(word)
        elif word in KINDS:
            of_entities.add(word)
        else:
            raise ParameterError(_unknown(name, known_kinds))
    part: Network = nx.MultiDiGraph(**network.graph)
    part.add_nodes_from(network.nodes(data=True))
    for edge in edges_of(network):
        ends = {network.nodes[iri]["entity"].kind for iri in (edge.origin, edge.target)}
        right_kind = not of_edges or bool({edge.family, edge.kind} & of_edges)
        if right_kind and (not of_entities or ends & of_entities):
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def _unknown(name: str, kinds: Collection[str]) -> str:
    every = [*FAMILY_ORDER, *sorted(set(kinds) - set(FAMILY_ORDER)), *KINDS]
    near = get_close_matches(name, every, n=2, cutoff=0.6)
    if near:
        return f"no kind is called {name!r}; did you mean {' or '.join(near)}?"
    return (
        f"no kind is called {name!r}; families: {', '.join(FAMILY_ORDER)}; "
        f"kinds of edge: {', '.join(sorted(kinds))}; kinds of entity: {', '.join(KINDS)}"
    )


def shown_families(network: Network, focus: str, kinds: Sequence[str]) -> Collection[Family]:
    """The families that a picture around ``focus`` shows: all where the reader chose kinds."""
    if kinds:
        return FAMILY_ORDER
    incident: Iterable[Edge] = (
        data["edge"]
        for _, _, data in (
            *network.out_edges(focus, data=True),
            *network.in_edges(focus, data=True),
        )
    )
    return usual_families(network.nodes[focus]["entity"], incident)


def around(network: Network, focus: str, hops: int, families: Collection[Family]) -> Network:
    """What stands at most ``hops`` edges of these families from ``focus``.

    It does not matter which way they point. All such edges among what is found are there;
    nodes come in order of their ``distance``, which is an attribute of theirs, then of year.
    """
    known(network, focus)
    distance = {focus: 0}
    border = [focus]
    for hop in range(1, hops + 1):
        found = {
            other
            for iri in border
            for one, two, data in (
                *network.out_edges(iri, data=True),
                *network.in_edges(iri, data=True),
            )
            if data["edge"].family in families
            for other in (one, two)
            if other not in distance
        }
        border = sorted(found)
        distance |= dict.fromkeys(border, hop)
    part: Network = nx.MultiDiGraph(**network.graph)
    entities = (network.nodes[iri]["entity"] for iri in distance)
    for entity in sorted(entities, key=lambda item: (distance[item.iri], entity_order(item))):
        part.add_node(entity.iri, entity=entity, distance=distance[entity.iri])
    for edge in sorted(edges_of(network), key=lambda item: item.iri):
        if edge.family in families and edge.origin in distance and edge.target in distance:
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def nearest(network: Network, focus: str, most: int, keep: Collection[str] = ()) -> Network:
    """The ``most`` entities that are the fewest edges away from ``focus``, and all between them.

    Of those equally far the best joined come first, and so do they where ``focus`` cannot
    reach enough; ``keep`` are there in any case. A network that is no larger is returned as it
    is; else how many it had stands in the attribute ``of`` of what is returned.

    Raises:
        ParameterError: If ``most`` is more than a page can hold, or less than there is to keep.
    """
    known(network, focus)
    if len(network) <= most <= MOST:
        return network

    def beside(iri: str) -> Iterable[str]:
        return (*network.succ[iri], *network.pred[iri])

    def order(iri: str) -> tuple[int, str]:
        return -network.degree(iri), iri

    kept = chosen(beside, network.degree, focus, most, keep)
    if len(kept) < most:
        rest = sorted(network.nodes - kept.keys(), key=order)
        kept |= dict.fromkeys(rest[: most - len(kept)])
    return cut(network, kept, len(network))


def chosen(
    beside: Callable[[str], Iterable[str]],
    degree: Callable[[str], int],
    focus: str,
    most: int,
    keep: Collection[str] = (),
) -> dict[str, None]:
    """Up to ``most`` entities: ``keep``, then ring by ring around ``focus``, the best joined first.

    ``beside`` gives those that an edge joins to one, ``degree`` how many edges that has.

    Raises:
        ParameterError: As `nearest`.
    """
    check_most(len(kept := dict.fromkeys((focus, *keep))), most)
    border = [focus]
    while border and len(kept) < most:
        beyond = {other for iri in border for other in beside(iri)} - kept.keys()
        room = most - len(kept)
        # Where all have room no order matters, and to find it out may be dear.
        border = (
            list(beyond)
            if len(beyond) <= room
            else sorted(beyond, key=lambda iri: (-degree(iri), iri))[:room]
        )
        kept |= dict.fromkeys(border)
    return kept


def cut(network: Network, kept: Collection[str], whole: int) -> Network:
    """The entities in ``kept`` and all between them, of a graph that has ``whole``."""
    part: Network = nx.MultiDiGraph(**network.graph)
    part.graph["of"] = whole
    part.add_nodes_from((iri, data) for iri, data in network.nodes(data=True) if iri in kept)
    for origin, target, key, data in network.out_edges(part.nodes, keys=True, data=True):
        if target in kept:
            part.add_edge(origin, target, key=key, **data)
    return part


def joined(network: Network, families: Collection[Family], focus: str) -> Network:
    """All that edges of these families join, and the focus."""
    part: Network = nx.MultiDiGraph(**network.graph)
    part.add_node(focus, entity=network.nodes[focus]["entity"])
    for edge in sorted(edges_of(network), key=lambda item: item.iri):
        if edge.family in families:
            for iri in (edge.origin, edge.target):
                part.add_node(iri, entity=network.nodes[iri]["entity"])
            part.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return part


def check_languages(network: Network, languages: Sequence[str]) -> None:
    """Refuse a language in which nothing has a name.

    Raises:
        ParameterError: It tells the tags that there are.
    """
    known_tags = {"en", *network.graph.get("tags", ())}
    for entity in entities_of(network):
        known_tags.update(entity.labels)
    for tag in languages:
        if tag not in known_tags:
            near = get_close_matches(tag, sorted(known_tags), n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ParameterError(
                f"nothing here has a name in {tag!r}; {hint}there are: "
                f"{', '.join(sorted(known_tags))}"
            )
