"""Export of a network to GraphML and GEXF, for Gephi, Cytoscape and other programs.

In a network of `plain_network` all attributes are text, numbers and truth values, which every
format can hold.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from ..core.errors import ParameterError
from ..core.model import Edge, Entity
from ..core.terms import xml_text
from ..core.values import year_of

EXPORT_FORMATS: Final = ("graphml", "gexf")
_START_PROPERTIES: Final = ("published", "born", "opened")
_END_PROPERTIES: Final = ("ended", "died", "closed")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_DISPUTED: Final = re.compile('<data key="disputed">(?:True|False)<')


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
