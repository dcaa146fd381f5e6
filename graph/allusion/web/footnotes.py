"""Footnotes of a page: sources, and the passages that its statements cite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Final

from ..core.model import Evidence

#: Marks of footnotes on one statement, at most.
MAX_MARKS: Final = 12


@dataclass(frozen=True, slots=True)
class FootnoteMark:
    """A reference to a footnote, such as "12a".

    Attributes:
        label: Number of the source, and letter of the passage.
        stance: Stance of the passage ("supports", "disputes" ...), or "".
        more: Number of further footnotes, which are left out; the label is "".
    """

    label: str
    stance: str = ""
    more: int = 0


@dataclass(slots=True)
class Passage:
    """A passage of a source: its number within the source, position and paraphrase."""

    number: int
    locator: str
    paraphrase: str

    @property
    def letter(self) -> str:
        """The number as a letter."""
        return _letter(self.number - 1)


@dataclass(slots=True)
class Footnote:
    """A source that a page cites."""

    number: int
    iri: str
    title: str
    author: str = ""
    issued: str = ""
    url: str = ""
    passages: list[Passage] = field(default_factory=list)

    def without_passages(self) -> Footnote:
        """Return the source alone."""
        return replace(self, passages=[])


class Footnotes:
    """Sources of a page, numbered in the order in which the page cites them."""

    def __init__(self) -> None:
        self._notes: dict[str, Footnote] = {}
        self._letters: dict[tuple[str, str, str], Passage] = {}

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

    def labeled(self) -> Iterator[tuple[str, Footnote, Passage | None]]:
        """Yield the label of each mark, with its source and its passage."""
        for note in self:
            yield str(note.number), note, None
            for passage in note.passages:
                yield f"{note.number}{passage.letter}", note, passage

    def only(self, labels: Collection[str]) -> list[Footnote]:
        """Return the sources that marks with these labels cite, with the passages cited."""
        found: dict[int, Footnote] = {}
        for label, note, passage in self.labeled():
            if label in labels:
                cited = found.setdefault(note.number, note.without_passages())
                cited.passages += [passage] if passage else []
        return list(found.values())

    def cite(self, evidence: Sequence[Evidence]) -> tuple[FootnoteMark, ...]:
        """Return the footnote marks of some evidence, at most `MAX_MARKS`.

        A new source gets the next number.
        """
        marks = tuple(dict.fromkeys(map(self._mark, evidence[:MAX_MARKS])))
        return (*marks, *_more(len(evidence)))

    def cite_sources(self, sources: Sequence[tuple[str, str]]) -> tuple[FootnoteMark, ...]:
        """Return the marks of whole sources, each given as IRI and title, at most `MAX_MARKS`."""
        notes = [self._note(iri, title) for iri, title in sources[:MAX_MARKS]]
        return (*(FootnoteMark(str(note.number)) for note in notes), *_more(len(sources)))

    def _note(self, iri: str, title: str) -> Footnote:
        if iri not in self._notes:
            self._notes[iri] = Footnote(len(self._notes) + 1, iri, title)
        return self._notes[iri]

    def _mark(self, item: Evidence) -> FootnoteMark:
        note = self._note(item.source, item.title)
        note.author, note.issued, note.url = item.author, item.issued, item.url
        if not (item.paraphrase or item.locator):
            return FootnoteMark(str(note.number), item.stance)
        key = (item.source, item.locator, item.paraphrase)
        if key not in self._letters:
            self._letters[key] = Passage(len(note.passages) + 1, item.locator, item.paraphrase)
            note.passages.append(self._letters[key])
        return FootnoteMark(f"{note.number}{self._letters[key].letter}", item.stance)


def _more(total: int) -> tuple[FootnoteMark, ...]:
    return (FootnoteMark("", more=total - MAX_MARKS),) if total > MAX_MARKS else ()


def labels_of(marks: Iterable[FootnoteMark]) -> tuple[str, ...]:
    """Return the labels of marks."""
    return tuple(mark.label for mark in marks if mark.label)


def _letter(index: int) -> str:
    """Return "a" to "z", then "aa", "ab" and so on."""
    if index < len(ascii_lowercase):
        return ascii_lowercase[index]
    first, second = divmod(index, len(ascii_lowercase))
    return _letter(first - 1) + ascii_lowercase[second]
