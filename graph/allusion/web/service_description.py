"""Service Description of the endpoint, and the description of its data.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ..core.terms import Blank, Iri, Literal, Term
from ..core.vocabulary import DATASET, GRAPH_DESCRIPTION, PREFIXES
from ..query.results import TripleResult, collect
from ..store.interface import Triple
from .negotiation import TRIPLES

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_A: Final = PREFIXES["rdf"] + "type"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def describe_service(
    endpoint: str, graphs: Mapping[str, int], triples: int, *, writable: bool = False
) -> dict[str, str]:
    """Return the Service Description by format of `negotiation.TRIPLES`.

    Args:
        endpoint: Address of the endpoint.
        graphs: Number of triples of each named graph.
        triples: Number of triples of the default graph.
        writable: Whether the endpoint takes updates.
    """
    found = TripleResult(list(_service(endpoint, graphs, triples, writable=writable)))
    return {form: found.write(form) for form in TRIPLES}


def _service(
    endpoint: str, graphs: Mapping[str, int], triples: int, *, writable: bool
) -> Iterator[Triple]:
    def triple(subject: Term, predicate: str, value: Term) -> Triple:
        return subject, Iri(predicate), value

    def integer(number: int) -> Literal:
        return Literal(str(number), datatype=PREFIXES["xsd"] + "integer")

    service = Iri(endpoint)
    yield triple(service, _A, Iri(_SD + "Service"))
    yield triple(service, _SD + "endpoint", service)
    for language in ("SPARQL11Query", *(["SPARQL11Update"] if writable else [])):
        yield triple(service, _SD + "supportedLanguage", Iri(_SD + language))
    for form in _RESULT_FORMATS:
        yield triple(service, _SD + "resultFormat", Iri(_FORMATS + form))
    dataset, default = Iri(DATASET), Blank("default")
    yield triple(service, _SD + "defaultDataset", dataset)
    yield triple(dataset, _A, Iri(_SD + "Dataset"))
    yield triple(dataset, _VOID + "sparqlEndpoint", service)
    yield triple(dataset, _SD + "defaultGraph", default)
    yield triple(default, _A, Iri(_SD + "Graph"))
    yield triple(default, _VOID + "triples", integer(triples))
    for number, (graph, size) in enumerate(sorted(graphs.items())):
        name, content = Blank(f"named{number}"), Blank(f"graph{number}")
        yield triple(dataset, _SD + "namedGraph", name)
        yield triple(name, _A, Iri(_SD + "NamedGraph"))
        yield triple(name, _SD + "name", Iri(graph))
        yield triple(name, _SD + "graph", content)
        yield triple(content, _A, Iri(_SD + "Graph"))
        yield triple(content, _VOID + "triples", integer(size))


def void_triples(graph: KnowledgeGraph) -> TripleResult:
    """Return the description of the data in VoID and DCAT."""
    where = f"GRAPH <{GRAPH_DESCRIPTION}> {{ ?s ?p ?o }}"
    found = collect(graph.store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}"))
    assert isinstance(found, TripleResult)
    return found
