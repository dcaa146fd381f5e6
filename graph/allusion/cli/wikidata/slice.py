"""wikidata slice: filter films and what they mention out of a dump."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ...core.errors import ParameterError
from ..output import note
from ..progress import Bar, progress

if TYPE_CHECKING:
    from ...wikidata.dump.report import SliceProgress, SliceReport

_SHOWN_FAULTS: Final = 5
#: Interval of lines if stderr is not a terminal, and of updates on a terminal.
_LOG_INTERVAL_S: Final = 60.0
_BAR_INTERVAL_S: Final = 0.5


@click.command("slice", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata slice latest-truthy.nt.gz -o films.nt.gz\n"
    "  allusion wikidata slice part-*.nt.zst -o films.nt.zst --jobs 8\n"
    "  allusion wikidata slice --joined dump.gz.aa dump.gz.ab -o films.nt.gz\n"
    "  bzcat dump.nt.bz2 | allusion wikidata slice - -o films.nt\n"
    "  allusion wikidata slice part-*.nt.bz2 -o films.nt.gz --engine spark --master 'local[8]'\n"
    "  allusion load films.nt.gz --into films\n"
    "\nOne file defines what is kept (--show-rules). Duration for all of Wikidata: "
    "graph/allusion/wikidata/dump/README.md"
))  # fmt: skip
@click.argument("dump", nargs=-1)
@click.option("-o", "--output", help="The file to write: .nt, .nt.gz, .nt.bz2 or .nt.zst.")
@click.option(
    "--rules", type=click.Path(dir_okay=False, path_type=Path), help="Use these rules instead."
)
@click.option("--show-rules", is_flag=True, help="Write the default rules to stdout.")
@click.option("--strict", is_flag=True, help="Stop at a line that is not N-Triples.")
@click.option("--joined", is_flag=True, help="The files are parts of one file, in this order.")
@click.option("--jobs", type=click.IntRange(min=1), help="Number of worker processes.")
@click.option(
    "--engine",
    type=click.Choice(("here", "spark")),
    default="here",
    show_default=True,
    help="This machine, or Apache Spark (pip install 'allusion[spark]', and Java).",
)
@click.option("--master", metavar="URL", help="Address of Spark; default: its configuration.")
def slice_command(
    dump: tuple[str, ...], output: str | None, rules: Path | None, show_rules: bool, strict: bool,
    joined: bool, jobs: int | None, engine: str, master: str | None,
) -> None:  # fmt: skip
    """Filter films, series and what they mention out of a dump of Wikidata.

    DUMP is one or more files of N-Triples, plain or compressed (gz, bz2, zst, xz), or - for
    stdin. Writes the sorted lines of films and series, their makers, casts, characters and
    places, and of works and people that they refer to or that refer to them. Memory does not
    grow with the dump. To resume an interrupted run, repeat the command. Exit code 3 if a file
    is truncated or has no film.
    """
    from ...wikidata.dump.rules import DEFAULT_RULES, read_rules

    if show_rules:
        click.echo(DEFAULT_RULES.read_text(encoding="utf-8"), nl=False)
        return
    if not dump:
        raise click.UsageError("Missing argument 'DUMP...'.")
    if not output:
        raise click.UsageError("Missing option '-o': the file to write.")
    chosen = read_rules(rules) if rules else read_rules()
    began = time.monotonic()
    with progress(quiet=True) as bar:
        reporter = _ProgressReporter(bar)
        if engine == "spark":
            if joined or jobs is not None or "-" in dump:
                raise ParameterError(
                    "--joined, --jobs and stdin are for one machine; Spark splits files itself, "
                    "and --master sets the number of processes ('local[8]')"
                )
            from ...wikidata.dump.spark import slice_with_spark

            report = slice_with_spark(
                dump, output, chosen, master=master, strict=strict, progress=reporter
            )
        else:
            if master:
                raise ParameterError("--master needs --engine spark")
            from ...wikidata.dump.local import slice_dump

            try:
                report = slice_dump(
                    [Path(name) for name in dump], Path(output), chosen,
                    joined=joined, strict=strict, jobs=jobs, progress=reporter,
                )  # fmt: skip
            except KeyboardInterrupt:
                note("to continue after the last finished file, repeat the command")
                raise
    _write_report(report, output, time.monotonic() - began)


class _ProgressReporter:
    """Shows the progress of a slice: on the bar, or as a line each minute."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._step = ""
        self._said = time.monotonic()

    def __call__(self, at: SliceProgress) -> None:
        now = time.monotonic()
        if self._bar.is_on_terminal:
            if at.step != self._step or now - self._said > _BAR_INTERVAL_S:
                self._bar(_progress_text(at))
                self._bar.amount(at.bytes_done, at.bytes_total)
                self._step, self._said = at.step, now
        elif now - self._said > _LOG_INTERVAL_S:
            note(_progress_text(at))
            self._said = now


def _progress_text(at: SliceProgress) -> str:
    if not at.lines:
        return at.step
    rate = at.lines / max(at.seconds, 0.001)
    words = f"{at.step}: {at.bytes_done / max(at.bytes_total, 1):.0%}, {rate:,.0f} lines/s"
    left = at.seconds_left
    return words if left is None else f"{words}, {_format_duration(left)} left"


def _format_duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _write_report(report: SliceReport, output: str, seconds: float) -> None:
    for fault in report.faults[:_SHOWN_FAULTS]:
        where = f"{fault.file}:{fault.line}" if fault.line else fault.file
        note(f"malformed: {where}: {fault.problem}")
    if report.malformed:
        note(f"{report.malformed:,} malformed lines were skipped (--strict stops at the first)")
    if report.resumed:
        note(f"continued after {', '.join(report.resumed)} of an earlier run")
    chosen = report.selection
    note(
        f"{report.lines:,} lines read: {chosen.core:,} films and series of {chosen.classes:,} "
        f"classes, {chosen.kept:,} items in total"
    )
    note(f"wrote {report.rows:,} triples in {_format_duration(seconds)}: {output}")
