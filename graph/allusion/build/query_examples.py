"""The canned queries in the description of the graph, where editors of others look for examples.

Such an editor asks the endpoint for ``sh:SPARQLExecutable`` and ``sh:declare``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..core.terms import Iri, Literal, Term
from ..core.vocabulary import GRAPH_DESCRIPTION
from ..query.catalog import Catalog
from ..query.shacl_executables import executables


def example_quads(catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield the quads that describe the canned queries."""
    graph = ox.NamedNode(GRAPH_DESCRIPTION)
    for subject, predicate, value in executables(catalog).triples:
        assert isinstance(subject, Iri)
        assert isinstance(predicate, Iri)
        yield ox.Quad(
            ox.NamedNode(subject.value), ox.NamedNode(predicate.value), _term(value), graph
        )


def _term(term: Term) -> ox.NamedNode | ox.Literal:
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    if not term.datatype:
        return ox.Literal(term.value)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
