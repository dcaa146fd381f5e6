"""A small network to draw, with everything a picture must be able to show.

All families of edges, names in five scripts, several edges between the same two,
an edge from a work to itself, a disputed connection, an unsure Wikidata item, a
film with more neighbors than fit. What it is made of stands in ``sample_records``.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import networkx as nx
from sample_records import (
    all_edges,
    all_entities,
    all_scenes,
    all_utterances,
    edge_of,
    entity_of,
)

PAYLOADS = (
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${alert(1)}",
    "<!--<script>",
    "]]></style><script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "\u2028\u2029</title><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "\u202egnirts desrever",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=https://example.com/><link rel=stylesheet href=//example.com/x.css>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "url(https://example.com/x.png)",
    'https://example.com/"onclick="alert(1)',
    "__proto__",
    "constructor",
    "\x00\x1b[31m null and escape",
    '=HYPERLINK("https://example.com/","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "vbscript:msgbox(1)",
    "blob:https://example.com/x",
    "https://example.com/\u202e//moc.elpmaxe",
    "<template><script>alert(1)</script></template>",
    "<style>@import 'https://example.com/x.css';</style>",
    "${alert(1)}`${alert(1)}`",
    "<use href=data:image/svg+xml,<svg/onload=alert(1)>>",
    "#/network/%00?kinds=__proto__&hide=constructor",
    "</textarea><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "<foreignObject><iframe src=javascript:alert(1)>",
    "../../etc/passwd",
)


def sample() -> nx.MultiDiGraph[str]:
    """Chungking Express and what surrounds it."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for entity in all_entities():
        network.add_node(entity.iri, entity=entity)
    for edge in all_edges():
        network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    network.graph.update(scenes=all_scenes(), utterances=all_utterances(), version="0.0.1")
    network.graph["attribution"] = "Films of the sample · CC0 1.0"
    return network


def doubtful(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The same network, in which a doubtful connection leads to Akai and all others are explicit."""
    made = network.copy()
    for _, target, data in made.edges(data=True):
        certainty = "doubtful" if "akai" in target else "explicit"
        data["edge"] = dataclasses.replace(data["edge"], certainty=certainty)
    return made


def hub(count: int) -> nx.MultiDiGraph[str]:
    """One actor named by ``count`` films."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    star = entity_of("person/star", "Person", {"en": "A Star"}, 1950)
    network.add_node(star.iri, entity=star)
    for number in range(count):
        film = entity_of(
            f"film/film-{number:04}", "Film", {"en": f"Film {number}"}, 1960 + number % 60
        )
        network.add_node(film.iri, entity=film)
        edge = edge_of(
            f"hub-{number}",
            f"film/film-{number:04}",
            "person/star",
            "reference",
            "name-drop",
            "names",
        )
        network.add_edge(film.iri, star.iri, key=edge.iri, edge=edge)
    return network


def hostile(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The same network with an attack in every field that is text."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number, iri in enumerate(network):
        entity = _attack(network.nodes[iri]["entity"], number, keep={"iri", "kind"})
        made.add_node(iri, entity=entity)
    keep = {"iri", "origin", "target", "family"}
    for number, edge in enumerate(data["edge"] for _, _, data in network.edges(data=True)):
        attacked = _attack(edge, number, keep=keep)
        made.add_edge(edge.origin, edge.target, key=edge.iri, edge=attacked)
    keep = {
        "iri",
        "work",
        "scene",
        "speaker",
        "place",
        "order",
        "features",
        "reports",
        "connections",
    }
    for told in ("scenes", "utterances"):
        made.graph[told] = tuple(
            _attack(one, number, keep=keep)
            for number, one in enumerate(network.graph.get(told, ()))
        )
    made.graph["version"] = PAYLOADS[2]
    return made


def _attack(value: Any, number: int, keep: frozenset[str] | set[str] = frozenset()) -> Any:
    if isinstance(value, str):
        return PAYLOADS[number % len(PAYLOADS)]
    if isinstance(value, tuple):
        return tuple(_attack(item, number + index) for index, item in enumerate(value))
    if isinstance(value, dict):
        return {key: _attack(item, number + 3) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _attack(getattr(value, field.name), number + index)
            for index, field in enumerate(dataclasses.fields(value))
            if field.name not in keep
        }
        return dataclasses.replace(value, **changed)
    return value
