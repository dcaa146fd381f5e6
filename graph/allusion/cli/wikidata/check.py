"""wikidata check: every link beside what Wikidata says now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..options import data_option, format_options
from ..output import emit, note, open_graph, write
from .options import SETTINGS, account_of, asked_politely, asking_options, chosen, keeping

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.link_check import Checked


@click.command("check", epilog=(
    "\b\nExamples:\n"
    '  allusion wikidata check "Chungking Express" --all\n'
    "  allusion wikidata check --offline -f csv\n"
    "  allusion wikidata check --propose\n"
    "\n"
    + SETTINGS
))  # fmt: skip
@click.argument("entities", nargs=-1, metavar="[ENTITY]...")
@click.option("--all", "everything", is_flag=True, help="What agrees too, and what one side lacks.")
@click.option(
    "--propose", is_flag=True,
    help="Write the rows of wikidata.sssom.tsv as they should be for items that were merged.",
)  # fmt: skip
@asking_options
@format_options
@data_option
def check_command(
    entities: tuple[str, ...], everything: bool, propose: bool, form: str | None,
    output: Path | None, data: Path | None, **options: Any,
) -> int:  # fmt: skip
    """Check that each link to Wikidata leads to the right item, and that the two agree.

    Of these entities, or of all that are linked: is the item there, is it no redirect, no
    disambiguation page, of a fitting type; do labels, dates, makers and identifiers agree?
    What does not is listed with both values. Exit code 1 if anything is, or if an item could
    not be looked at, 4 without network.
    """
    from ...build.sssom import header, written
    from ...core.resources import locate
    from ...core.terms import shorten
    from ...wikidata.compare.link_check import check, proposed
    from ...wikidata.pull.pull import linked, pull
    from ..progress import progress

    resources = locate(data)
    rows = chosen(entities, resources, data)
    with progress() as bar:
        wikidata = asked_politely(bar, **options)
        with keeping(wikidata):
            pulled = pull(wikidata, [row.item for row in rows.values()])
    account = wikidata.account
    if options["dry_run"]:
        click.echo("\n".join(account.planned), nl=False)
        return 0
    note(account_of(account))
    if propose:
        others = {row.item for iri, row in linked(resources).items() if iri not in rows}
        changed, left = proposed(rows.values(), pulled.items, others)
        if changed:
            write("\n".join((header(), *map(written, changed))) + "\n", output)
        for row in left:
            target = pulled.items[row.item].redirects_to
            note(
                f"not proposed: {shorten(row.subject)}: {row.item} was merged into {target}, which "
                "another entity would have too; are the two one?"
            )
        note(f"rows to change: {len(changed)}")
        return 1 if changed or left or account.missing else 0
    checked = list(check(open_graph(data).network(records=True), rows, pulled.items, pulled.named))
    faults = sum(len(one.faults) for one in checked)
    sound = sum(1 for one in checked if not one.faults)
    emit(_table(checked, everything=everything), form, output)
    note(f"checked: {len(checked):,}; sound: {sound:,}; disagreements: {faults:,}")
    return 1 if faults or account.missing else 0


def _table(checked: list[Checked], *, everything: bool) -> Result:
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
            for row in (one.rows if everything else one.faults)
        ],
    )
