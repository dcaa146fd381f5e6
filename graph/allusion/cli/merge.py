"""allusion merge: merge one collection into another."""

from __future__ import annotations

from pathlib import Path

import click

from .diff import compared
from .options import data_option
from .output import note, write


@click.command("merge")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--write", "writes", is_flag=True, help="Write the first collection.")
@data_option
def merge_command(first: Path, second: Path, writes: bool, data: Path | None) -> int:
    """Merge the second collection into the first; without --write only show the changes.

    Lists what is equal, what differs (both are kept, because sources may disagree), what clashes
    (only one can be correct: that of the first is kept), and what is new. Exit code 1 if
    something clashes.
    """
    from ..authoring.comparison import merge_second
    from ..authoring.history import apply_change
    from ..authoring.importing import render

    collection, stored, concepts, found = compared(first, second, data)
    for title, texts in (
        ("clashes (the first is kept)", found.clashes),
        ("differs", found.differs),
        ("new", found.added),
    ):
        if texts:
            write("".join((f"{title}:\n", *(f"  {text}\n" for text in texts))), None)
    note(f"{len(found.same):,} the same")
    if writes:
        content = merge_second(stored.content, found).normalized(collection.language)
        texts_ = render(content, stored, collection, concepts)
        change = apply_change(collection, f"merge {second.name}", texts_)
        count = len(change.after)
        files = f"{count} file{'s' if count != 1 else ''}"
        note(f"written: {files}; to undo it: allusion undo {first}")
    else:
        note(f"nothing was written; to write it, run: allusion merge {first} {second} --write")
    return 1 if found.clashes else 0
