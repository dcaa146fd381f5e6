"""The graph as a networkx MultiDiGraph, for chains, pictures and exchange formats.

A node is the IRI of an entity; an edge runs from what refers to what is referred to,
and its key is the IRI of the statement. `read_network` gives each its record, in the
attribute ``entity`` or ``edge``; ``network.graph`` then holds ``scenes`` and
``utterances``, tuples of records, and the ``version`` of the graph. `plain_network`
gives attributes of text, numbers and truth values, which every format can hold.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from .._version import __version__
from ..core.errors import ParameterError
from ..core.labels import Link
from ..core.model import Edge, Entity
from ..core.terms import xml_text, year_of
from ..core.vocabulary import FAMILIES
from ..store import Store
from .readers import Ground, read_edges, read_entities, read_scenes

EXCHANGE_FORMATS: Final = ("graphml", "gexf")
_BEGIN: Final = ("published", "born", "opened")
_END: Final = ("ended", "died", "closed")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_DISPUTED: Final = re.compile('<data key="disputed">(?:True|False)<')
#: The certainty of a connection that joins nothing: no chain walks it, no measure counts it.
DOUBTFUL = "doubtful"


def read_network(store: Store, links: Callable[[str], Iterable[Link]]) -> nx.MultiDiGraph[str]:
    """All that a store has, frozen; ``links`` are the ways out of one entity."""
    ground = Ground(store)
    network = project(read_entities(ground, links), read_edges(ground))
    scenes, utterances = read_scenes(ground)
    network.graph.update(scenes=tuple(scenes), utterances=tuple(utterances), version=__version__)
    nx.freeze(network)  # shared by every card and picture
    return network


def project(entities: dict[str, Entity], edges: list[Edge]) -> nx.MultiDiGraph[str]:
    """Entities as nodes and statements as edges; entities without any edge are nodes too.

    An edge whose ends are not both in ``entities`` is left out.
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, entity in entities.items():
        network.add_node(iri, entity=entity)
    for edge in edges:
        if edge.origin in entities and edge.target in entities:
            network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    return network


def connections(network: nx.MultiDiGraph[str], families: Collection[str] = FAMILIES) -> list[Edge]:
    """The edges of these families that are not in doubt, in the order of their IRIs."""
    found = (data["edge"] for _, _, data in network.edges(data=True))
    kept = [edge for edge in found if edge.family in families and edge.certainty != DOUBTFUL]
    return sorted(kept, key=lambda edge: edge.iri)


def plain_network(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return a network of `read_network` with plain attributes in place of the records.

    Both nodes and edges have ``start``, the day from which a thing is there (the first of
    its year where no day is known); an edge is there from the later of its two ends on.
    Nothing has an end, for what has appeared can be referred to ever after; ``ended`` is
    when a series or a life did.
    """
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=network.graph["version"])
    starts: dict[str, str] = {}
    for iri, data in network.nodes(data=True):
        starts[iri] = _start(data["entity"])
        plain.add_node(iri, **_node_attributes(data["entity"]), **_known(start=starts[iri]))
    for origin, target, key, data in network.edges(keys=True, data=True):
        start = max(starts[origin], starts[target])
        plain.add_edge(
            origin, target, key=key, **_edge_attributes(data["edge"]), **_known(start=start)
        )
    return plain


def exchange(plain: nx.MultiDiGraph[str], form: str) -> str:
    """Return a network of `plain_network` as GraphML or GEXF, as Gephi and Cytoscape read it.

    GEXF is dynamic by ``start``: Gephi shows a timeline.

    Raises:
        ParameterError: If ``form`` is neither.
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
    raise ParameterError(f"{form!r} is not one of: {', '.join(EXCHANGE_FORMATS)}")


def _gexf(plain: nx.MultiDiGraph[str]) -> str:
    """GEXF 1.3 by networkx, put right where its schema asks for something else.

    Source: https://gexf.net/schema.html. networkx writes a name of the graph, which 1.3 has
    not, a wrong namespace for the schema's place, and today's date, by which the same graph
    would never be the same file twice.
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
        # Gephi makes parallel edges one unless they are of different kinds.
        edge.set("kind", kinds[edge.get("id")])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue().decode("utf-8").rstrip("\n") + "\n"


def _start(entity: Entity) -> str:
    """Return the day of an entity's year that a fact names, as xsd:date.

    It is "" where no year is known, and where the year has not four digits: the programs
    that read ``start`` know no other.
    """
    if entity.year is None or not 0 < entity.year < 10_000:
        return ""
    days = [
        fact.value
        for fact in entity.facts
        if fact.property in _BEGIN and year_of(fact.value) == entity.year
    ]
    # The most exact one, and of several the first.
    return _day(min(days, key=lambda day: (-len(day), day), default=f"{entity.year:04}"))


def _day(date: str) -> str:
    """A year, a month or a day as a day: the first.

    >>> _day("1994"), _day("1994-07"), _day("1994-07-14")
    ('1994-01-01', '1994-07-01', '1994-07-14')
    """
    found = _DATE.match(date)
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}" if found else date


def _known(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _node_attributes(entity: Entity) -> dict[str, Any]:
    """What the formats can hold; their writers reject None, so unknown years are left out."""
    known: dict[str, Any] = {"label": entity.label(), "kind": entity.kind, "type": entity.type}
    known |= {f"label_{tag.replace('-', '_')}": text for tag, text in entity.labels.items()}
    known = {name: xml_text(text) for name, text in known.items()}
    if entity.year is not None:
        known["year"] = entity.year
    wikidata = next((link.url for link in entity.links if link.site == "Wikidata"), "")
    ended = max((fact.value for fact in entity.facts if fact.property in _END), default="")
    return known | _known(wikidata=wikidata, ended=ended)


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
