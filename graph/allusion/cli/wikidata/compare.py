"""wikidata compare: compare the snapshot with the graph, by property."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ...core.errors import ParameterError, UnknownName
from ..graph import open_graph
from ..options import data_option, format_options, multiple_choice, store_option
from ..output import choose_format, note, write_result, write_tables

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.value_comparison import ValueComparison

_STATUSES: Final = ("contradicted", "corroborated", "only here", "only there", "unclear")


@click.command("compare", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata compare 重慶森林\n"
    "  allusion wikidata compare --status contradicted -f csv\n"
    "  allusion wikidata compare --property P57 --property 'cast member'\n"
    "\n"
    "It works offline; run allusion wikidata pull first."
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@multiple_choice("--status", "standings", choices=_STATUSES, what="Only values with this status")
@click.option(
    "--property",
    "properties",
    metavar="PROPERTY",
    multiple=True,
    help="Only this property, such as P57 or 'cast member'; repeatable.",
)
@format_options
@store_option
@data_option
def compare_command(
    entities: tuple[str, ...], standings: tuple[str, ...], properties: tuple[str, ...],
    form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """Compare the snapshot with the graph: corroborated, contradicted, only here, only there.

    For these entities, or all whose items were pulled: cast, crew, dates, places, works they
    are based on, inspired by, refer to or quote, awards, identifiers, names. A table begins
    with counts by property; for all entities it lists only contradictions, unless --status is
    given. Exit code 1 if there is a contradiction.
    """
    from ...wikidata.compare.value_comparison import SnapshotComparison, filter_comparisons
    from ...wikidata.pull.snapshot import read_snapshot

    snapshot = read_snapshot()
    graph = open_graph(data)
    comparing = SnapshotComparison(
        graph.network(records=True), graph.store, snapshot.items, snapshot.summaries
    )
    known = comparing.entities()
    selected = [graph.resolve(name) for name in entities]
    for name, iri in zip(entities, selected, strict=True):
        if iri not in known:
            raise UnknownName(
                f"the item of {name!r} has not been pulled; run: allusion wikidata pull {name!r}"
            )
    compared = [row for iri in selected or known for row in comparing.compare(iri)]
    names = {row.name for row in compared}
    if unknown := sorted(set(properties) - names - {row.property for row in compared}):
        raise ParameterError(
            f"these entities have no property {unknown[0]!r}; "
            f"they have: {', '.join(sorted(names)) or 'none'}"
        )
    rows = filter_comparisons(compared, standings, properties)
    code = 1 if any(row.status == "contradicted" for row in rows) else 0
    if choose_format(form, output, triples=False) != "table":
        write_result(_table(rows), form, output)
        return code
    shown = rows if entities or standings else filter_comparisons(rows, ("contradicted",), ())
    write_tables({"By property": _status_counts(rows), "Values": _short_table(shown)}, output)
    if len(shown) < len(rows):
        note(f"{len(rows) - len(shown):,} more values: add --status, or -f csv for all")
    return code


def _status_counts(rows: list[ValueComparison]) -> Result:
    from ...core.terms import XSD, Literal
    from ...query.results import Result
    from ...wikidata.compare.value_comparison import count_by_property

    def line(name: str, counts: dict[str, int]) -> tuple[Literal, ...]:
        numbers = (counts.get(standing, 0) for standing in _STATUSES)
        return (
            Literal(name),
            *(Literal(str(number), datatype=f"{XSD}integer") for number in numbers),
        )

    lines = []
    total: dict[str, int] = dict.fromkeys(_STATUSES, 0)
    for prop, name, counts in count_by_property(rows):
        shown = f"{name} ({prop})" if prop[1:].isdigit() else name
        lines.append(line(shown, {str(key): number for key, number in counts.items()}))
        for standing, number in counts.items():
            total[standing] += number
    lines.append(line("all", total))
    columns = ("property", "contradicted", "corroborated", "onlyHere", "onlyThere", "unclear")
    return Result(columns, lines)


def _short_table(rows: list[ValueComparison]) -> Result:
    """Return the columns that fit on a terminal."""
    from ...core.terms import Literal
    from ...query.results import Result

    return Result(
        ("entity", "property", "status", "here", "wikidata", "note"),
        [
            tuple(
                map(
                    Literal,
                    (row.entity.label(), row.name, row.status, row.ours, row.theirs, row.note),
                )
            )
            for row in rows
        ],
    )


def _table(rows: list[ValueComparison]) -> Result:
    """Return all columns, with both values and their entities."""
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
                Literal(row.status),
                Literal(row.property),
                Literal(row.name),
                Iri(row.entity.iri),
                Literal(row.entity.label()),
                Iri(
                    item_url(row.item) + (f"#{row.property}" if row.property[1:].isdigit() else "")
                ),
                Literal(row.ours),
                Iri(row.our_entity) if row.our_entity else None,
                Literal(row.theirs),
                Iri(item_url(row.their_item)) if row.their_item else None,
                Literal(row.note),
            )
            for row in rows
        ],
    )
