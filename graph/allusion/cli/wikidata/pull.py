"""wikidata pull: fetch the statements of linked items as a separate source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..options import data_option
from ..output import note
from .options import (
    SETTINGS,
    create_client,
    note_cached_on_error,
    request_options,
    select_links,
    summarize_requests,
)


@click.command("pull", epilog=(
    "A run that was stopped goes on where it was: nothing that came is asked for twice. "
    'Afterwards: allusion show "Chungking Express" --with wikidata. ' + SETTINGS
))  # fmt: skip
@click.argument("entities", nargs=-1, metavar="[ENTITY]...")
@click.option(
    "--depth",
    type=click.IntRange(0, 2),
    default=0,
    show_default=True,
    help="1: also what those are based on, inspired by or refer to, and what is based on them, "
    "as whole items.",
)
@request_options
@data_option
def pull_command(entities: tuple[str, ...], depth: int, data: Path | None, **options: Any) -> int:
    """Fetch what Wikidata states about these entities, or all linked ones.

    Fetches cast, crew, dates, places, series, awards, works they are based on and refer to,
    with the revision of each item. The result is a separate source, which is shown only with
    --with wikidata. Put names of several words in quotes.
    """
    from ...core.errors import MissingResource
    from ...core.resources import locate
    from ...core.terms import shorten
    from ...wikidata.pull.pull import merge_snapshots, pull
    from ...wikidata.pull.snapshot import read_snapshot, snapshot_folder, write_snapshot
    from ..progress import progress

    resources = locate(data)
    rows = select_links(entities, resources, data)
    items = [row.item for row in rows.values()]
    with progress() as bar:
        wikidata = create_client(bar, **options)
        with note_cached_on_error(wikidata):
            pulled = pull(wikidata, items, depth)
        account = wikidata.log
        if options["dry_run"]:
            click.echo("\n".join(account.planned_requests), nl=False)
            note(
                f"requests that would be sent: {len(account.planned_requests)}; then the names of what "
                "those items name"
            )
            return 0
        # Offline, items that are not cached stay as in the last snapshot.
        before = entities or account.missing
        if before and (snapshot_folder() / "items.json").is_file():
            pulled = merge_snapshots(read_snapshot(), pulled)
        if account.missing and not pulled.items:
            note(summarize_requests(account))
            raise MissingResource("none of it is in the cache; ask once without --offline")
        bar("making a source of it")
        made = write_snapshot(pulled, resources)
    gone = [one for one in pulled.items.values() if not one.exists or one.redirects_to]
    note(summarize_requests(account))
    note(
        f"{len(pulled.items):,} items, {made.triples:,} triples, {made.entities:,} entities that "
        f"are not in the facts: {snapshot_folder()}"
    )
    for reason, count in sorted(made.omitted.items()):
        note(f"left out: {reason}: {count:,}")
    if made.possible_duplicates:
        some = ", ".join(
            f"{shorten(one)} and {shorten(other)}" for one, other in made.possible_duplicates[:3]
        )
        note(
            f"of one kind and name, not linked, perhaps the same: {len(made.possible_duplicates)} ({some}"
            f"{' ...' if len(made.possible_duplicates) > 3 else ''}); see allusion wikidata link"
        )
    if gone:
        note(f"merged or deleted there: {len(gone)}; allusion wikidata check --offline names them")
    return 1 if account.missing else 0
