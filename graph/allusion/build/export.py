"""The whole graph in RDF formats, sorted.

The few blank nodes (lists of the ontology) are named anew at each build.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from .void import describe
from ..core.errors import ParameterError
from ..core.terms import canonical_tags
from ..core.vocabulary import DESCRIPTION_PREFIXES, PREFIXES

RDF_FORMATS: Final = ("ttl", "trig", "nq", "jsonld")


def dump(store: ox.Store, form: str) -> str:
    """Every quad of ``store``; "ttl" and "jsonld" hold the union without graph names.

    :raises ParameterError: if ``form`` is not one of `RDF_FORMATS`.
    """
    quads = sorted(
        store, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object))
    )
    union = list(dict.fromkeys(quad.triple for quad in sorted(quads, key=lambda q: str(q.triple))))
    match form:
        case "nq":
            return _text(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
        case "trig":
            return _text(ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES))
        case "ttl":
            return _text(ox.serialize(union, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES))
        case "jsonld":
            return _text(ox.serialize(union, format=ox.RdfFormat.JSON_LD, prefixes=PREFIXES)) + "\n"
    raise ParameterError(f"{form!r} is not one of: {', '.join(RDF_FORMATS)}")


def dump_description(store: ox.Store) -> str:
    """The VoID and DCAT description of ``store`` in Turtle, the dataset before its parts."""
    triples = [quad.triple for quad in describe(store)]
    nodes = {node for t in triples for node in (t.subject, t.predicate, t.object)}
    nodes |= {node.datatype for node in nodes if isinstance(node, ox.Literal)}
    used = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    prefixes = {
        prefix: namespace
        for prefix, namespace in sorted({**PREFIXES, **DESCRIPTION_PREFIXES}.items())
        if any(iri.startswith(namespace) for iri in used)
    }
    return _text(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes))


def _text(data: bytes | None) -> str:
    return canonical_tags((data or b"").decode("utf-8"))
