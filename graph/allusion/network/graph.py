"""The graph as a networkx MultiDiGraph, and its export to GraphML and GEXF.

A node is the IRI of an entity. An edge points in the direction of the statement; its key is
the IRI of the statement. In a network of `read_network` the attribute ``entity`` of a node and
``edge`` of an edge are records; the graph attributes ``scenes`` and ``utterances`` are tuples
of records, ``statements`` has a record of `Entity` for each scene, utterance and relationship by
IRI, ``parts`` the IRIs of the scenes and utterances by the nodes in them, ``version`` is the
version of the graph, ``attribution`` the line below a picture. In a network of `plain_network`
all attributes are text, numbers and truth values, which every format can hold.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from .._version import __version__
from ..core.errors import ParameterError, UnknownName
from ..core.labels import Link
from ..core.model import Edge, Entity, Scene, Utterance
from ..core.terms import xml_text
from ..core.values import year_of
from ..core.vocabulary import DOUBTFUL, FAMILIES
from ..store import Store
from .readers import ReaderContext, read_attribution, read_edges, read_entities, read_scenes

EXPORT_FORMATS: Final = ("graphml", "gexf")
_START_PROPERTIES: Final = ("published", "born", "opened")
_END_PROPERTIES: Final = ("ended", "died", "closed")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_DISPUTED: Final = re.compile('<data key="disputed">(?:True|False)<')


def read_network(
    store: Store, links: Callable[[str], Iterable[Link]], attribution: str | None = None
) -> nx.MultiDiGraph[str]:
    """Read the whole graph of a store.

    Args:
        store: The store.
        links: Returns the external links of an entity by its IRI.
        attribution: Line below a picture; None reads it from the store.

    Returns:
        The network; it is frozen, because cards and pictures share it.
    """
    context = ReaderContext(store)
    edges = read_edges(context)
    ends = (iri for edge in edges for iri in (edge.origin, edge.target))
    entities, statements = read_entities(context, links, ends)
    network = build_network(entities, edges)
    scenes, utterances = read_scenes(context)
    network.graph.update(
        scenes=tuple(scenes),
        utterances=tuple(utterances),
        statements=statements,
        parts=_parts_by_value(statements, (*scenes, *utterances)),
        version=__version__,
        attribution=read_attribution(store) if attribution is None else attribution,
    )
    nx.freeze(network)
    return network


def _parts_by_value(
    statements: Mapping[str, Entity], parts: Iterable[Scene | Utterance]
) -> dict[str, set[str]]:
    """Return node -> IRIs of the scenes and utterances that have it as a value."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for fact in statements[part.iri].facts:
            found[fact.target].add(part.iri)
    return found


def build_network(entities: dict[str, Entity], edges: list[Edge]) -> nx.MultiDiGraph[str]:
    """Build a network of records; edges between unknown entities are left out."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, entity in entities.items():
        network.add_node(iri, entity=entity)
    for edge in edges:
        if edge.origin in entities and edge.target in entities:
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


def get_entity(network: nx.MultiDiGraph[str], iri: str) -> Entity:
    """Return the record of a node.

    Raises:
        UnknownName: If ``iri`` is not a node.
    """
    if iri not in network:
        raise UnknownName(f"{iri!r} is not the IRI of an entity of this network")
    entity: Entity = network.nodes[iri]["entity"]
    return entity


def iter_entities(network: nx.MultiDiGraph[str]) -> Iterator[Entity]:
    """Yield the records of all nodes."""
    for _, data in network.nodes(data=True):
        yield data["entity"]


def iter_edges(network: nx.MultiDiGraph[str]) -> Iterator[Edge]:
    """Yield the records of all edges."""
    for _, _, data in network.edges(data=True):
        yield data["edge"]


def incident_edges(network: nx.MultiDiGraph[str], iri: str) -> Iterator[Edge]:
    """Yield the edges from a node, then those to it; a self-loop comes twice."""
    for _, _, data in network.out_edges(iri, data=True):
        yield data["edge"]
    for _, _, data in network.in_edges(iri, data=True):
        yield data["edge"]


def connection_edges(
    network: nx.MultiDiGraph[str], families: Collection[str] = FAMILIES
) -> list[Edge]:
    """Return the edges of these families that are not doubtful, ordered by IRI."""
    kept = [
        edge
        for edge in iter_edges(network)
        if edge.family in families and edge.certainty != DOUBTFUL
    ]
    return sorted(kept, key=lambda edge: edge.iri)


def plain_network(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return a network of `read_network` with plain attributes instead of the records.

    The attribute ``start`` of a node is the day on which the entity appeared (the first day
    of its year if no day is known); that of an edge is the later start of its two ends. There
    is no end, because an entity can be referred to at any later time; ``ended`` is the end of
    a series or life.
    """
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=network.graph["version"])
    starts: dict[str, str] = {}
    for iri, data in network.nodes(data=True):
        starts[iri] = _start_day(data["entity"])
        plain.add_node(iri, **_node_attributes(data["entity"]), **_non_empty(start=starts[iri]))
    for origin, target, key, data in network.edges(keys=True, data=True):
        start = max(starts[origin], starts[target])
        plain.add_edge(
            origin, target, key=key, **_edge_attributes(data["edge"]), **_non_empty(start=start)
        )
    return plain


