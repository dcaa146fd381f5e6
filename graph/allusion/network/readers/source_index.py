"""Read English labels and sources, and index the evidence for connections and claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ...core.model import Evidence
from ...core.vocabulary import GRAPH_INFERRED
from ...store import Store
from .rows import Record, group_records, in_english, select_records

_NAMES: Final = "rdfs:label|skos:prefLabel|dcterms:title"
_LABELS = f"""
SELECT ?thing ?label WHERE {{
  ?thing {_NAMES} ?label
  {in_english("?thing", _NAMES, "?label")}
}} ORDER BY ?thing STR(?label)"""

_CREATOR: Final = in_english("?agent", "rdfs:label", "?creator")
_SOURCES = f"""
SELECT ?source ?title ?author ?creator ?issued ?url WHERE {{
  ?source a al:Source .
  OPTIONAL {{ ?source dcterms:title ?title }}
  OPTIONAL {{ ?source al:author ?author }}
  OPTIONAL {{ ?source dcterms:creator ?agent . ?agent rdfs:label ?creator
             {_CREATOR} }}
  OPTIONAL {{ ?source dcterms:issued ?issued }}
  OPTIONAL {{ ?source al:url ?url }}
}} ORDER BY ?source STR(?title) STR(?author) STR(?creator) STR(?issued) ?url"""

# A passage, its position and paraphrase; {which} selects passages and their statements.
_PARAPHRASE: Final = in_english("?evidence", "dcterms:description", "?paraphrase")
_PASSAGES: Final = """
SELECT ?about ?evidence ?source ?stance ?paraphrase ?paragraph ?start ?end ?locator WHERE {{
  {which}
  OPTIONAL {{ ?evidence dcterms:description ?paraphrase {paraphrase} }}
  OPTIONAL {{ ?evidence al:paragraph ?paragraph }}
  OPTIONAL {{ ?evidence al:startOffset ?start }}
  OPTIONAL {{ ?evidence al:endOffset ?end }}
  OPTIONAL {{ ?evidence al:locator ?locator }}
}} ORDER BY ?about ?evidence ?source ?stance STR(?paraphrase) ?start STR(?locator)"""

_EVIDENCE: Final = _PASSAGES.format(
    which="""?about al:evidence ?evidence .
  ?evidence al:source ?source .
  OPTIONAL { ?evidence al:stance ?stance }""",
    paraphrase=_PARAPHRASE,
)

# The evidence for a claim that disputes a statement is evidence against that statement.
_AGAINST: Final = _PASSAGES.format(
    which="""?rival al:disputes ?about ; al:evidence ?evidence .
  ?evidence al:source ?source .
  FILTER NOT EXISTS { ?evidence al:stance stance:disputes }
  FILTER NOT EXISTS {
    ?about al:evidence ?own . ?own al:source ?source ; al:stance stance:disputes
  }
  BIND(stance:disputes AS ?stance)""",
    paraphrase=_PARAPHRASE,
)

# The sources whose named graphs contain the sentence of a statement.
_SENTENCE_SOURCES: Final = """
SELECT DISTINCT ?about ?source WHERE {
  ?about al:evidence ?evidence .
  GRAPH ?source { ?about dcterms:description ?text }
} ORDER BY ?about ?source"""


class ReaderContext:
    """A store with the data that all readers need, read once.

    Attributes:
        store: The store.
        sources: The sources and their evidence.
        labels: Label, preferred label or title of each IRI, in English if there is one.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sources = SourceIndex(store)
        self.labels: dict[str, str] = {}
        for record in select_records(store, _LABELS):
            self.labels.setdefault(record.text("thing"), record.text("label"))


class SourceIndex:
    """The sources of a store, and their evidence for connections and claims."""

    def __init__(self, store: Store) -> None:
        self._sources = {
            iri: rows[0] for iri, rows in group_records(store, _SOURCES, "source").items()
        }
        self._evidence = group_records(store, _EVIDENCE, "about")
        self._against = group_records(store, _AGAINST, "about")
        self._sentence_sources = group_records(store, _SENTENCE_SOURCES, "about")
        self._of_graphs: dict[str, Evidence] = {}

    def title(self, source: str) -> str:
        """Return the title of a source, or the last part of its IRI."""
        record = self._sources.get(source, Record())
        return record.text("title") or source.rsplit("/", 1)[-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def citation(self, source: str) -> tuple[str, str, str]:
        """Return author, date and address of a source, "" where unknown."""
        record = self._sources.get(source, Record())
        author = record.text("creator") or record.text("author")
        return author, record.text("issued"), record.text("url")

    def evidence(self, about: str) -> tuple[Evidence, ...]:
        """Return all evidence for and against a connection or claim.

        Evidence from the sources of its sentence comes first, then other evidence by IRI,
        then the evidence of claims that dispute it.
        """
        sentence_sources = {
            record.text("source") for record in self._sentence_sources.get(about, [])
        }
        found: dict[str, Evidence] = {}
        for record in (*self._evidence.get(about, []), *self._against.get(about, [])):
            stance = record.text("stance").rsplit("/", 1)[-1] or "supports"
            found.setdefault(
                record.text("evidence"),
                self._make(
                    record.text("evidence"),
                    record.text("source"),
                    _locator(record),
                    record.text("paraphrase"),
                    stance,
                ),
            )
        return tuple(sorted(found.values(), key=lambda one: one.source not in sentence_sources))

    def evidence_of_graphs(self, graphs: Iterable[str]) -> tuple[Evidence, ...]:
        """Return evidence that these named graphs state a fact, without a position."""
        return tuple(map(self._of_graph, sorted(stating_graphs(graphs))))

    def _of_graph(self, graph: str) -> Evidence:
        if graph not in self._of_graphs:
            self._of_graphs[graph] = self._make("", graph, "", "", "supports")
        return self._of_graphs[graph]

    def statement_evidence(self, about: str, graphs: Iterable[str]) -> tuple[Evidence, ...]:
        """Return the evidence for a statement, then the other graphs that state it."""
        found = self.evidence(about)
        cited = {item.source for item in found}
        return (
            *found,
            *self.evidence_of_graphs(g for g in stating_graphs(graphs) if g not in cited),
        )

    def source_titles(self, graphs: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return (IRI, title) of each graph that states a fact."""
        return tuple((graph, self.title(graph)) for graph in stating_graphs(graphs))

    def _make(self, iri: str, source: str, locator: str, paraphrase: str, stance: str) -> Evidence:
        return Evidence(
            iri,
            source,
            self.title(source),
            *self.citation(source),
            locator,
            paraphrase,
            stance,
        )


def stating_graphs(graphs: Iterable[str]) -> dict[str, None]:
    """Remove duplicates, and the graph of inferred triples unless it is the only one."""
    found = dict.fromkeys(graphs)
    return {graph: None for graph in found if graph != GRAPH_INFERRED} or found


def _locator(record: Record) -> str:
    locator = record.text("locator")
    parts = [locator]
    if paragraph := record.text("paragraph"):
        parts.append(f"paragraph {paragraph}")
    if (start := record.text("start")) and not locator.startswith("characters "):
        parts.append(f"characters {start}–{record.text('end')}")
    return ", ".join(part for part in parts if part)
