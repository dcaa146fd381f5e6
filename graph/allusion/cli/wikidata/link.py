"""wikidata link: finding the items of entities, or of the rows of a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ...core.errors import ParameterError
from ...core.vocabulary import ENTITY_REGISTERS
from ..options import data_option, format_options
from ..output import emit, note, open_graph, write, write_lines
from .options import account_of, asked_politely, keeping, manners, service_options

if TYPE_CHECKING:
    from rich.text import Text

    from ...build.sssom import Mapping
    from ...knowledge_graph import KnowledgeGraph
    from ...wikidata.client.batch_client import Asker
    from ...wikidata.linking import Decision, Source
    from ...wikidata.linking.table import Columns
    from ..progress import Bar

_ROLES: Final = {"P57", "P58", "P162", "P175", "P86", "P50"}


@click.command("link", epilog=(
    "Asks the public endpoint, unless --index or --reconcile names something else to ask; they "
    "may stand beside one another and beside --endpoint. Settings: ALLUSION_WIKIDATA_ENDPOINT, "
    "ALLUSION_CONTACT. Exit code 1 if something stays without an item."
))  # fmt: skip
@click.argument("names", nargs=-1, metavar="[ENTITY]...")
@click.option("--all", "every", is_flag=True, help="All entities that have no item yet.")
@click.option("--review", is_flag=True, help="Put what is undecided before you, one key each.")
@click.option("--again", is_flag=True, help="In the review, what was skipped before too.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print what would be asked, and of an index what would be written; do neither.",
)
@click.option(
    "--index",
    "indexes",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A slice of Wikidata to look in (.nt or .jsonl, packed or not), or an index made of one.",
)
@click.option("--reconcile", metavar="URL", help="A reconciliation service for Wikidata to ask.")
@service_options
@click.option(
    "--table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Link the rows of this CSV or TSV file instead; columns are added to it.",
)
@click.option("--title-column", metavar="NAME", help="The column of titles (or names).")
@click.option("--year-column", metavar="NAME", default="", help="The column of years or dates.")
@click.option("--director-column", multiple=True, metavar="NAME", help="A column of directors.")
@click.option(
    "--context",
    multiple=True,
    metavar="PROPERTY=COLUMN",
    help="What else a column says: P345=imdb (IMDb), P161=cast, P50=author ...",
)
@click.option(
    "--kind",
    type=click.Choice(list(ENTITY_REGISTERS)),
    default="film",
    show_default=True,
    help="What the rows are.",
)
@click.option("--language", metavar="TAG", default="", help="The language of the titles.")
@format_options
@data_option
def link_command(
    names: tuple[str, ...], every: bool, review: bool, again: bool, dry_run: bool,
    indexes: tuple[Path, ...], reconcile: str | None, endpoint: str | None,
    contact: str | None, timeout_s: float, offline: bool, refresh: bool, max_age: float,
    table: Path | None, title_column: str | None,
    year_column: str, director_column: tuple[str, ...], context: tuple[str, ...], kind: str,
    language: str, form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """Find the Wikidata items of entities, and write them into the file of links.

    An item is accepted where enough speaks for it beyond its name, and far more
    than for the next; each decision shows its reasons. What is left is for a person:
    --review. Links that a row with Not forbids are never proposed.

    With --table, the rows of a file of yours: its columns stay, five are added.
    """
    from ..progress import progress

    _check_together(names, every, review, table, form)
    columns = graph = None
    if table is not None:
        columns = _columns(title_column, year_column, director_column, context)
    else:
        graph = open_graph(data)
    with progress() as bar:
        sources, askers = _sources(
            indexes, endpoint, reconcile, bar,
            offline=offline, refresh=refresh, max_age=max_age, dry_run=dry_run,
            contact=contact, timeout_s=timeout_s,
        )  # fmt: skip
        if dry_run and table is not None and askers:
            raise ParameterError("--dry-run of a table wants an --index: it asks nobody")
        with keeping(*askers):
            if table is not None and columns is not None:
                code = _link_table(table, columns, sources, bar, kind, language, output)
                _tell(askers)
                return code
            assert graph is not None
            work = _Work(graph, names, every, sources, bar)
    if dry_run and askers:
        planned = [request for one in askers for request in one.account.planned]
        click.echo("\n".join(planned), nl=False)
        note(f"requests that would be sent: {len(planned)}; then others for what those find")
        return 0
    _tell(askers)
    accepted = [row for one in work.decisions if (row := work.row(one))]
    shown = {one.clues.subject for one in accepted_of(work.decisions)} if review else None
    _show(work, form, output, shown)
    work.write(accepted, dry_run=dry_run)
    left = [one for one in work.decisions if not one.item]
    if review and left:
        from .review import Reviewing

        saved = None if dry_run else work.mapping_file
        left = Reviewing(left, work.seen_in, saved, again=again).run()
    return 1 if left else 0


def _check_together(
    names: tuple[str, ...], every: bool, review: bool, table: Path | None, form: str | None
) -> None:
    if table is not None and (names or every or review):
        raise ParameterError("--table links rows; entities, --all and --review go without it")
    if table is not None and form is not None:
        raise ParameterError("a table stays a table: -o x.csv or -o x.tsv says which, and no -f")
    if table is None and not names and not every:
        raise ParameterError("say which entities, or --all; or link a file of yours with --table")
    if review and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ParameterError("--review asks one key after the other: it wants a terminal")


def _tell(askers: Sequence[Asker]) -> None:
    """What was asked, and that nothing is known of what could not be."""
    for asker in askers:
        note(account_of(asker.account))
    if any(asker.account.missing for asker in askers):
        note("what is not in the cache was not looked for: no candidate means nothing there")


def accepted_of(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that got an item."""
    return [one for one in decisions if one.item]


