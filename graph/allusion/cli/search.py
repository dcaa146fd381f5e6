"""allusion search: find entities by name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..query.results import Result
from .graph import open_graph
from .options import (
    data_option,
    format_options,
    kinds_option,
    limit_option,
    store_option,
    with_option,
)
from .output import note, write_result, write_table

if TYPE_CHECKING:
    from ..search.results import Match

_MATCH_PHRASES: Final = {
    "name": "the whole name",
    "beginning": "begins with it",
    "word": "whole word",
    "part": "has a part",
    "inside": "has it inside",
    "scripts": "names in several scripts",
    "spelling": "spelled otherwise",
    "typo": "one letter off",
    "description": "in its description",
}


@click.command(
    "search",
    epilog=(
        "\b\nExamples:\n"
        "  allusion search 山口\n"
        "  allusion search zetsusho              (another reading of Zessho)\n"
        "  allusion search Ho Chih-wu            (Wade-Giles for He Zhiwu)\n"
        "  allusion search izu --kind film -f md\n"
    ),
)
@click.argument("text", nargs=-1, required=True)
@limit_option()
@kinds_option
@format_options
@store_option
@with_option
@data_option
def search_command(
    text: tuple[str, ...],
    limit: int,
    kinds: tuple[str, ...],
    form: str | None,
    output: Path | None,
    data: Path | None,
) -> int:
    """Find entities by any of their names, in any script.

    Case, accents, long vowels, spaces, hyphens and the order of words do not matter. Words
    may be in several scripts, and a part of a name is enough. Other romanizations match too
    (Pinyin and Wade-Giles, Jyutping and Hong Kong usage, Hepburn and Kunrei). So do
    names in which an apostrophe stands for letters. If nothing else matches, names with one
    wrong letter do. Entities with the words in their description come last.

    The table shows the prefixed name for SPARQL, the matched name, the kind of match and the best
    connected neighbors. Exit code 1 if nothing is found. --store FOLDER searches the names that
    allusion load --names indexed. An endpoint has no index of names: the local one is used.
    """
    wanted = " ".join(text)
    graph = open_graph(data, for_names=True)
    found = graph.search(wanted, limit, kind=kinds)
    if not found:
        near = graph.names.suggest(wanted)
        of_kind = f" among these: {', '.join(kinds)}" if kinds else ""
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        note(f"no entity is named {wanted!r}{of_kind}{hint}")
        return 1
    if found[0].how == "typo":
        note(f"no entity is named {wanted!r}; similar names:")
    if found[0].how == "description":
        note(f"no entity is named {wanted!r}; descriptions with these words:")
    if form == "table" or (form is None and output is None and sys.stdout.isatty()):
        write_table(_display_rows(found), output, unbroken=("entity",))
        return 0
    return write_result(_rows(found), form, output)


def _rows(found: list[Match]) -> Result:
    from ..core.terms import Iri, Literal
    from ..core.vocabulary import PREFIXES

    whole = PREFIXES["xsd"] + "integer"
    return Result(
        (
            "entity",
            "entityLabel",
            "kind",
            "year",
            "matched",
            "language",
            "how",
            "joined",
            "leadsTo",
        ),
        [
            (
                Iri(match.iri),
                Literal(match.label),
                Literal(match.register),
                Literal(str(match.year), datatype=whole) if match.year is not None else None,
                Literal(match.matched.text),
                Literal(match.matched.language),
                Literal(match.how),
                Literal(str(match.joined), datatype=whole),
                Literal("; ".join(match.leads)),
            )
            for match in found
        ],
    )


def _display_rows(found: list[Match]) -> Result:
    from ..core.terms import Literal, shorten

    rows = []
    for match in found:
        more = match.joined - len(match.leads)
        leads = ", ".join(match.leads) + (f" and {more} more" if more > 0 else "")
        tag = f" ({match.matched.language})" if match.matched.language else ""
        year = "" if match.year is None else f" ({match.year})"
        matched = f"{match.matched.text}{tag}: {_MATCH_PHRASES[match.how]}"
        cells = (f"{match.label}{year}\n{shorten(match.iri)}", matched, leads)
        rows.append(tuple(map(Literal, cells)))
    return Result(("entity", "matched", "leadsTo"), rows)
