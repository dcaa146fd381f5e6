"""Read scenes and utterances."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from ...core.labels import Name
from ...core.model import Line, Scene, Utterance
from ...core.terms import Literal
from ...core.text import join_names
from ...core.vocabulary import is_entity
from .rows import group_records, select_records
from .source_index import ReaderContext

# One row for each value: several properties in one row would give the product of their
# values.
_PARTS: Final = """
SELECT ?part ?class ?property ?value WHERE {
  VALUES ?class { al:Scene al:Utterance }
  ?part a ?class ; ?property ?value .
} ORDER BY ?part ?property ?value"""

_EDGES: Final = """
SELECT DISTINCT ?part ?connection WHERE {
  { ?connection al:inScene ?part } UNION { ?connection al:expressedIn ?part }
  ?connection al:from ?from .
} ORDER BY ?part ?connection"""

_Values = dict[str, list[Literal | str]]


def read_scenes(context: ReaderContext) -> tuple[list[Scene], list[Utterance]]:
    """Read all scenes and utterances.

    Returns:
        Scenes by work and order, those without an order last; utterances by IRI.
    """
    reader = _Reader(context)
    found = [reader.scene(iri) for iri in reader.of_class("Scene")]
    found.sort(key=lambda s: (s.work, s.order is None, s.order or 0, s.label, s.iri))
    return found, [reader.utterance(iri) for iri in reader.of_class("Utterance")]


class _Reader:
    def __init__(self, context: ReaderContext) -> None:
        store, self.labels, self.sources = context.store, context.labels, context.sources
        self.edges = {
            part: tuple(row.text("connection") for row in rows)
            for part, rows in group_records(store, _EDGES, "part").items()
        }
        self._values: dict[str, _Values] = defaultdict(lambda: defaultdict(list))
        self._classes: dict[str, set[str]] = defaultdict(set)
        for row in select_records(store, _PARTS):
            value = row["value"]
            name = row.text("property").replace("/", "#").rsplit("#", 1)[-1]
            kept = value if isinstance(value, Literal) else row.text("value")
            values = self._values[row.text("part")][name]
            if kept not in values:
                values.append(kept)
            self._classes[row.text("class").rsplit("#", 1)[-1]].add(row.text("part"))

    def of_class(self, name: str) -> list[str]:
        return sorted(self._classes[name])

    def texts(self, iri: str, name: str) -> tuple[str, ...]:
        """Return the values in English or without a language tag."""
        values = self._values[iri].get(name, [])
        return tuple(
            str(value)
            for value in values
            if not isinstance(value, Literal) or value.language in ("", "en")
        )

    def text(self, iri: str, name: str) -> str:
        """Return the longest value; several sources may give a text of different length."""
        return max(self.texts(iri, name), key=len, default="")

    def named(self, iri: str, name: str) -> str:
        """Return the labels of values that are IRIs: "A, B and C"."""
        values = self.texts(iri, name)
        return join_names(
            self.labels.get(v, v.rsplit("/", 1)[-1].replace("-", " ")) for v in values
        )

    def entity(self, iri: str, name: str) -> str:
        return next(iter(self.entities(iri, name)), "")

    def entities(self, iri: str, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.texts(iri, name) if is_entity(value))

    def scene(self, iri: str) -> Scene:
        order = self.text(iri, "order")
        return Scene(
            iri=iri,
            work=self.entity(iri, "inWork"),
            label=self.text(iri, "label"),
            summary=self.text(iri, "description"),
            order=int(order) if order else None,
            scope=self.text(iri, "scope"),
            place=self.entity(iri, "narrativePlace"),
            features=self.entities(iri, "features"),
            techniques=tuple(self.labels.get(term, term) for term in self.texts(iri, "technique")),
            connections=self.edges.get(iri, ()),
            notes=(*self.texts(iri, "note"), *self.texts(iri, "editorialNote")),
            evidence=self.sources.evidence(iri),
        )

    def utterance(self, iri: str) -> Utterance:
        return Utterance(
            iri=iri,
            work=self.entity(iri, "inWork"),
            label=self.text(iri, "label"),
            summary=self.text(iri, "description"),
            scene=self.text(iri, "inScene"),
            speaker=self.entity(iri, "speaker"),
            addressee=self.entity(iri, "addressee"),
            language=self.named(iri, "inLanguage"),
            channel=self.named(iri, "channel"),
            line=self._line(iri),
            reports=self.texts(iri, "reports"),
            connections=self.edges.get(iri, ()),
            notes=(*self.texts(iri, "note"), *self.texts(iri, "editorialNote")),
            evidence=self.sources.evidence(iri),
        )

    def _line(self, iri: str) -> Line | None:
        lines = self._names(iri, "line")
        return (
            Line(lines[0].text, lines[0].language, self._names(iri, "translation"))
            if lines
            else None
        )

    def _names(self, iri: str, name: str) -> tuple[Name, ...]:
        found = {
            Name(value.value, value.language)
            for value in self._values[iri].get(name, [])
            if isinstance(value, Literal)
        }
        return tuple(sorted(found, key=lambda item: (item.language, item.text)))