class _Work:
    """The entities that want an item, and what was decided on them."""

    def __init__(
        self, graph: KnowledgeGraph, names: tuple[str, ...], every: bool,
        sources: Sequence[Source], bar: Bar,
    ) -> None:  # fmt: skip
        from ...build.sssom import read_mappings
        from ...core.terms import shorten
        from ...wikidata.linking import decide_all
        from ...wikidata.linking.entities import clues_of, forbidden, without_shared

        self.mapping_file = graph.resources.mapping_file
        mappings, faults = read_mappings(self.mapping_file)
        if faults:
            from ...core.errors import DataError

            raise DataError(faults)
        network = graph.network(records=True)
        linked = {row.subject: row.item for row in mappings if not row.negative}
        wanted = dict.fromkeys(graph.resolve(name) for name in names)
        for iri in [iri for iri in wanted if iri in linked]:
            note(f"{shorten(iri)} has the item {linked[iri]} already")
            del wanted[iri]
        if every:
            wanted |= dict.fromkeys(iri for iri in sorted(network) if iri not in linked)
        clues = [clues_of(network, iri) for iri in wanted]
        never = forbidden(mappings, clues)
        decisions = []
        bar(f"looking for {len(clues):,} entities ...")
        for one in decide_all(clues, sources, never=never):
            decisions.append(one)
            bar.amount(len(decisions), len(clues))
        self.decisions = without_shared(decisions)
        #: The sources, each with the day on which what it says was read: known by now.
        self.seen_in = ", ".join(source.name for source in sources)

    def row(self, decision: Decision) -> Mapping | None:
        """The row for one that was accepted."""
        from ...wikidata.linking.entities import row_of

        if not decision.item or decision.best is None:
            return None
        return row_of(
            decision.clues, decision.best, confidence=decision.confidence, seen_in=self.seen_in
        )

    def write(self, rows: Sequence[Mapping], *, dry_run: bool) -> None:
        """Add rows to the file of links, and say so."""
        from ...build.sssom import add_mappings

        count = f"{len(rows)} row{'s' if len(rows) != 1 else ''}"
        if dry_run:
            note(f"dry run: {count} would go into {self.mapping_file}")
        elif rows:
            add_mappings(self.mapping_file, rows)
            note(f"wrote {count} into {self.mapping_file}")


