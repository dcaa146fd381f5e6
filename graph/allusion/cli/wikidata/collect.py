"""wikidata collect: make a collection of the connections of a slice."""

from __future__ import annotations

from pathlib import Path

import click

from ...core.text import count_text
from ..options import data_option
from ..output import note
from ..progress import progress


@click.command(
    "collect",
    epilog="\b\nExample:\n  allusion wikidata collect films.nt.gz --into wikidata-films\n",
)
@click.argument(
    "slices", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--into", "folder", required=True, type=click.Path(path_type=Path),
    help="The collection; it is made if the folder does not exist.",
)  # fmt: skip
@data_option
def collect_command(slices: tuple[Path, ...], folder: Path, data: Path | None) -> None:
    """Make a collection of what films are based on and refer to, from a slice of Wikidata.

    SLICES are files of allusion wikidata slice. Statements of based on, derivative work,
    inspired by, influenced by, references work, quotes work, main subject and after a work by
    become claims of the contributors of Wikidata. Items that are linked with entities of the
    shipped graph are these entities. To undo it: allusion undo FOLDER.
    """
    from ...authoring.collection import open_or_create
    from ...authoring.concepts import Concepts
    from ...authoring.importing import add_content
    from ...authoring.slice_import import read_slice
    from ...build.sssom import read_mappings
    from ...core.resources import locate

    resources = locate(data)
    collection, concepts = open_or_create(folder), Concepts(resources)
    mappings, _ = read_mappings(resources.mapping_file)
    linked = {one.item: one.subject for one in mappings if not one.negative}
    with progress(quiet=True) as bar:
        bar(f"reading {', '.join(path.name for path in slices)}")
        found = read_slice(slices, collection, linked)
    change = add_content(found.content, collection, concepts, f"collect {slices[0].name}")
    note(f"{len(found.content.connections):,} connections, {len(found.content.things):,} entities")
    for reason, count in found.skipped.items():
        note(f"omitted: {count_text(count, 'statement', 'statements')} {reason}")
    note(f"written to {folder}" if change.after else "nothing was changed")
    note(f"to view it: allusion view NAME --with {folder}")
