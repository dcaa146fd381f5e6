"""The files of the ontology in Turtle, RDF/XML and JSON-LD, each the same graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from rdflib import BNode, Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from ...core.resources import Resources

#: Ending of a file -> its format, as rdflib calls it.
RELEASES: Final = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}

#: The file of the terms is published under the name of the ontology.
_PUBLISHED_AS: Final = {"allusion": "ontology"}


def published_name(path: Path) -> str:
    """The name, without ending, under which a file of the ontology is published."""
    return _PUBLISHED_AS.get(path.stem, path.stem)


def release(resources: Resources) -> dict[str, bytes]:
    """Name of a published file -> its content; the same bytes at every call.

    The Turtle files are the curated ones, byte for byte. The others are written by
    rdflib, which keeps the case of language tags (``zh-Hant``) as Oxigraph does not.
    """
    return dict(_releases(resources))


def _releases(resources: Resources) -> Iterator[tuple[str, bytes]]:
    for path in resources.ontology_files():
        name, graph = published_name(path), _steady(Graph(bind_namespaces="none").parse(path))
        context = {prefix: str(namespace) for prefix, namespace in sorted(graph.namespaces())}
        for ending, form in RELEASES.items():
            if ending == "ttl":
                yield f"{name}.ttl", path.read_bytes()
            elif ending == "jsonld":
                made = json.loads(graph.serialize(format=form, context=context))
                made["@graph"].sort(key=lambda node: str(node["@id"]))
                text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
                yield f"{name}.jsonld", f"{text}\n".encode()
            else:
                yield f"{name}.{ending}", graph.serialize(format=form, encoding="utf-8")


def _steady(graph: Graph) -> Graph:
    """The same graph in sorted order, its blank nodes named by where they hang."""
    names: dict[Node, BNode] = {}
    numbers = count(1)

    def name(node: Node) -> None:
        for _, value in sorted(
            graph.predicate_objects(node), key=lambda pair: (str(pair[0]), _weight(graph, pair[1]))
        ):
            if isinstance(value, BNode) and value not in names:
                names[value] = BNode(f"b{next(numbers)}")
                name(value)

    for subject in sorted({s for s in graph.subjects() if not isinstance(s, BNode)}, key=str):
        name(subject)
    renamed = [tuple(names.get(node, node) for node in triple) for triple in graph]
    # SimpleMemory gives triples back in the order in which they came.
    ordered = Graph(store="SimpleMemory", bind_namespaces="none")
    ordered.bind("rdf", RDF)
    for prefix, namespace in sorted(graph.namespaces()):
        ordered.bind(prefix, namespace)
    for subject, predicate, value in sorted(renamed, key=str):
        ordered.add((subject, predicate, value))
    return ordered


def _weight(graph: Graph, node: Node) -> str:
    """What a node says, through the blank nodes below it: the same however they are called."""
    if not isinstance(node, BNode):
        return node.n3()
    said = (f"{p.n3()} {_weight(graph, o)}" for p, o in graph.predicate_objects(node))
    return f"[{' ; '.join(sorted(said))}]"
