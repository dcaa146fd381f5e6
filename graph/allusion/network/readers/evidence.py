"""What every reading needs: English labels, sources, and what these say of what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...core.model import Evidence
from ...core.vocabulary import GRAPH_INFERRED
from ...store import Store
from .rows import Record, grouped, records

_LABELS = """
SELECT ?thing ?label WHERE {
  ?thing rdfs:label|skos:prefLabel|dcterms:title ?label
  FILTER(LANG(?label) = "en" || LANG(?label) = "")
} ORDER BY ?thing STR(?label)"""

_SOURCES = """
SELECT ?source ?title ?author ?creator ?issued ?url WHERE {
  ?source a al:Source .
  OPTIONAL { ?source dcterms:title ?title }
  OPTIONAL { ?source al:author ?author }
  OPTIONAL { ?source dcterms:creator ?agent . ?agent rdfs:label ?creator
             FILTER(LANG(?creator) = "en") }
  OPTIONAL { ?source dcterms:issued ?issued }
  OPTIONAL { ?source al:url ?url }
} ORDER BY ?source STR(?title) STR(?author) STR(?creator) STR(?issued) ?url"""

# What a passage says and where it stands; {which} says which passages speak about what.
_PASSAGES: Final = """
SELECT ?about ?evidence ?source ?stance ?paraphrase ?paragraph ?start ?end ?locator WHERE {{
  {which}
  OPTIONAL {{ ?evidence dcterms:description ?paraphrase }}
  OPTIONAL {{ ?evidence al:paragraph ?paragraph }}
  OPTIONAL {{ ?evidence al:startOffset ?start }}
  OPTIONAL {{ ?evidence al:endOffset ?end }}
  OPTIONAL {{ ?evidence al:locator ?locator }}
}} ORDER BY ?about ?evidence ?source ?stance STR(?paraphrase) ?start STR(?locator)"""

_EVIDENCE: Final = _PASSAGES.format(
    which="""?about al:evidence ?evidence .
  ?evidence al:source ?source .
  OPTIONAL { ?evidence al:stance ?stance }"""
)

# That a claim speaks against another statement is evidence against that one, by whoever makes it.
_AGAINST: Final = _PASSAGES.format(
    which="""?rival al:disputes ?about ; al:evidence ?evidence .
  ?evidence al:source ?source .
  FILTER NOT EXISTS { ?evidence al:stance stance:disputes }
  FILTER NOT EXISTS {
    ?about al:evidence ?said . ?said al:source ?source ; al:stance stance:disputes
  }
  BIND(stance:disputes AS ?stance)"""
)

# Whose words the sentence is: the sources in whose graphs it stands.
_WORDED: Final = """
SELECT DISTINCT ?about ?source WHERE {
  ?about al:evidence ?evidence .
  GRAPH ?source { ?about dcterms:description ?text }
} ORDER BY ?about ?source"""


class Ground:
    """A store with what every reading of it needs, which is a third of all rows: read once.

    ``labels`` is the English label (or preferred label, or title) of everything that has one.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sources = Sources(store)
        self.labels: dict[str, str] = {}
        for record in records(store, _LABELS):
            self.labels.setdefault(record.text("thing"), record.text("label"))


class Sources:
    """The sources of a store, and what each says of a connection or claim."""

    def __init__(self, store: Store) -> None:
        self._sources = {iri: rows[0] for iri, rows in grouped(store, _SOURCES, "source").items()}
        self._evidence = grouped(store, _EVIDENCE, "about")
        self._against = grouped(store, _AGAINST, "about")
        self._worded = grouped(store, _WORDED, "about")

    def title(self, source: str) -> str:
        """The title of a source, or the last part of its IRI."""
        record = self._sources.get(source, Record())
        return record.text("title") or source.rsplit("/", 1)[-1]

    def evidence(self, about: str) -> tuple[Evidence, ...]:
        """All evidence for or against a connection or claim.

        First what its sentence rests on, then the rest by IRI; last what claims that dispute
        it rest on.
        """
        worded = {record.text("source") for record in self._worded.get(about, [])}
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
        return tuple(sorted(found.values(), key=lambda one: one.source not in worded))

    def stated_in(self, graphs: Iterable[str]) -> tuple[Evidence, ...]:
        """That these sources state a thing, with no place in them named."""
        return tuple(self._make("", graph, "", "", "supports") for graph in sorted(stating(graphs)))

    def _make(self, iri: str, source: str, locator: str, paraphrase: str, stance: str) -> Evidence:
        record = self._sources.get(source, Record())
        return Evidence(
            iri,
            source,
            self.title(source),
            record.text("creator") or record.text("author"),
            record.text("issued"),
            record.text("url"),
            locator,
            paraphrase,
            stance,
        )


def stating(graphs: Iterable[str]) -> dict[str, None]:
    """The graphs that state a thing, each once: that of what is inferred where none else does."""
    found = dict.fromkeys(graphs)
    return {graph: None for graph in found if graph != GRAPH_INFERRED} or found


def _locator(record: Record) -> str:
    parts = [record.text("locator")]
    if paragraph := record.text("paragraph"):
        parts.append(f"paragraph {paragraph}")
    if start := record.text("start"):
        parts.append(f"characters {start}–{record.text('end')}")
    return ", ".join(part for part in parts if part)