def _sources(
    indexes: tuple[Path, ...], endpoint: str | None, reconcile: str | None, bar: Bar,
    *, contact: str | None, timeout_s: float, **manner: Any,
) -> tuple[list[Source], list[Asker]]:  # fmt: skip
    """Where to look, in the order in which they are believed; and which of them ask a service.

    The endpoint is asked where it was named, or where there is nothing else to ask.
    """
    sources: list[Source] = []
    askers: list[Asker] = []
    given = click.get_current_context().get_parameter_source("endpoint")
    if indexes:
        from ...core.resources import home
        from ...wikidata.linking import LocalIndex
        from ...wikidata.linking.index_builder import cached_index

        making = f"making the index of {', '.join(path.name for path in indexes)} (once) ..."
        folder = home() / "wikidata" / "index"
        sources.append(LocalIndex(cached_index(indexes, folder, lambda: bar(making))))
    if given is click.core.ParameterSource.COMMANDLINE or not (indexes or reconcile):
        from ...wikidata.linking.sparql_source import Endpoint

        wikidata = asked_politely(
            bar, contact=contact, timeout_s=timeout_s, api=None, endpoint=endpoint, **manner
        )
        sources.append(Endpoint(wikidata))
        askers.append(wikidata)
    if reconcile:
        from ...store.remote import CONTACT
        from ...wikidata.linking.reconciliation_source import Reconciler

        service = Reconciler(
            reconcile, contact=contact or CONTACT, timeout_s=timeout_s,
            manners=askers[0].manners if askers else manners(contact=contact, **manner),
        )  # fmt: skip
        sources.append(service)
        askers.append(service)
    return sources, askers


def _show(work: _Work, form: str | None, output: Path | None, only: set[str] | None) -> None:
    """The decisions: as text on a terminal, else as rows; in a review, what was accepted."""
    from ...core.terms import Iri, Literal
    from ...query.results import Result
    from ...store.base import Row
    from ...wikidata.linking.table import ADDED, added_cells

    decisions = [one for one in work.decisions if only is None or one.clues.subject in only]
    if form is None and output is None and sys.stdout.isatty():
        write_lines(line for one in decisions for line in _lines(one))
        return
    if only is not None:
        return
    columns = ("entity", "label", *(name.removeprefix("wikidata_") for name in ADDED))
    rows: list[Row] = [
        (Iri(one.clues.subject), *map(Literal, (one.clues.label, *added_cells(one))))
        for one in decisions
    ]
    emit(Result(columns, rows), form, output)


def _lines(decision: Decision) -> Iterator[Text]:
    from rich.text import Text

    from .review import candidate_lines, heading

    yield heading(decision.clues)
    style = {"accepted": "green", "undecided": "yellow", "none": "dim"}[decision.verdict]
    words = {"accepted": "linked", "undecided": "undecided", "none": "no item"}[decision.verdict]
    yield Text(f"  {words}{': ' + decision.why if decision.why else ''}", style)
    for place, scored in enumerate(decision.ranking[:3]):
        sure = decision.confidence if place == 0 else None
        yield from candidate_lines(scored, sure)
    yield Text("")


def _columns(
    title: str | None, year: str, directors: tuple[str, ...], context: tuple[str, ...]
) -> Columns:
    from ...wikidata.linking.table import Columns
    from ...wikidata.model.properties import IDENTIFIERS

    if not title:
        raise ParameterError("--table needs --title-column, the name of the column of titles")
    makers = [("P57", column) for column in directors]
    identifiers: list[tuple[str, str]] = []
    cast: list[str] = []
    for one in context:
        prop, sign, column = one.partition("=")
        if not sign or not column:
            raise ParameterError(f"--context {one!r}: write PROPERTY=COLUMN, like P345=imdb")
        if prop in IDENTIFIERS:
            identifiers.append((prop, column))
        elif prop == "P161":
            cast.append(column)
        elif prop in _ROLES:
            makers.append((prop, column))
        else:
            known = ", ".join(sorted({*IDENTIFIERS, *_ROLES, "P161"}, key=lambda p: int(p[1:])))
            raise ParameterError(f"--context {one!r}: nothing is made of {prop}; known: {known}")
    return Columns(title, year, tuple(makers), tuple(cast), tuple(identifiers))


def _link_table(
    table: Path, columns: Columns, sources: Sequence[Source], bar: Bar, kind: str,
    language: str, output: Path | None,
) -> int:  # fmt: skip
    from collections import Counter

    from ...wikidata.linking.table import Tally, link_table, total_lines

    if output is not None and output.resolve() == table.resolve():
        raise ParameterError(f"{output} would take the place of the table; give another name")
    tally, total = Tally(Counter()), total_lines(table)
    bar(f"linking {table.name} ...")
    lines = link_table(
        table, columns, sources, kind=kind, language=language, output=output, tally=tally,
        report=lambda done: bar.amount(done, total),
    )  # fmt: skip
    write(lines, output)
    found = tally.verdicts
    note(
        f"{tally.rows:,} rows: {found['accepted']:,} linked, {found['undecided']:,} undecided, "
        f"{found['none']:,} without a candidate"
    )
    return 0 if found["accepted"] == tally.rows else 1
