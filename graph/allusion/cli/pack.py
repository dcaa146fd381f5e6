"""allusion pack: write a collection to one file."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note


@click.command("pack")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file. Default: the name of the folder with .zip.",
)
def pack_command(folder: Path, output: Path | None) -> None:
    """Write a collection to a zip file, to send it to others.

    The file has the settings, the README, the sources and the sheets in the folder, but no hidden
    files: the history of changes stays here. The README then begins with the films, and how to
    open the collection.
    """
    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import read_collection
    from ..authoring.packing import pack
    from ..core.resources import locate

    collection = open_collection(folder)
    path = output or Path(f"{folder.resolve().name}.zip")
    content = read_collection(collection, Concepts(locate(None))).content
    names = pack(collection, content, path)
    note(f"wrote {path}: {len(names):,} files, without the history of changes")
    if not any(name.endswith(".ttl") for name in names):
        note(f"{folder} has no sources yet: write them with allusion import ... --write")
    note(
        f"to open it: python -m zipfile -e {path.name} . && "
        f"allusion show NAME --with {folder.resolve().name}"
    )
