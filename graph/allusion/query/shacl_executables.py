"""Canned queries as SHACL executables, the form in which query editors read examples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..core.terms import Iri, Literal
from ..core.vocabulary import BASE, PREFIXES
from ..store.interface import Triple
from .catalog import CannedQuery, Catalog, without_header
from .parameter_schemas import parameter_text
from .results import TripleResult

_SH: Final = "http://www.w3.org/ns/shacl#"
_SCHEMA: Final = "https://schema.org/"


def executables(catalog: Catalog) -> TripleResult:
    """Return the catalog as RDF, with a ``sh:SPARQLSelectExecutable`` per query.

    Each parameter is a ``sh:Parameter``; its default is in the ``VALUES`` block of the text. Query
    editors read examples in this form. The prefixes are in the text of each query and in
    ``sh:declare``.

    Source: https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    prefixes = Iri(f"{BASE}query/prefixes")
    triples = [
        triple
        for query in catalog.queries.values()
        for triple in _executable_triples(query, prefixes)
    ]
    used = {name for query in catalog.queries.values() for name in _declared_prefixes(query)}
    any_uri = PREFIXES["xsd"] + "anyURI"
    for name in sorted(used):
        node = Iri(f"{prefixes.value}/{name}")
        triples += [
            (prefixes, Iri(_SH + "declare"), node),
            (node, Iri(_SH + "prefix"), Literal(name)),
            (node, Iri(_SH + "namespace"), Literal(PREFIXES[name], datatype=any_uri)),
        ]
    return TripleResult(triples)


def _declared_prefixes(query: CannedQuery) -> list[str]:
    return re.findall(r"^PREFIX ([\w-]+):", query.sparql, re.MULTILINE)


def _executable_triples(query: CannedQuery, prefixes: Iri) -> Iterable[Triple]:
    node = Iri(f"{BASE}query/{query.name}")
    yield node, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "SPARQLExecutable")
    yield node, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "SPARQLSelectExecutable")
    yield node, Iri(PREFIXES["rdfs"] + "label"), Literal(query.name)
    # Query editors display the comment as the question.
    yield node, Iri(PREFIXES["rdfs"] + "comment"), Literal(query.summary, language="en")
    if query.description:
        description = Literal(query.description, language="en")
        yield node, Iri(PREFIXES["dcterms"] + "description"), description
    yield node, Iri(_SH + "prefixes"), prefixes
    yield node, Iri(_SH + "select"), Literal(without_header(query.sparql))
    for word in query.keywords:
        yield node, Iri(_SCHEMA + "keywords"), Literal(word)
    for parameter in query.parameters:
        name = Iri(f"{node.value}/{parameter.name}")
        yield node, Iri(_SH + "parameter"), name
        yield name, Iri(PREFIXES["rdf"] + "type"), Iri(_SH + "Parameter")
        yield name, Iri(_SH + "path"), name
        yield name, Iri(_SH + "name"), Literal(parameter.name)
        description = Literal(parameter_text(parameter), language="en")
        yield name, Iri(_SH + "description"), description
        yield name, Iri(_SH + "optional"), Literal("true", datatype=PREFIXES["xsd"] + "boolean")
