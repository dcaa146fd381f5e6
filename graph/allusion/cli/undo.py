"""allusion undo: undo the last change of a collection."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note


@click.command("undo")
@click.argument("folder", type=click.Path(path_type=Path))
def undo_command(folder: Path) -> None:
    """Undo the last import or addition to a collection.

    It names the change and its time first: an import that failed wrote nothing, so the last
    change can be an earlier one. Repeat the command to undo earlier changes. It fails if a file
    was edited since then. It also removes the remains of an interrupted import.
    """
    from ..authoring.collection import open_collection
    from ..authoring.history import last_change, undo

    collection = open_collection(folder)
    note(f"last change of {folder}: {last_change(collection)}")
    note(f"undone: {undo(collection).title}")
