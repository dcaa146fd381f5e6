"""allusion undo: undo the last change of a collection."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note


@click.command("undo")
@click.argument("folder", type=click.Path(path_type=Path))
def undo_command(folder: Path) -> None:
    """Undo the last import or addition to a collection.

    Repeat the command to undo earlier changes. It fails if a file was edited since then. It also
    removes the remains of an interrupted import.
    """
    from ..authoring.collection import open_collection
    from ..authoring.history import undo

    change = undo(open_collection(folder))
    note(f"undone: {change.title} ({len(change.before)} files)")