def export_network(plain: nx.MultiDiGraph[str], form: str) -> str:
    """Return a network as GraphML or GEXF, for Gephi, Cytoscape and other programs.

    GEXF is dynamic by the attribute ``start``: Gephi shows a timeline.

    Args:
        plain: A network of `plain_network`.
        form: One of `EXPORT_FORMATS`.

    Raises:
        ParameterError: If ``form`` is another format.
    """
    match form:
        case "graphml":
            stream = io.BytesIO()
            nx.write_graphml(plain, stream, named_key_ids=True)
            text = stream.getvalue().decode("utf-8").rstrip("\n") + "\n"
            # networkx writes truth values as Python does.
            return _DISPUTED.sub(lambda found: found[0].lower(), text)
        case "gexf":
            return _gexf(plain.copy())
    raise ParameterError(f"unknown format {form!r}; allowed: {', '.join(EXPORT_FORMATS)}")


def _gexf(plain: nx.MultiDiGraph[str]) -> str:
    """Write GEXF 1.3 with networkx, and correct it to match the schema.

    networkx writes a name of the graph, which GEXF 1.3 does not have, a wrong namespace for
    the location of the schema, and the current date, which would make each file different.
    Source: https://gexf.net/schema.html.
    """
    kinds = {}
    for _, _, key, data in plain.edges(keys=True, data=True):
        data["id"] = key
        kinds[key] = data["kind"]
    writer = GEXFWriter(version="1.3")
    writer.add_graph(plain)
    root = writer.xml
    root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    root.remove(root.find("meta"))
    graph = root.find("graph")
    del graph.attrib["name"]
    for edge in graph.iter("edge"):
        # Gephi merges parallel edges unless their kinds differ.
        edge.set("kind", kinds[edge.get("id")])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue().decode("utf-8").rstrip("\n") + "\n"


def _start_day(entity: Entity) -> str:
    """Return the first day of an entity as xsd:date.

    Of the dates that lie in the year of the entity, the most precise one is used.

    Returns:
        "" if the year is unknown or does not have four digits; the programs that read
        ``start`` accept no other years.
    """
    if entity.year is None or not 0 < entity.year < 10_000:
        return ""
    dates = [
        fact.value
        for fact in entity.facts
        if fact.property in _START_PROPERTIES and year_of(fact.value) == entity.year
    ]
    return _first_day(min(dates, key=lambda date: (-len(date), date), default=f"{entity.year:04}"))


def _first_day(date: str) -> str:
    """Return the first day of a year, a month or a day.

    >>> _first_day("1994"), _first_day("1994-07"), _first_day("1994-07-14")
    ('1994-01-01', '1994-07-01', '1994-07-14')
    """
    found = _DATE.match(date)
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}" if found else date


def _non_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _node_attributes(entity: Entity) -> dict[str, Any]:
    """Return plain attributes; the writers of both formats do not accept None."""
    attributes: dict[str, Any] = {"label": entity.label(), "kind": entity.kind, "type": entity.type}
    attributes |= {f"label_{tag.replace('-', '_')}": text for tag, text in entity.labels.items()}
    attributes = {name: xml_text(text) for name, text in attributes.items()}
    if entity.year is not None:
        attributes["year"] = entity.year
    wikidata = next((link.url for link in entity.links if link.site == "Wikidata"), "")
    ends = (fact.value for fact in entity.facts if fact.property in _END_PROPERTIES)
    return attributes | _non_empty(wikidata=wikidata, ended=max(ends, default=""))


def _edge_attributes(edge: Edge) -> dict[str, Any]:
    return {
        "label": xml_text(edge.phrase),
        "family": edge.family,
        "kind": edge.kind,
        "sentence": xml_text(edge.sentence),
        "certainty": edge.certainty,
        "sources": edge.sources,
        "disputed": edge.disputed,
    }
