"""wikidata link: find the items of entities, or of the rows of a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ...core.errors import ParameterError
from ...core.text import count_text
from ...core.vocabulary import ENTITY_REGISTERS
from ..graph import open_graph
from ..options import data_option, format_options
from ..output import note, write, write_lines, write_result
from .options import (
    create_client,
    note_cached_on_error,
    request_policy,
    service_options,
    summarize_requests,
)

if TYPE_CHECKING:
    from rich.text import Text

    from ...build.sssom import Mapping
    from ...knowledge_graph import KnowledgeGraph
    from ...wikidata.client.batch_client import BatchClient
    from ...wikidata.linking import CandidateSource, LinkDecision
    from ...wikidata.linking.table import ColumnMapping
    from ..progress import Bar

_ROLES: Final = {"P57", "P58", "P162", "P175", "P86", "P50"}


@click.command("link", epilog=(
    "Queries the public endpoint, unless --index or --reconcile is given; these can be combined "
    "with each other and with --endpoint. Settings: ALLUSION_WIKIDATA_ENDPOINT, "
    "ALLUSION_CONTACT. Exit code 1 if an entity or row has no item."
))  # fmt: skip
@click.argument("names", nargs=-1, metavar="[ENTITY]...")
@click.option("--all", "every", is_flag=True, help="All entities without an item.")
@click.option(
    "--review", is_flag=True, help="Decide undecided entities interactively, with one key each."
)
@click.option("--again", is_flag=True, help="Review entities that were skipped before, too.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print the requests, or with --index the rows, without sending or writing them.",
)
@click.option(
    "--index",
    "indexes",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A slice of Wikidata (.nt or .jsonl, compressed or not), or an index built from one.",
)
@click.option(
    "--reconcile", metavar="URL", help="Address of a reconciliation service for Wikidata."
)
@service_options
@click.option(
    "--table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Link the rows of this CSV or TSV file instead, and add columns.",
)
@click.option("--title-column", metavar="NAME", help="The column of titles (or names).")
@click.option("--year-column", metavar="NAME", default="", help="The column of years or dates.")
@click.option("--director-column", multiple=True, metavar="NAME", help="A column of directors.")
@click.option(
    "--context",
    multiple=True,
    metavar="PROPERTY=COLUMN",
    help="Meaning of another column: P345=imdb (IMDb), P161=cast, P50=author ...",
)
@click.option(
    "--kind",
    type=click.Choice(list(ENTITY_REGISTERS)),
    default="film",
    show_default=True,
    help="The register of the rows.",
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
    """Find the Wikidata items of entities and write them to the mapping file.

    Accepts an item if evidence beyond its name supports it and the next candidate has far
    fewer points; each decision lists its reasons. Use --review to decide the others yourself. Items
    excluded by a row with Not are never proposed.

    With --table, links the rows of a CSV or TSV file and adds five columns.
    """
    from ..progress import progress

    _check_options(names, every, review, table, form)
    columns = graph = None
    if table is not None:
        columns = _parse_columns(title_column, year_column, director_column, context)
    else:
        graph = open_graph(data)
    with progress() as bar:
        sources, clients = _open_sources(
            indexes, endpoint, reconcile, bar,
            offline=offline, refresh=refresh, max_age=max_age, dry_run=dry_run,
            contact=contact, timeout_s=timeout_s,
        )  # fmt: skip
        if dry_run and table is not None and clients:
            raise ParameterError("--dry-run of a table needs --index, because it sends no requests")
        with note_cached_on_error(*clients):
            if table is not None and columns is not None:
                code = _link_table(table, columns, sources, bar, kind, language, output)
                _report_requests(clients)
                return code
            assert graph is not None
            linking = _EntityLinking(graph, names, every, sources, bar)
    if dry_run and clients:
        planned = [request for one in clients for request in one.log.planned_requests]
        click.echo("\n".join(planned), nl=False)
        note(f"requests that would be sent: {len(planned)}; more would follow for their results")
        return 0
    _report_requests(clients)
    accepted = [row for one in linking.decisions if (row := linking.row(one))]
    shown = (
        {one.features.subject for one in accepted_decisions(linking.decisions)} if review else None
    )
    _write_decisions(linking, form, output, shown)
    linking.write(accepted, dry_run=dry_run)
    left = [one for one in linking.decisions if not one.item]
    if review and left:
        from .review import ReviewSession

        saved = None if dry_run else linking.mapping_file
        left = ReviewSession(left, linking.seen_in, saved, again=again).run()
    return 1 if left else 0


def _check_options(
    names: tuple[str, ...], every: bool, review: bool, table: Path | None, form: str | None
) -> None:
    if table is not None and (names or every or review):
        raise ParameterError(
            "--table links rows; it cannot be combined with entities, --all or --review"
        )
    if table is not None and form is not None:
        raise ParameterError("--table cannot be combined with -f; use -o x.csv or -o x.tsv")
    if table is None and not names and not every:
        raise ParameterError("name entities, or use --all, or link a file with --table")
    if review and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ParameterError("--review needs a terminal")


def _report_requests(clients: Sequence[BatchClient]) -> None:
    """Report the requests, and that candidates may be missing offline."""
    for client in clients:
        note(summarize_requests(client.log))
    if any(client.log.missing for client in clients):
        note("queries that are not cached were not sent, so candidates may be missing")


def accepted_decisions(decisions: Sequence[LinkDecision]) -> list[LinkDecision]:
    """Return the decisions that accepted an item."""
    return [one for one in decisions if one.item]


class _EntityLinking:
    """Decisions on the entities without an item."""

    def __init__(
        self, graph: KnowledgeGraph, names: tuple[str, ...], every: bool,
        sources: Sequence[CandidateSource], bar: Bar,
    ) -> None:  # fmt: skip
        from ...build.sssom import read_mappings
        from ...core.terms import shorten
        from ...wikidata.linking import decide_all
        from ...wikidata.linking.entities import (
            entity_features,
            excluded_items,
            reject_shared_items,
        )

        self.mapping_file = graph.resources.mapping_file
        mappings, faults = read_mappings(self.mapping_file)
        if faults:
            from ...core.errors import DataError

            raise DataError(faults)
        network = graph.network(records=True)
        linked = {row.subject: row.item for row in mappings if not row.negative}
        selected = dict.fromkeys(graph.resolve(name) for name in names)
        for iri in [iri for iri in selected if iri in linked]:
            note(f"{shorten(iri)} is linked to {linked[iri]} already")
            del selected[iri]
        if every:
            selected |= dict.fromkeys(iri for iri in sorted(network) if iri not in linked)
        queries = [entity_features(network, iri) for iri in selected]
        excluded = excluded_items(mappings, queries)
        decisions = []
        bar(f"searching for {len(queries):,} entities ...")
        for one in decide_all(queries, sources, excluded=excluded):
            decisions.append(one)
            bar.amount(len(decisions), len(queries))
        self.decisions = reject_shared_items(decisions)
        #: Names of the sources with the day of retrieval, which is known now.
        self.seen_in = ", ".join(source.name for source in sources)

    def row(self, decision: LinkDecision) -> Mapping | None:
        """Return the SSSOM row of an accepted decision."""
        from ...wikidata.linking.entities import sssom_row

        if not decision.item or decision.best is None:
            return None
        return sssom_row(
            decision.features, decision.best, confidence=decision.confidence, seen_in=self.seen_in
        )

    def write(self, rows: Sequence[Mapping], *, dry_run: bool) -> None:
        """Append rows to the mapping file, and report it."""
        from ...build.sssom import add_mappings

        count = count_text(len(rows), "row", "rows")
        if dry_run:
            note(f"dry run: {count} would be appended to {self.mapping_file}")
        elif rows:
            add_mappings(self.mapping_file, rows)
            note(f"appended {count} to {self.mapping_file}")


def _open_sources(
    indexes: tuple[Path, ...], endpoint: str | None, reconcile: str | None, bar: Bar,
    *, contact: str | None, timeout_s: float, **policy: Any,
) -> tuple[list[CandidateSource], list[BatchClient]]:  # fmt: skip
    """Return the candidate sources by precedence, and those that send requests.

    The endpoint is used if it was given as an option, or if there is no other source.
    """
    sources: list[CandidateSource] = []
    clients: list[BatchClient] = []
    given = click.get_current_context().get_parameter_source("endpoint")
    if indexes:
        from ...core.resources import home
        from ...wikidata.linking import IndexSource
        from ...wikidata.linking.index_builder import cached_index

        making = f"building the index of {', '.join(path.name for path in indexes)} (once) ..."
        folder = home() / "wikidata" / "index"
        sources.append(IndexSource(cached_index(indexes, folder, lambda: bar(making))))
    if given is click.core.ParameterSource.COMMANDLINE or not (indexes or reconcile):
        from ...wikidata.linking.sparql_source import SparqlSource

        wikidata = create_client(
            bar, contact=contact, timeout_s=timeout_s, api=None, endpoint=endpoint, **policy
        )
        sources.append(SparqlSource(wikidata))
        clients.append(wikidata)
    if reconcile:
        from ...http.user_agent import CONTACT
        from ...wikidata.linking.reconciliation_source import ReconciliationSource

        service = ReconciliationSource(
            reconcile, contact=contact or CONTACT, timeout_s=timeout_s,
            policy=clients[0].policy if clients else request_policy(contact=contact, **policy),
        )  # fmt: skip
        sources.append(service)
        clients.append(service)
    return sources, clients


def _write_decisions(
    linking: _EntityLinking, form: str | None, output: Path | None, only: set[str] | None
) -> None:
    """Write the decisions, as text on a terminal, else as rows."""
    from ...core.terms import Iri, Literal
    from ...query.results import Result
    from ...store.interface import Row
    from ...wikidata.linking.table import ADDED_COLUMNS, decision_cells

    decisions = [one for one in linking.decisions if only is None or one.features.subject in only]
    if form is None and output is None and sys.stdout.isatty():
        write_lines(line for one in decisions for line in _decision_lines(one))
        return
    if only is not None:
        return
    columns = ("entity", "label", *(name.removeprefix("wikidata_") for name in ADDED_COLUMNS))
    rows: list[Row] = [
        (Iri(one.features.subject), *map(Literal, (one.features.label, *decision_cells(one))))
        for one in decisions
    ]
    write_result(Result(columns, rows), form, output)


def _decision_lines(decision: LinkDecision) -> Iterator[Text]:
    from rich.text import Text

    from .review import candidate_lines, heading

    yield heading(decision.features)
    style = {"accepted": "green", "undecided": "yellow", "none": "dim"}[decision.status]
    words = {"accepted": "linked", "undecided": "undecided", "none": "no item"}[decision.status]
    yield Text(f"  {words}{': ' + decision.reason if decision.reason else ''}", style)
    for place, scored in enumerate(decision.candidates[:3]):
        sure = decision.confidence if place == 0 else None
        yield from candidate_lines(scored, sure)
    yield Text("")


def _parse_columns(
    title: str | None, year: str, directors: tuple[str, ...], context: tuple[str, ...]
) -> ColumnMapping:
    from ...wikidata.linking.table import ColumnMapping
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
            raise ParameterError(f"--context {one!r}: {prop} is not supported; supported: {known}")
    return ColumnMapping(title, year, tuple(makers), tuple(cast), tuple(identifiers))


def _link_table(
    table: Path, columns: ColumnMapping, sources: Sequence[CandidateSource], bar: Bar, kind: str,
    language: str, output: Path | None,
) -> int:  # fmt: skip
    from collections import Counter

    from ...wikidata.linking.table import DecisionCounts, count_rows, link_table

    if output is not None and output.resolve() == table.resolve():
        raise ParameterError(f"{output} would overwrite the table; use another name")
    counts, total = DecisionCounts(Counter()), count_rows(table)
    bar(f"linking {table.name} ...")
    lines = link_table(
        table, columns, sources, kind=kind, language=language, output=output, counts=counts,
        on_row=lambda done: bar.amount(done, total),
    )  # fmt: skip
    write(lines, output)
    found = counts.by_status
    note(
        f"{counts.rows:,} rows: {found['accepted']:,} linked, {found['undecided']:,} undecided, "
        f"{found['none']:,} without a candidate"
    )
    return 0 if found["accepted"] == counts.rows else 1
