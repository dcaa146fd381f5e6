"""wikidata compare: what was pulled beside what is here, property by property."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ...core.errors import ParameterError, UnknownName
from ..options import data_option, format_options, several, store_option
from ..output import choose_format, emit, note, open_graph, write_tables

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.value_comparison import Compared

_STANDINGS: Final = ("contradicted", "corroborated", "only here", "only there", "unclear")


@click.command("compare", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata compare 重慶森林\n"
    "  allusion wikidata compare --status contradicted -f csv\n"
    "  allusion wikidata compare --property P57 --property 'cast member'\n"
    "\n"
    "It asks nobody: allusion wikidata pull reads Wikidata first."
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@several("--status", "standings", choices=_STANDINGS, what="Only values that stand so")
@click.option(
    "--property",
    "properties",
    metavar="PROPERTY",
    multiple=True,
    help="Only this property, such as P57 or 'cast member'; may be given several times.",
)
@format_options
@store_option
@data_option
def compare_command(
    entities: tuple[str, ...], standings: tuple[str, ...], properties: tuple[str, ...],
    form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """What Wikidata says and what is said here: corroborated, contradicted, only here or there.

    Of these entities, or of all whose items were pulled: cast, crew, dates, places, what they
    are based on, inspired by, refer to and quote, awards, identifiers, names. As a table the
    counts by property come first; of all entities it then shows what is contradicted, or what
    --status asks for. Exit code 1 if anything is contradicted.
    """
    from ...wikidata.compare.value_comparison import Comparing, kept
    from ...wikidata.pull.snapshot import read_pulled

    pulled = read_pulled()
    graph = open_graph(data)
    comparing = Comparing(graph.network(records=True), graph.store, pulled.items, pulled.named)
    known = comparing.entities()
    wanted = [graph.resolve(name) for name in entities]
    for name, iri in zip(entities, wanted, strict=True):
        if iri not in known:
            raise UnknownName(
                f"what Wikidata says of {name!r} has not been pulled; "
                f"run: allusion wikidata pull {name!r}"
            )
    compared = [row for iri in wanted or known for row in comparing.compare(iri)]
    names = {row.name for row in compared}
    if unknown := sorted(set(properties) - names - {row.property for row in compared}):
        raise ParameterError(
            f"no property {unknown[0]!r} is said of these here or there; "
            f"there are: {', '.join(sorted(names)) or 'none'}"
        )
    rows = kept(compared, standings, properties)
    code = 1 if any(row.standing == "contradicted" for row in rows) else 0
    if choose_format(form, output, triples=False) != "table":
        emit(_table(rows), form, output)
        return code
    shown = rows if entities or standings else kept(rows, ("contradicted",), ())
    write_tables({"By property": _sums(rows), "Values": _short(shown)}, output)
    if len(shown) < len(rows):
        note(f"{len(rows) - len(shown):,} more values: add --status, or -f csv for all")
    return code


def _sums(rows: list[Compared]) -> Result:
    from ...core.terms import XSD, Literal
    from ...query.results import Result
    from ...wikidata.compare.value_comparison import summed

    def line(name: str, counts: dict[str, int]) -> tuple[Literal, ...]:
        numbers = (counts.get(standing, 0) for standing in _STANDINGS)
        return (
            Literal(name),
            *(Literal(str(number), datatype=f"{XSD}integer") for number in numbers),
        )

    lines = []
    total: dict[str, int] = dict.fromkeys(_STANDINGS, 0)
    for prop, name, counts in summed(rows):
        shown = f"{name} ({prop})" if prop[1:].isdigit() else name
        lines.append(line(shown, {str(key): number for key, number in counts.items()}))
        for standing, number in counts.items():
            total[standing] += number
    lines.append(line("all", total))
    columns = ("property", "contradicted", "corroborated", "onlyHere", "onlyThere", "unclear")
    return Result(columns, lines)


def _short(rows: list[Compared]) -> Result:
    """The columns that fit on a screen."""
    from ...core.terms import Literal
    from ...query.results import Result

    return Result(
        ("entity", "property", "status", "here", "wikidata", "note"),
        [
            tuple(
                map(
                    Literal,
                    (row.entity.label(), row.name, row.standing, row.here, row.there, row.note),
                )
            )
            for row in rows
        ],
    )


def _table(rows: list[Compared]) -> Result:
    """All of it: both values and where they lead. The item's address leads to the property."""
    from ...core.terms import Iri, Literal
    from ...query.results import Result
    from ...wikidata.model.items import item_url

    columns = (
        "status", "property", "propertyLabel", "entity", "entityLabel", "item", "here",
        "hereEntity", "wikidata", "wikidataItem", "note",
    )  # fmt: skip
    return Result(
        columns,
        [
            (
                Literal(row.standing),
                Literal(row.property),
                Literal(row.name),
                Iri(row.entity.iri),
                Literal(row.entity.label()),
                Iri(
                    item_url(row.item) + (f"#{row.property}" if row.property[1:].isdigit() else "")
                ),
                Literal(row.here),
                Iri(row.target) if row.target else None,
                Literal(row.there),
                Iri(item_url(row.value)) if row.value else None,
                Literal(row.note),
            )
            for row in rows
        ],
    )
