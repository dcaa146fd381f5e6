"""allusion undo: take back the last change of a collection."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note


@click.command("undo")
@click.argument("folder", type=click.Path(path_type=Path))
def undo_command(folder: Path) -> None:
    """Take back the last import or addition to a collection.

    May be repeated. It is refused if a file was changed since by other means. It also ends an
    import that was interrupted.
    """
    from ..authoring.collection import open_collection
    from ..authoring.history import undo

    change = undo(open_collection(folder))
    note(f"taken back: {change.title} ({len(change.before)} files)")
