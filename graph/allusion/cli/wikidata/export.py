"""wikidata export: export connections for manual review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ...core.errors import ParameterError
from ..graph import open_graph
from ..options import FiniteRange, data_option, format_options, multiple_choice, store_option
from ..output import choose_format, note, write, write_result, write_tables

if TYPE_CHECKING:
    from ...knowledge_graph import KnowledgeGraph
    from ...wikidata.export.eligibility import ExportDecision

_F = TypeVar("_F", bound=Callable[..., Any])
_TABLES: Final = (".csv", ".tsv", ".json", ".md")
_OUTCOMES: Final = ("exported", "already there", "held back", "cannot be expressed")


@click.group("export")
def export_command() -> None:
    """Export connections for manual review; nothing is sent to Wikidata."""


def _threshold_options(command: _F) -> _F:
    """Add --confidence and --sources."""
    command = click.option(
        "--sources",
        "min_sources",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        help="Least number of sites, if there is no interview or transcript.",
    )(command)
    return click.option(
        "--confidence",
        type=FiniteRange(0, 1),
        default=0.9,
        show_default=True,
        help="Least confidence of the links of both ends.",
    )(command)


@export_command.command("quickstatements", short_help="Write the commands.", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata export quickstatements\n"
    "  allusion wikidata export quickstatements 重慶森林 -o chungking.qs\n"
    "\n"
    "Check the output, delete the lines that you cannot confirm, and paste the rest into "
    "https://quickstatements.toolforge.org/ with your own account. If a statement exists "
    "already, only the reference is added."
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@_threshold_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the commands to this file, and a report for review beside it (.report.csv).",
)
@store_option
@data_option
def quickstatements_command(
    entities: tuple[str, ...], confidence: float, min_sources: int, output: Path | None,
    data: Path | None,
) -> int:  # fmt: skip
    """Write new statements as QuickStatements commands.

    Exports a connection if it is explicit in the work or in its maker's own words, undisputed,
    supported by two sources or one primary source, and if both ends are linked with at least
    --confidence. Each line is one statement with one reference; its comment is our sentence.
    Exit code 1 if there is none.
    """
    from ...wikidata.export.quickstatements import commands
    from ...wikidata.export.report import decision_table, outcome_counts

    graph = open_graph(data)
    decisions = _decide(graph, entities, confidence, min_sources)
    lines = list(commands(decisions))
    if output is not None and output.suffix in _TABLES:
        raise ParameterError(f"{output.name!r} looks like a table; use the ending .qs or .txt")
    write("".join(f"{line}\n" for line in lines), output)
    if output is not None:
        write(
            decision_table(decisions, graph.network(records=True)).write("csv"),
            output.with_suffix(".report.csv"),
        )
    total: dict[str, int] = dict.fromkeys(_OUTCOMES, 0)
    for outcome, _, number in outcome_counts(decisions).rows[:-1]:
        total[str(outcome)] += int(str(number))
    note(f"{len(decisions)} connections: {', '.join(f'{n} {word}' for word, n in total.items())}")
    note("why: allusion wikidata export report")
    return 0 if lines else 1


@export_command.command("report", short_help="List the outcome for each connection.", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata export report\n"
    "  allusion wikidata export report 重慶森林 --outcome 'cannot be expressed'\n"
    "  allusion wikidata export report -o why.tsv"
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@multiple_choice(
    "--outcome", "outcomes", choices=_OUTCOMES, what="Only connections with this outcome"
)
@_threshold_options
@format_options
@store_option
@data_option
def report_command(
    entities: tuple[str, ...], outcomes: tuple[str, ...], confidence: float, min_sources: int,
    form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """List the outcome for each connection, with reasons.

    The outcomes: exported, already there, held back, cannot be expressed. A table begins with
    counts by outcome and main reason.
    """
    from ...wikidata.export.report import decision_table, outcome_counts, short_decision_table

    graph = open_graph(data)
    decisions = _decide(graph, entities, confidence, min_sources)
    kept = [it for it in decisions if it.outcome in outcomes] if outcomes else decisions
    if choose_format(form, output, triples=False) != "table":
        return write_result(decision_table(kept, graph.network(records=True)), form, output)
    write_tables(
        {"Outcomes": outcome_counts(kept), "Connections": short_decision_table(kept)}, output
    )
    return 0


def _decide(
    graph: KnowledgeGraph, entities: tuple[str, ...], confidence: float, min_sources: int
) -> list[ExportDecision]:
    from ...core.errors import MissingResource
    from ...wikidata.export.eligibility import EligibilityRules, ExportThresholds
    from ...wikidata.pull.snapshot import read_snapshot

    iris = [graph.resolve(name) for name in entities]
    try:
        items = read_snapshot().items
    except MissingResource as error:
        note(f"existing statements are unknown: {error}")
        items = None
    return EligibilityRules(
        graph.network(records=True), graph.store, ExportThresholds(confidence, min_sources), items
    ).decide_all(iris)
