"""wikidata export: what was found here, for a person to bring to Wikidata."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ...core.errors import ParameterError
from ..options import data_option, format_options, several, store_option
from ..output import choose_format, emit, note, open_graph, write, write_tables

if TYPE_CHECKING:
    from ...knowledge_graph import KnowledgeGraph
    from ...wikidata.export.eligibility import Verdict

_F = TypeVar("_F", bound=Callable[..., Any])
_TABLES: Final = (".csv", ".tsv", ".json", ".md")
_OUTCOMES: Final = ("exported", "already there", "held back", "cannot be expressed")


@click.group("export")
def export_command() -> None:
    """Write what was found here for a person to bring to Wikidata; nothing is ever sent."""


def _gate_options(command: _F) -> _F:
    """The options of the gate, the same for the commands and for the report."""
    command = click.option(
        "--sources",
        "least",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        help="So many sites must say it, where no interview or transcript does.",
    )(command)
    return click.option(
        "--confidence",
        type=click.FloatRange(0, 1),
        default=0.9,
        show_default=True,
        help="How sure the links of both ends must be.",
    )(command)


@export_command.command("quickstatements", short_help="The commands.", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata export quickstatements\n"
    "  allusion wikidata export quickstatements 重慶森林 -o chungking.qs\n"
    "\n"
    "Read what is written, strike out what you do not vouch for, and paste the rest into "
    "https://quickstatements.toolforge.org/ under a name of your own. A statement that is there "
    "already gets the reference alone."
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@_gate_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the commands to this file, and what to check them by beside it (.report.csv).",
)
@store_option
@data_option
def quickstatements_command(
    entities: tuple[str, ...], confidence: float, least: int, output: Path | None,
    data: Path | None,
) -> int:  # fmt: skip
    """New statements as QuickStatements, of connections that pass the gate.

    A connection passes that is explicit in the work or in the maker's own words, undisputed,
    in two sources or one primary, and whose ends are both linked as surely as --confidence
    says. Each line is one statement with one reference; its comment is our sentence for it.
    Exit code 1 if nothing passes.
    """
    from ...wikidata.export.quickstatements import commands
    from ...wikidata.export.report import count, report

    graph = open_graph(data)
    verdicts = _verdicts(graph, entities, confidence, least)
    lines = list(commands(verdicts))
    if output is not None and output.suffix in _TABLES:
        raise ParameterError(f"{output.name!r} would be taken for a table; end it with .qs or .txt")
    write("".join(f"{line}\n" for line in lines), output)
    if output is not None:
        beside = output.with_suffix(".report.csv")
        write(report(verdicts, graph.network(records=True)).write("csv"), beside)
    total: dict[str, int] = dict.fromkeys(_OUTCOMES, 0)
    for outcome, _, number in count(verdicts).rows[:-1]:
        total[str(outcome)] += int(str(number))
    note(f"{len(verdicts)} connections: {', '.join(f'{n} {word}' for word, n in total.items())}")
    note("why: allusion wikidata export report")
    return 0 if lines else 1


@export_command.command("report", short_help="What becomes of each connection.", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata export report\n"
    "  allusion wikidata export report 重慶森林 --outcome 'cannot be expressed'\n"
    "  allusion wikidata export report -o why.tsv"
))  # fmt: skip
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@several("--outcome", "outcomes", choices=_OUTCOMES, what="Only connections that end so")
@_gate_options
@format_options
@store_option
@data_option
def report_command(
    entities: tuple[str, ...], outcomes: tuple[str, ...], confidence: float, least: int,
    form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """What becomes of each connection: exported, there already, held back, or past expressing.

    With the reason for each, whether no property says it, no statement could, or the gate
    does not let it pass. As a table the counts come first; every connection is counted once.
    """
    from ...wikidata.export.report import count, in_short, report

    graph = open_graph(data)
    verdicts = _verdicts(graph, entities, confidence, least)
    kept = [it for it in verdicts if it.outcome in outcomes] if outcomes else verdicts
    if choose_format(form, output, triples=False) != "table":
        return emit(report(kept, graph.network(records=True)), form, output)
    write_tables({"Outcomes": count(kept), "Connections": in_short(kept)}, output)
    return 0


def _verdicts(
    graph: KnowledgeGraph, entities: tuple[str, ...], confidence: float, least: int
) -> list[Verdict]:
    from ...core.errors import MissingResource
    from ...wikidata.export.eligibility import Gate, Judge
    from ...wikidata.pull.snapshot import read_pulled

    iris = [graph.resolve(name) for name in entities]
    try:
        pulled = read_pulled().items
    except MissingResource as error:
        note(f"what is there already cannot be told: {error}")
        pulled = None
    return Judge(
        graph.network(records=True), graph.store, Gate(confidence, least), pulled
    ).verdicts(iris)
