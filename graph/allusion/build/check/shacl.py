"""SHACL validation with the shapes of ontology/shapes.ttl, by pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from ...core.errors import Fault
from ...core.resources import Resources
from ...core.terms import shorten
from ...core.vocabulary import ONTOLOGY
from ..turtle import CuratedFile, quiet_rdflib, statements
from .structure import file_states

_SHAPE: Final = "see the shape in ontology/shapes.ttl; SHACL: https://www.w3.org/TR/shacl/"
#: Shapes that a collection need not fulfill: it may be in another language, and may lack what no
#: source gives (a place, a sentence, an address). `allusion gaps` lists what is missing.
_CURATED_ONLY: Final = frozenset(
    f"{ONTOLOGY}/shapes#{name}"
    for name in ("EvidencePlace", "SourceAddress", "description-english", "label")
)
_PULLED: Final = "correct the item in Wikidata, then run: allusion wikidata pull --refresh; "


def shacl_faults(resources: Resources, files: list[CuratedFile]) -> Iterator[Fault]:
    """Yield one fault for each validation result.

    Its code is the name of the shape after "shacl-". It has the file of the statement with the
    invalid value, else a file of the focus node. For faults in the Wikidata snapshot, the fix is
    a change in Wikidata. With collections, only the nodes that their statements name are
    validated, within the whole graph.
    """
    data = _graph(file.data() for file in files if file.collection)
    own = data.all_nodes()
    data += _graph(file.data() for file in files if not file.collection)
    paths = resources.ontology_files()
    ontology = _graph_of_files(file_states(path for path in paths if path.stem != "shapes"))
    shapes = _graph_of_files(file_states(path for path in paths if path.stem == "shapes"))
    if own:
        shapes = rdflib.Graph(bind_namespaces="none") + shapes
        _target_only(own, shapes, data, ontology)
    with quiet_rdflib():
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, ont_graph=ontology, advanced=False, inference="none"
        )
    if not isinstance(report, rdflib.Graph):
        raise TypeError("pySHACL gave no report graph")
    home: dict[tuple[str, ...], CuratedFile] = {}
    for place, said in reversed(list(statements(files))):
        home[(said.subject.value,)] = place
        home[said.subject.value, said.predicate.value, said.object.value] = place
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape = str(report.value(result, SH.sourceShape))
        focus = report.value(result, SH.focusNode)
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        message = report.value(result, SH.resultMessage)
        # A property path (an alternative, an inverse) is a blank node.
        predicate = ox.NamedNode(str(path)) if isinstance(path, rdflib.URIRef) else None
        file = home.get((str(focus), str(path), str(value))) or home.get((str(focus),))
        if file and file.collection and shape in _CURATED_ONLY:
            continue
        shown = f" {shorten(str(value))!r}" if value is not None else ""
        where = f"{shorten(predicate.value)}{shown}: " if predicate else ""
        yield Fault(
            file.name if file else "(built graph)",
            file.line_of(ox.NamedNode(str(focus)), predicate) if file else 0,
            shorten(str(focus)),
            f"{where}{message}",
            (_PULLED if file and file.path.parent == resources.snapshot else "") + _SHAPE,
            f"shacl-{shape.rpartition('#')[2]}",
        )


def _target_only(
    nodes: set[Node], shapes: rdflib.Graph, data: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    """Restrict the targets of ``shapes`` to ``nodes``.

    The option ``focus_nodes`` of pySHACL would not do: it skips the values of properties too.
    """
    for shape, target in list(shapes.subject_objects(SH.targetClass)):
        shapes.remove((shape, SH.targetClass, target))
        for kind in ontology.transitive_subjects(RDFS.subClassOf, target):
            for node in nodes.intersection(data.subjects(RDF.type, kind)):
                shapes.add((shape, SH.targetNode, node))


@lru_cache(maxsize=4)
def _graph_of_files(states: tuple[tuple[Path, int], ...]) -> rdflib.Graph:
    """Return the graph of files; it is kept for the next check until a file changes."""
    return _graph(path.read_bytes() for path, _ in states)


def _graph(texts: Iterable[bytes]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    with quiet_rdflib():
        for text in texts:
            graph.parse(data=text, format="turtle")
    return graph
