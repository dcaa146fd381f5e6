"""allusion columns: list the columns of a sheet, and the words that they take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .options import data_option
from .output import write

if TYPE_CHECKING:
    from ..authoring.concepts import Concepts

_LISTS: Final = ("kinds", "roles", "sure", "types", "works")


@click.command("columns")
@click.argument("words", required=False, type=click.Choice(_LISTS))
@click.option("--lang", default="en", show_default=True, metavar="TAG", help="Language of labels.")
@data_option
def columns_command(words: str | None, lang: str, data: Path | None) -> None:
    """List the columns of a sheet; or the words that a column takes, with definitions.

    \b
    kinds    kinds of connections
    roles    roles of makers and performers; each is a column of "works and people"
    sure     certainties
    types    types of sources
    works    kinds of works and people
    """  # noqa: D301 (click wants the character itself)
    from ..authoring.concepts import Concepts
    from ..core.resources import locate

    concepts = Concepts(locate(data))
    lines = _words(words, concepts, lang) if words else _columns()
    write("".join(f"{line}\n" for line in lines), None)


def _columns() -> Iterator[str]:
    from ..authoring.columns import CONNECTIONS, SOURCES, WORKS, columns_of

    yield "Of kinds, certainties, types and sources the beginning is enough, if it is that of only"
    yield 'one. In any column, 〃 (or ") repeats the cell above.'
    yield ""
    lists = {
        (CONNECTIONS, "kind"): "kinds", (CONNECTIONS, "sure"): "sure", (SOURCES, "type"): "types",
        (WORKS, "kind"): "works",
    }  # fmt: skip
    for sheet in (SOURCES, WORKS, CONNECTIONS):
        yield sheet
        for column in columns_of(sheet):
            needed = " Required." if column.needed else ""
            tagged = f" In another language: {column.name} (ja)." if column.tagged else ""
            name = lists.get((sheet, column.name))
            more = f" See: allusion columns {name}" if name else ""
            yield f"  {column.name:<13}{column.about}{needed}{tagged}{more}"
        if sheet == WORKS:
            yield "  and one for each role: director, performer ... See: allusion columns roles"
            yield "  In the row of a character, performer is who plays it."


def _words(name: str, concepts: Concepts, language: str) -> Iterator[str]:
    schemes = {
        "roles": concepts.roles, "types": concepts.source_types, "works": concepts.classes,
    }  # fmt: skip
    if name == "sure":
        listed = concepts.pick_certainties(language)
    elif name == "kinds":
        listed = [(one.label(language), one) for one in concepts.pick_kinds]
    else:
        listed = [(one.label(language), one) for one in schemes[name].concepts.values()]
    for word, concept in listed:
        yield f"{word}\n    {concept.definition}" if concept.definition else word
