"""Fields of the form for a connection, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..authoring.additions import (
    ASKED,
    ASKED_OF_A_SCENE,
    ASKED_OF_A_SOURCE,
    ASKED_OF_A_WORK,
    ConnectionEntry,
    column_of,
    entry_row,
    message,
    questions,
)
from ..authoring.collection import Collection
from ..authoring.columns import CONNECTIONS, SOURCES, WORKS
from ..authoring.concepts import Concepts, Scheme
from ..authoring.records import Content
from ..authoring.sheet_faults import SheetFault
from ..authoring.slugs import latin_slug
from ..authoring.source_keys import page_of
from ..search.name_index import NameIndex

#: Prefix of the names of the fields of a new source.
_SOURCE: Final = "source-"
#: Prefix of the names of the fields of a new work or person.
_WORK: Final = "work-"
_NAMES: Final = ("from", "to", "by", "speaker", "language", "in", "performer")
_LONGEST_KEY: Final = 40
#: Fix of a fault that is another one in a form than in a sheet.
_FIXES: Final = {"no-source": "choose a source, or describe a new one below"}


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a list; options of one group stand together."""

    value: str
    label: str
    group: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field.

    Attributes:
        name: Name of the value in the form.
        label: What it asks for.
        about: Description of the answer.
        needed: Whether an answer is required.
        value: The answer so far.
        options: The values that it can have; empty for free text.
        completes: Whether names of entities are proposed.
        is_long: Whether it holds a sentence.
        faults: What is wrong with the answer.
    """

    name: str
    label: str
    about: str
    needed: bool
    value: str
    options: tuple[Option, ...] = ()
    completes: bool = False
    is_long: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of one sheet, and the faults that belong to none of them."""

    fields: tuple[Field, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def is_filled(self) -> bool:
        """Whether any field has an answer."""
        return any(one.value for one in self.fields)

    @property
    def has_sources(self) -> bool:
        """Whether there are sources to choose from."""
        return any(one.name == "source" and one.options for one in self.fields)


def connection_fields(
    values: Mapping[str, str],
    faults: Sequence[SheetFault],
    content: Content,
    concepts: Concepts,
    language: str,
) -> Fields:
    """Return the fields of a connection.

    Args:
        values: Name of a field -> answer so far.
        faults: Faults of the answers.
        content: Content of the collection, for the list of its sources.
        concepts: Terms of the ontology.
        language: Language of the labels in lists.
    """
    options = {
        "kind": tuple(_kinds(concepts, language)),
        "sure": tuple(
            Option(one.slug, word, "", one.definition)
            for word, one in concepts.pick_certainties(language)
        ),
        "source": tuple(
            Option(one.key, f"{one.title.text} ({one.key})") for one in content.sources.values()
        ),
    }
    schemes = {"kind": concepts.kinds, "sure": concepts.certainties}
    found = []
    for question in questions(CONNECTIONS, every=True):
        name = question.column
        value = values.get(name, "")
        if name in schemes:
            value = schemes[name].find(value) or value
        listed = options.get(name, ())
        found.append(
            Field(
                name, name.capitalize(), question.about, question.needed, value,
                _with_value(listed, value) if listed else (), name in _NAMES, name == "says",
                tuple(_messages(faults, CONNECTIONS, name)),
            )
        )  # fmt: skip
    sheets = {
        CONNECTIONS: (*ASKED, *ASKED_OF_A_SCENE), SOURCES: ASKED_OF_A_SOURCE, WORKS: ASKED_OF_A_WORK
    }  # fmt: skip
    elsewhere = (message(one) for one in faults if column_of(one)[1] not in sheets[one.place.sheet])
    return Fields(tuple(found), tuple(dict.fromkeys(elsewhere)))


def source_fields(
    values: Mapping[str, str], faults: Sequence[SheetFault], concepts: Concepts, language: str
) -> Fields:
    """Return the fields of a new source, see `connection_fields`."""
    listed = {"type": tuple(_options(concepts.source_types, language))}
    return _fields_of_sheet(SOURCES, _SOURCE, values, faults, listed)


def work_fields(
    values: Mapping[str, str], faults: Sequence[SheetFault], concepts: Concepts, language: str
) -> Fields:
    """Return the fields of a new work, person or character, see `connection_fields`."""
    listed = {"kind": tuple(_options(concepts.classes, language))}
    return _fields_of_sheet(WORKS, _WORK, values, faults, listed, _NAMES)


def _fields_of_sheet(
    sheet: str,
    prefix: str,
    values: Mapping[str, str],
    faults: Sequence[SheetFault],
    listed: Mapping[str, tuple[Option, ...]],
    completed: Sequence[str] = (),
) -> Fields:
    """Return the fields of a row that a connection needs; their names begin with a prefix."""
    found = (
        Field(
            prefix + question.column, question.column.capitalize(), question.about, False,
            values.get(prefix + question.column, ""), listed.get(question.column, ()),
            question.column in completed, question.column == "description",
            tuple(_messages(faults, sheet, question.column)),
        )
        for question in questions(sheet)
    )  # fmt: skip
    return Fields(tuple(found))


@dataclass(frozen=True, slots=True)
class FormRows:
    """The answers of a form as rows of a sheet.

    Attributes:
        connection: The row of connections.
        source: The row of a new source; empty if none is described.
        work: The row of a new work or person; empty if none is described.
    """

    connection: dict[str, str]
    source: dict[str, str]
    work: dict[str, str]


def read_form(values: Mapping[str, str], content: Content) -> FormRows:
    """Return the answers of a form as rows."""

    def answers(prefix: str, names: Iterable[str]) -> dict[str, str]:
        return {name: values.get(prefix + name, "").strip() for name in names}

    connection = answers("", (*ASKED, *ASKED_OF_A_SCENE))
    source, work = answers(_SOURCE, ASKED_OF_A_SOURCE), answers(_WORK, ASKED_OF_A_WORK)
    if connection["source"] or not any(source.values()):
        source = {}
    else:
        known = {one.key for one in content.sources.values()}
        connection["source"] = _new_key(source["title"] or page_of(source["url"]), known)
        source["key"] = connection["source"]
    return FormRows(connection, source, work if any(work.values()) else {})


def form_of_entry(
    entry: ConnectionEntry,
    content: Content,
    collection: Collection,
    concepts: Concepts,
    names: NameIndex,
    *,
    hidden: bool = False,
) -> dict[str, str]:
    """Return the answers that give an entry.

    Args:
        entry: The entry.
        content: Content of the collection.
        collection: The collection.
        concepts: Terms of the ontology.
        names: Index of the graph without the collection.
        hidden: Return the columns that the form does not have, such as sentences in other
            languages.
    """
    row = entry_row(entry, content, collection, concepts, names)
    shown = (*ASKED, *ASKED_OF_A_SCENE)
    return {name: value for name, value in row.items() if (name in shown) is not hidden}


def _new_key(title: str, taken: set[str]) -> str:
    """Return a key for a source with this title that no other source has."""
    first = key = latin_slug(title)[:_LONGEST_KEY].strip("-") or "source"
    number = 2
    while key in taken:
        key = f"{first}-{number}"
        number += 1
    return key


def _kinds(concepts: Concepts, language: str) -> Iterator[Option]:
    kinds = concepts.pick_kinds
    for one in sorted(kinds, key=lambda one: (concepts.family_of(one.slug), one.label(language))):
        family = concepts.kinds.concepts[concepts.family_of(one.slug)].label(language)
        yield Option(one.slug, one.label(language), family, one.definition)


def _options(scheme: Scheme, language: str) -> Iterator[Option]:
    for one in scheme.concepts.values():
        yield Option(one.slug, one.label(language), "", one.definition)


def _with_value(options: tuple[Option, ...], value: str) -> tuple[Option, ...]:
    """Return options that contain the value, so that no answer is lost."""
    known = not value or any(one.value == value for one in options)
    return options if known else (*options, Option(value, value))


def _messages(faults: Iterable[SheetFault], sheet: str, column: str) -> Iterator[str]:
    for fault in faults:
        if column_of(fault) == (sheet, column):
            fix = _FIXES.get(fault.code, fault.fix).replace("in works and people", "below")
            yield message(replace(fault, fix=fix))
