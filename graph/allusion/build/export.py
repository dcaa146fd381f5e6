"""Export of the whole graph in RDF formats, sorted.

Labels of blank nodes (lists of the ontology) differ between builds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from ..core.errors import ParameterError
from ..core.terms import canonical_tags
from ..core.vocabulary import DESCRIPTION_PREFIXES, PREFIXES
from ..query.jsonld import compact
from ..query.rdf_xml import rdf_xml
from ..store.default_graph import default_quads, statements
from .void import describe

RDF_FORMATS: Final = ("ttl", "trig", "nq", "nt", "rdf", "jsonld")


def dump(store: ox.Store, form: str) -> str:
    """Serialize all statements of a store.

    Args:
        store: The store.
        form: "nq" and "trig" contain the named graphs, and the triples that are only in the
            default graph. "ttl", "nt", "rdf" (RDF/XML) and "jsonld" (compact, with the
            context of the project) contain the triples of the default graph.

    Raises:
        ParameterError: If ``form`` is not one of `RDF_FORMATS`, or "rdf" cannot represent
            the data.
    """
    match form:
        case "nq":
            return _serialize(_quads(store), ox.RdfFormat.N_QUADS)
        case "trig":
            return _serialize(_quads(store), ox.RdfFormat.TRIG)
        case "ttl":
            return _serialize(_triples(store), ox.RdfFormat.TURTLE)
        case "nt":
            return _serialize(_triples(store), ox.RdfFormat.N_TRIPLES)
        case "rdf":
            return rdf_xml(_triples(store), PREFIXES)
        case "jsonld":
            return "".join(compact(_triples(store)))
    raise ParameterError(f"{form!r} is not one of: {', '.join(RDF_FORMATS)}")


def dump_description(store: ox.Store) -> str:
    """Serialize the VoID and DCAT description of a store as Turtle."""
    triples = [quad.triple for quad in describe(store)]
    nodes = {node for t in triples for node in (t.subject, t.predicate, t.object)}
    nodes |= {node.datatype for node in nodes if isinstance(node, ox.Literal)}
    used = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    prefixes = {
        prefix: namespace
        for prefix, namespace in sorted({**PREFIXES, **DESCRIPTION_PREFIXES}.items())
        if any(iri.startswith(namespace) for iri in used)
    }
    return _serialize(triples, ox.RdfFormat.TURTLE, prefixes)


def _quads(store: ox.Store) -> list[ox.Quad]:
    return sorted(
        statements(store),
        key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)),
    )


def _triples(store: ox.Store) -> list[ox.Triple]:
    return sorted((quad.triple for quad in default_quads(store)), key=str)


def _serialize(
    items: Iterable[ox.Quad] | Iterable[ox.Triple],
    form: ox.RdfFormat,
    prefixes: dict[str, str] | None = None,
) -> str:
    data = ox.serialize(items, format=form, prefixes=prefixes or PREFIXES)
    return canonical_tags((data or b"").decode("utf-8"))
