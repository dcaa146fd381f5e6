"""Statements of a node without a card, for its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..core.terms import Iri, Literal, Term
from ..query.serializers import to_text
from ..store.interface import Store, select
from .long_pages import MAX_ITEMS

#: Statements that point to a node, shown on its pages at most.
MAX_INCOMING: Final = 1_000


def statements_of(store: Store, iri: str, label: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the statements about a node, each with the sources that state it."""
    query = f"""SELECT ?p ?o ?g WHERE {{ GRAPH ?g {{ <{iri}> ?p ?o }} }} ORDER BY ?p ?o ?g"""
    rows: dict[tuple[Term | None, Term | None], list[str]] = {}
    for property_, value, graph in select(store, query):
        rows.setdefault((property_, value), []).append(str(graph))
    return [
        {
            "property": str(property_),
            "property_label": _local_name(str(property_)),
            "target": value.value if isinstance(value, Iri) else "",
            "text": label(value.value) if isinstance(value, Iri) else to_text(value),
            "language": value.language if isinstance(value, Literal) else "",
            "sources": [{"iri": graph, "label": label(graph)} for graph in dict.fromkeys(graphs)],
        }
        for (property_, value), graphs in rows.items()
    ]


def incoming_of(
    store: Store, iri: str, label: Callable[[str], str]
) -> tuple[list[dict[str, Any]], bool]:
    """Return the statements that point to a node, and whether there are more."""
    query = (
        f"SELECT DISTINCT ?s ?p WHERE {{ ?s ?p <{iri}> FILTER(isIRI(?s)) }} "
        f"ORDER BY ?p ?s LIMIT {MAX_INCOMING + 1}"
    )
    rows = [
        {"iri": str(subject), "label": label(str(subject)),
         "property": _local_name(str(property_))}
        for subject, property_ in select(store, query)
    ]  # fmt: skip
    return rows[:MAX_INCOMING], len(rows) > MAX_INCOMING


def stated_by(
    store: Store, iri: str, label: Callable[[str], str]
) -> tuple[list[dict[str, Any]], int]:
    """Return the first `MAX_ITEMS` statements in the graph of a source, and the number of all."""
    [(count,)] = select(store, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")
    query = f"SELECT ?s ?p ?o {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} LIMIT {MAX_ITEMS}"
    rows = [
        {
            "iri": str(subject),
            "label": label(str(subject)),
            "property": _local_name(str(property_)),
            "target": value.value if isinstance(value, Iri) else "",
            "text": label(value.value) if isinstance(value, Iri) else to_text(value),
        }
        for subject, property_, value in select(store, query)
    ]
    return sorted(rows, key=lambda row: (row["iri"], row["property"])), int(str(count))


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]
