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
    "To continue an interrupted run, repeat the command; received responses are cached. "
    'Then: allusion show "Chungking Express" --with wikidata. ' + SETTINGS
))  # fmt: skip
@click.argument("entities", nargs=-1, metavar="[ENTITY]...")
@click.option(
    "--depth",
    type=click.IntRange(0, 2),
    default=0,
    show_default=True,
    help="Steps along connections: 1 also fetches the items that these are based on, inspired "
    "by or refer to, and those based on them.",
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
            snapshot = pull(wikidata, items, depth)
        log = wikidata.log
        if options["dry_run"]:
            click.echo("\n".join(log.planned_requests), nl=False)
            note(
                f"requests that would be sent: {len(log.planned_requests)}; more would follow for "
                "the labels of mentioned items"
            )
            return 0
        # Offline, items that are not cached stay as in the last snapshot.
        before = entities or log.missing
        if before and (snapshot_folder() / "items.json").is_file():
            snapshot = merge_snapshots(read_snapshot(), snapshot)
        if log.missing and not snapshot.items:
            note(summarize_requests(log))
            raise MissingResource("no item is cached; run once without --offline")
        bar("building the source")
        made = write_snapshot(snapshot, resources)
    gone = [one for one in snapshot.items.values() if not one.exists or one.redirects_to]
    note(summarize_requests(log))
    note(
        f"{len(snapshot.items):,} items, {made.triples:,} triples, {made.entities:,} new entities: "
        f"{snapshot_folder()}"
    )
    for reason, count in sorted(made.omitted.items()):
        note(f"omitted: {reason}: {count:,}")
    if pairs := made.possible_duplicates:
        some = ", ".join(f"{shorten(one)} and {shorten(other)}" for one, other in pairs[:3])
        note(
            f"possible duplicates (same kind and name, not linked): {len(pairs)} ({some}"
            f"{' ...' if len(pairs) > 3 else ''}); see allusion wikidata link"
        )
    if gone:
        note(
            f"merged or deleted on Wikidata: {len(gone)}; "
            "allusion wikidata check --offline lists them"
        )
    return 1 if log.missing else 0
