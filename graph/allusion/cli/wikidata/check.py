"""wikidata check: compare every link with Wikidata's current data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..graph import open_graph
from ..options import data_option, format_options
from ..output import note, write, write_result
from .options import (
    SETTINGS,
    create_client,
    note_cached_on_error,
    request_options,
    select_links,
    summarize_requests,
)

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.link_check import LinkCheck


@click.command("check", epilog=(
    "\b\nExamples:\n"
    '  allusion wikidata check "Chungking Express" --all\n'
    "  allusion wikidata check --offline -f csv\n"
    "  allusion wikidata check --propose\n"
    "\n"
    + SETTINGS
))  # fmt: skip
@click.argument("entities", nargs=-1, metavar="[ENTITY]...")
@click.option("--all", "everything", is_flag=True, help="List agreements and missing values too.")
@click.option(
    "--propose", is_flag=True,
    help="Write corrected rows of wikidata.sssom.tsv for merged items.",
)  # fmt: skip
@request_options
@format_options
@data_option
def check_command(
    entities: tuple[str, ...], everything: bool, propose: bool, form: str | None,
    output: Path | None, data: Path | None, **options: Any,
) -> int:  # fmt: skip
    """Check that each link leads to the right item, and that both sides agree.

    For these entities, or all linked ones: does the item exist, is it not a redirect or
    disambiguation page, is its class right; do labels, dates, makers and identifiers agree?
    Lists disagreements with both values. Exit code 1 if there are any or if an item could not
    be checked, 4 without network.
    """
    from ...build.sssom import header, written
    from ...core.resources import locate
    from ...core.terms import shorten
    from ...wikidata.compare.link_check import check_links, propose_redirects
    from ...wikidata.model.links import links_by_entity
    from ...wikidata.pull.pull import pull
    from ..progress import progress

    resources = locate(data)
    rows = select_links(entities, resources, data)
    with progress() as bar:
        wikidata = create_client(bar, **options)
        with note_cached_on_error(wikidata):
            snapshot = pull(wikidata, [row.item for row in rows.values()])
    log = wikidata.log
    if options["dry_run"]:
        click.echo("\n".join(log.planned_requests), nl=False)
        return 0
    note(summarize_requests(log))
    if propose:
        others = {row.item for iri, row in links_by_entity(resources).items() if iri not in rows}
        changed, left = propose_redirects(rows.values(), snapshot.items, others)
        if changed:
            write("\n".join((header(), *map(written, changed))) + "\n", output)
        for row in left:
            target = snapshot.items[row.item].redirects_to
            note(
                f"not proposed: {shorten(row.subject)}: {row.item} was merged into {target}, which "
                "another entity is linked to; are they the same?"
            )
        note(f"rows to change: {len(changed)}")
        return 1 if changed or left or log.missing else 0
    checked = list(
        check_links(
            open_graph(data).network(records=True), rows, snapshot.items, snapshot.summaries
        )
    )
    faults = sum(len(one.disagreements) for one in checked)
    sound = sum(1 for one in checked if not one.disagreements)
    write_result(_table(checked, everything=everything), form, output)
    note(f"checked: {len(checked):,}; correct: {sound:,}; disagreements: {faults:,}")
    return 1 if faults or log.missing else 0


def _table(checked: list[LinkCheck], *, everything: bool) -> Result:
    from ...core.terms import Iri, Literal
    from ...query.results import Result

    columns = (
        "entity", "entityLabel", "item", "property", "status", "here", "wikidata", "note",
    )  # fmt: skip
    return Result(
        columns,
        [
            (
                Iri(one.entity.iri),
                Literal(one.entity.label()),
                Literal(one.item.item),
                Literal(f"{row.name} ({row.property})" if row.property[1:].isdigit() else row.name),
                Literal(row.status),
                Literal("; ".join(row.ours)),
                Literal("; ".join(row.theirs)),
                Literal(row.note),
            )
            for one in checked
            for row in (one.comparisons if everything else one.disagreements)
        ],
    )
