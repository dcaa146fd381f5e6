"""Serialize the files of the ontology as Turtle, RDF/XML and JSON-LD."""

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

#: File suffix -> name of the format in rdflib.
SERIALIZATIONS: Final = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}

#: File name -> published name, where they differ.
_PUBLISHED_AS: Final = {"allusion": "ontology"}


def published_name(path: Path) -> str:
    """Return the published name of a file of the ontology, without suffix."""
    return _PUBLISHED_AS.get(path.stem, path.stem)


def published_files(resources: Resources) -> dict[str, bytes]:
    """Return the content of each published file by name; the same bytes at every call.

    Turtle files are copies of the curated files. The others are written with rdflib because
    it preserves the case of language tags (``zh-Hant``); Oxigraph does not.
    """
    return dict(_serialize_files(resources))


def _serialize_files(resources: Resources) -> Iterator[tuple[str, bytes]]:
    for path in resources.ontology_files():
        name, graph = (
            published_name(path),
            _canonical_copy(Graph(bind_namespaces="none").parse(path)),
        )
        context = {prefix: str(namespace) for prefix, namespace in sorted(graph.namespaces())}
        for ending, form in SERIALIZATIONS.items():
            if ending == "ttl":
                yield f"{name}.ttl", path.read_bytes()
            elif ending == "jsonld":
                made = json.loads(graph.serialize(format=form, context=context))
                made["@graph"].sort(key=lambda node: str(node["@id"]))
                text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
                yield f"{name}.jsonld", f"{text}\n".encode()
            else:
                yield f"{name}.{ending}", graph.serialize(format=form, encoding="utf-8")


def _canonical_copy(graph: Graph) -> Graph:
    """Copy a graph with sorted triples and stable blank node names.

    The names depend only on the structure of the graph.
    """
    names: dict[Node, BNode] = {}
    numbers = count(1)

    def assign_names(node: Node) -> None:
        for _, value in sorted(
            graph.predicate_objects(node),
            key=lambda pair: (str(pair[0]), _structure(graph, pair[1])),
        ):
            if isinstance(value, BNode) and value not in names:
                names[value] = BNode(f"b{next(numbers)}")
                assign_names(value)

    for subject in sorted({s for s in graph.subjects() if not isinstance(s, BNode)}, key=str):
        assign_names(subject)
    renamed = [tuple(names.get(node, node) for node in triple) for triple in graph]
    # SimpleMemory keeps the order of insertion.
    ordered = Graph(store="SimpleMemory", bind_namespaces="none")
    ordered.bind("rdf", RDF)
    for prefix, namespace in sorted(graph.namespaces()):
        ordered.bind(prefix, namespace)
    for subject, predicate, value in sorted(renamed, key=str):
        ordered.add((subject, predicate, value))
    return ordered


def _structure(graph: Graph, node: Node) -> str:
    """Return the description of a blank node as text without blank node names."""
    if not isinstance(node, BNode):
        return node.n3()
    triples = (f"{p.n3()} {_structure(graph, o)}" for p, o in graph.predicate_objects(node))
    return f"[{' ; '.join(sorted(triples))}]"
