"""Resolver: the entity, existing or new, that a name in a sheet refers to.

A name means an entity that the sheet describes; else one of the collection; else one of the
shipped graph and the other collections. It is matched exactly (without case, accents and
punctuation), by class and by year. An ambiguous name is a fault.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from ..core.labels import Name, fold_whole
from ..core.terms import shorten
from ..core.vocabulary import ENTITY_REGISTERS
from ..search.described_names import split_bracket
from ..search.name_index import ExactMatch, NameIndex
from ..search.results import SPELLING
from .cell_values import Date, NameMention, read_mention
from .concepts import Concepts, register_of_class
from .records import EntityRecord
from .sheet_faults import SheetFault
from .slugs import HAN, romanized_slug
from .tables import SheetCell, SheetRow
from .transliteration import same_in_english

#: What to do about a name that a row with a fault describes.
MEND_ROW: Final = "is described by a row with a fault: mend that row"
ALL: Final = tuple(ENTITY_REGISTERS)
AGENTS: Final = ("person", "group", "organisation")
#: First register of those that a column takes -> a kind for an example.
_EXAMPLES: Final = {"character": "character", "language": "language"}
# Minimum similarity (0 to 1) of a new name to an existing one that is reported.
_CLOSE: Final = 0.86
#: Maximum number of entities of a register that are compared with a name in Japanese.
_MOST_COMPARED: Final = 20_000


class _Rejected(NamedTuple):
    """What a row with a fault would describe; the register is "" if it is not known."""

    register: str
    row: SheetRow


class Resolver:
    """Entities by name.

    Args:
        names: Index of the shipped graph and the other collections.
        concepts: Terms of the ontology.
        own: Entities that the collection has already.
        near: Cache of `near`, to share between resolvers of one index.
        language: Language of the words in faults.
    """

    def __init__(
        self,
        names: NameIndex,
        concepts: Concepts,
        own: Iterable[EntityRecord],
        near: dict[tuple[str, str], list[ExactMatch]] | None = None,
        language: str = "en",
    ) -> None:
        self._language = language
        self._names = names
        self._concepts = concepts
        self._own: dict[str, list[ExactMatch]] = defaultdict(list)
        self._described: dict[str, list[ExactMatch]] = defaultdict(list)
        self._near: dict[tuple[str, str], list[ExactMatch]] = {} if near is None else near
        self._registers: dict[str, list[tuple[str, str, int | None]]] = {}
        self._ours: set[str] = set()
        self._rejected: dict[str, list[_Rejected]] = defaultdict(list)
        #: Name in the sheet -> entity of the graph that it means, for the report.
        self.matched: dict[str, ExactMatch] = {}
        for thing in own:
            if thing.cls:
                self._add(self._own, thing)

    def describe(self, thing: EntityRecord) -> None:
        """Add an entity that the sheet describes."""
        self._add(self._described, thing)

    def describe_match(self, name: str, found: ExactMatch) -> None:
        """Make a name mean an entity that exists."""
        if found not in self._described[fold_whole(name)]:
            self._described[fold_whole(name)].append(found)

    def reject(self, name: str, cls: str, row: SheetRow) -> None:
        """Record a name that a row with a fault describes, so that it means nothing else.

        Args:
            name: The name.
            cls: The class of the row, "" if it is not known.
            row: The row.
        """
        register = register_of_class(cls) if cls else ""
        self._rejected[fold_whole(name)].append(_Rejected(register, row))

    def rejected(self, mention: NameMention, registers: tuple[str, ...] = ALL) -> SheetRow | None:
        """Return the row with a fault that a name may refer to.

        Args:
            mention: The name.
            registers: Registers that the name is searched in.
        """
        wanted = {register_of_class(mention.cls)} if mention.cls else {*registers, ""}
        described = {one.register for one in self._described.get(fold_whole(mention.name), ())}
        for one in self._rejected.get(fold_whole(mention.name), ()):
            may_be_meant = not one.register or one.register in wanted
            if may_be_meant and one.register not in described:
                return one.row
        return None

    def own(self, mention: NameMention, register: str) -> ExactMatch | None:
        """Return the entity of the collection with this name, register and year."""
        found = self._own.get(fold_whole(mention.name), ())
        for one in sorted(found, key=lambda one: not one.is_label):
            if one.register == register and _same_year(one.year, mention.date):
                return one
        return None

    def described(self, mention: NameMention, register: str) -> ExactMatch | None:
        """Return the entity that the sheet describes with this name, register and year."""
        for one in self._described.get(fold_whole(mention.name), ()):
            if one.register == register and _same_year(one.year, mention.date):
                return one
        return None

    def named(self, text: str, register: str) -> ExactMatch | None:
        """Return the entity of the sheet or of the collection with this prefixed name."""
        name = fold_whole(text)
        found: list[ExactMatch] = [*self._described.get(name, ()), *self._own.get(name, ())]
        for one in found:
            if one.register == register and shorten(one.iri) == text:
                return one
        return None

    def is_described(self, mention: NameMention) -> bool:
        """Return whether the sheet describes an entity with this name and class."""
        return self.described(mention, register_of_class(mention.cls)) is not None

    def in_graph(self, name: str, registers: tuple[str, ...] = ALL) -> list[ExactMatch]:
        """Return the entities of the graph with exactly this name."""
        return self._names.find_exact(name, registers)

    def near(self, name: str, register: str) -> list[ExactMatch]:
        """Return entities of one register with a similar name."""
        key = (fold_whole(name), register)
        if key not in self._near:
            found = []
            for match in self._names.search(name, 8, (register,), descriptions=False):
                other = fold_whole(match.matched.text)
                alike = SequenceMatcher(None, fold_whole(name), other).ratio()
                if match.rank == SPELLING or alike >= _CLOSE:
                    found.append(ExactMatch(match.iri, register, match.label, True, match.year))
            self._near[key] = found[:3]
        return self._near[key]

    def transliterated(self, mention: NameMention, register: str) -> list[ExactMatch]:
        """Return entities whose English name a name in Japanese can mean; up to three."""
        if mention.name.isascii():
            return []
        if register not in self._registers:
            self._registers[register] = self._names.register(register, _MOST_COMPARED)[0]
        year = mention.date.year if mention.date else None
        found = same_in_english(mention.name, year, self._registers[register])
        return [ExactMatch(iri, register, text, True, when) for iri, text, when in found][:3]

    def mention(self, text: str) -> NameMention:
        """Split a name from the description in brackets, unless the whole text is a known name."""
        name = fold_whole(text)
        if name in self._rejected or self._described.get(name) or self._own.get(name):
            return NameMention(text)
        if self.in_graph(text):
            return NameMention(text)
        return read_mention(text, self._concepts)

    def resolve(
        self, text: str, cell: SheetCell, faults: list[SheetFault], registers: tuple[str, ...] = ALL
    ) -> str:
        """Return the IRI of the entity with a name; "" and a fault if it is unknown or ambiguous.

        Args:
            text: The name, or the prefixed name of an entity.
            cell: Where it is.
            faults: A fault is added to these.
            registers: Registers to search.
        """
        mention = self.mention(text)
        if row := self.rejected(mention, registers):
            if (cell.place.sheet, cell.place.row) not in row.lines:
                detail = f"{MEND_ROW} ({row.place})"
                faults.append(SheetFault(cell.place, "waits", text, detail))
            return ""
        found = self.candidates(mention)
        right = [one for one in found if one.register in registers]
        if mention.cls:
            right = [one for one in right if one.register == register_of_class(mention.cls)]
        if mention.date:
            right = [one for one in right if one.year == mention.date.year] or [
                one for one in right if one.year is None
            ]
        labelled = [one for one in right if one.is_label]
        if len(labelled) == 1:
            right = labelled
        if len(right) == 1:
            if right[0].iri not in self._ours:
                self.matched[text] = right[0]
            return right[0].iri
        faults.append(self._fault(text, mention, cell, found, right, registers))
        return ""

    def candidates(self, mention: NameMention) -> list[ExactMatch]:
        """Return all entities with a name: those of the sheet, else others."""
        name = fold_whole(mention.name)
        return self._described.get(name) or self._own.get(name) or self.in_graph(mention.name)

    def _fault(
        self,
        text: str,
        mention: NameMention,
        cell: SheetCell,
        found: list[ExactMatch],
        right: list[ExactMatch],
        registers: tuple[str, ...],
    ) -> SheetFault:
        if right:
            options = ", ".join(map(str, right[:5]))
            return SheetFault(cell.place, "ambiguous", text, f"is one of: {options}")
        if found:
            there = ", ".join(map(str, found[:3]))
            wanted = f"wanted: {', '.join(registers)}" if registers != ALL else ""
            if mention.cls:
                kind = self._concepts.class_word(mention.cls)
                wanted = f"for another one of this name: {mention.name} ({kind}, new)"
            return SheetFault(cell.place, "wrong-kind", text, f"there is {there}", wanted)
        if any(sign in text for sign in (",", "、")) and len(self._parts(text)) > 1:
            if registers == ALL:
                fix = "write a row for each"
                return SheetFault(cell.place, "word", text, "is several names", fix)
            return SheetFault(cell.place, "comma", text)
        name, inside = split_bracket(text)
        how = "describe it in works and people, or write its kind after it: "
        kinds = _EXAMPLES.get(registers[0], "person")
        example = f"{name} ({kinds})"
        if registers in (ALL, self._concepts.works):
            film = f"{name} (film, {mention.date.year})" if mention.date else f"{name} (film)"
            example = film if mention.date else f"{film} or {name} (person)"
        ours = self.near_ours(mention.name, registers)
        near = [f"{one.label} ({shorten(one.iri)})" for one in ours]
        near = list(dict.fromkeys([*near, *self._names.suggest(mention.name, registers)]))[:3]
        hint = f"did you mean {' or '.join(near)}? If it is new, " if near else ""
        detail = ""
        if inside and not mention.date:
            kinds = ", ".join(self._concepts.class_words(self._language))
            detail = f"{inside} is not a kind (kinds: {kinds}; allusion columns works)"
        return SheetFault(cell.place, "unknown", text, detail, f"{hint}{how}{example}")

    def near_ours(self, name: str, registers: tuple[str, ...]) -> list[ExactMatch]:
        """Return entities of the sheet and of the collection with a similar name.

        Names in Chinese characters are similar if they have the same reading, as traditional and
        simplified forms of a name do. Names with other numbers are not similar.
        """
        word, reading = fold_whole(name), _reading(name)
        numbers = re.findall("[0-9]+", word)
        known = self._own | self._described
        near = dict.fromkeys(get_close_matches(word, known, n=5, cutoff=_CLOSE))
        if reading:
            near |= dict.fromkeys(one for one in known if _reading(one) == reading)
        found = [
            match
            for one in near
            if re.findall("[0-9]+", one) == numbers and one != word
            for match in known[one]
            if match.register in registers
        ]
        return list({match.iri: match for match in found}.values())

    def _parts(self, text: str) -> list[str]:
        """Return the known names in a list with commas."""
        parts = dict.fromkeys(part.strip() for part in text.replace("、", ",").split(","))
        return [part for part in parts if part and self.candidates(NameMention(part))]

    def _add(self, known: dict[str, list[ExactMatch]], thing: EntityRecord) -> None:
        self._ours.add(thing.iri)
        texts = {name.text: False for name in thing.all_aliases}
        texts |= {name.text: True for name in thing.all_names}
        for text, main in (texts | {shorten(thing.iri): True}).items():
            one = ExactMatch(thing.iri, thing.register, thing.names[0].text, main, thing.year)
            if all(other.iri != thing.iri for other in known[fold_whole(text)]):
                known[fold_whole(text)].append(one)


@lru_cache(maxsize=100_000)
def _reading(name: str) -> str:
    """Return the reading of Chinese characters; "" for other names."""
    return romanized_slug(Name(name, "zh")) if HAN.search(name) else ""


def _same_year(year: int | None, date: Date | None) -> bool:
    return date is None or year is None or year == date.year
