"""What a store holds, as it says itself: its graphs, and what a push wrote down of them.

A push leaves a graph of its own in the store, in the words of VoID and of SPARQL's
service description: each graph with its number of triples and a checksum, and, when
all were there and counted, the whole. By it a push goes on where it stopped, whoever
runs it and from wherever, and whoever opens the store learns which data it holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ..core.terms import Iri, Literal, expand
from ..core.vocabulary import BASE
from . import Store, select

#: The graph in which a push writes down what it has loaded.
LEDGER: Final = f"{BASE}loaded"
_NAME: Final = "http://www.w3.org/ns/sparql-service-description#name"
_CHECKSUM: Final = "http://spdx.org/rdf/terms#checksumValue"
_TRIPLES: Final = "http://rdfs.org/ns/void#triples"
_VERSION: Final = "http://www.w3.org/ns/dcat#version"
# Answers are read in pages: servers cap their rows, Virtuoso at 10,000 as it comes.
_PAGE: Final = 5000


@dataclass(frozen=True, slots=True)
class Content:
    """One graph: how many triples, and the SHA-256 of its sorted N-Triples in hex."""

    triples: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Whole:
    """The data as a whole: the version of the package, and the digest of the built store."""

    version: str
    digest: str


def count_graphs(store: Store) -> dict[str, int]:
    """The number of triples of every named graph of ``store``."""
    counts: dict[str, int] = {}
    while True:
        rows = select(
            store,
            f"""SELECT ?graph (COUNT(*) AS ?triples) WHERE {{ GRAPH ?graph {{ ?s ?p ?o }} }}
            GROUP BY ?graph ORDER BY ?graph LIMIT {_PAGE} OFFSET {len(counts)}""",
        )
        page = {str(graph): int(str(count)) for graph, count in rows}
        counts |= page
        if len(page) < _PAGE:
            return counts


def read_ledger(store: Store) -> dict[str, Content]:
    """What the last push wrote down of each graph; nothing where there was none."""
    found: dict[str, Content] = {}
    while True:
        rows = select(
            store,
            f"""SELECT ?graph ?triples ?checksum WHERE {{ GRAPH <{LEDGER}> {{
              ?node <{_NAME}> ?graph ; <{_TRIPLES}> ?triples ; <{_CHECKSUM}> ?checksum
            }} }} ORDER BY ?graph LIMIT {_PAGE} OFFSET {len(found)}""",
        )
        page = {str(graph): Content(int(str(n)), str(checksum)) for graph, n, checksum in rows}
        found |= page
        if len(page) < _PAGE:
            return found


def read_whole(store: Store) -> Whole | None:
    """Which data a push has completed in ``store``; None where none has, or one is under way."""
    rows = select(
        store,
        f"""SELECT ?version ?digest WHERE {{ GRAPH <{LEDGER}> {{
          <{LEDGER}> <{_VERSION}> ?version ; <{_CHECKSUM}> ?digest
        }} }} ORDER BY ?version ?digest LIMIT 1""",
    )
    return next((Whole(str(version), str(digest)) for version, digest in rows), None)


def ledger_lines(graphs: Mapping[str, Content], whole: Whole | None = None) -> list[str]:
    """The ledger as N-Triples, a line each."""
    integer = str(expand("xsd:integer"))
    lines = []
    for graph, content in sorted(graphs.items()):
        node = Iri(f"{LEDGER}#{hashlib.sha256(graph.encode()).hexdigest()[:16]}")
        lines += [
            _line(node, _NAME, Iri(graph)),
            _line(node, _TRIPLES, Literal(str(content.triples), datatype=integer)),
            _line(node, _CHECKSUM, Literal(content.checksum)),
        ]
    if whole:
        lines += [
            _line(Iri(LEDGER), _VERSION, Literal(whole.version)),
            _line(Iri(LEDGER), _CHECKSUM, Literal(whole.digest)),
        ]
    return lines


def _line(subject: Iri, predicate: str, value: Iri | Literal) -> str:
    return f"{subject.n3()} {Iri(predicate).n3()} {value.n3()} ."


def difference(store: Store, here: Whole) -> str:
    """Why answers of ``store`` may differ from those of the local data; "" where both are one."""
    there = read_whole(store)
    if there == here:
        return ""
    if there is None:
        return (
            "this store does not say that it holds all of the graph; names, labels and the list of "
            "queries are those of the local data. To load it: allusion push"
        )
    return (
        f"this store holds other data (version {there.version}, {there.digest[:12]}) than is here "
        f"(version {here.version}, {here.digest[:12]}); names, labels and the list of queries are "
        "those of the local data. To load these: allusion push"
    )


def checksum(lines: Iterable[str]) -> str:
    """The SHA-256 of lines, in the order in which they come, in hex."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


__all__ = [
    "LEDGER",
    "Content",
    "Whole",
    "checksum",
    "count_graphs",
    "difference",
    "ledger_lines",
    "read_ledger",
    "read_whole",
]
