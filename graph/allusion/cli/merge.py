"""allusion merge: merge one collection into another."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.text import count_text
from .diff import compared
from .options import data_option
from .output import note, write


@click.command("merge")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--write", "writes", is_flag=True, help="Write the first collection.")
@click.option(
    "--prefer",
    type=click.Choice(["first", "second"]),
    help="The collection whose values are kept where the two clash. No default.",
)
@data_option
def merge_command(
    first: Path, second: Path, writes: bool, prefer: str | None, data: Path | None
) -> int:
    """Merge the second collection into the first; without --write only show the changes.

    Lists what is equal, what differs (both are kept, because sources may disagree), what clashes
    (only one value can be kept), and what is new. If something clashes, --write needs --prefer,
    and the exit code without it is 1. Sources are the same only if their address is equal, or
    their key and title; others are kept beside each other.
    """
    from dataclasses import replace

    from ..authoring.comparison import connection_iris, merge_rest, merge_second
    from ..authoring.history import apply_change
    from ..authoring.importing import render
    from ..authoring.to_rdf import connection_slugs

    collection, stored, more, concepts, found = compared(first, second, data)
    for title, texts in (
        (f"clashes ({f'the {prefer} is kept' if prefer else 'see --prefer'})", found.clashes),
        ("differs", found.differs),
        ("new", found.added),
    ):
        if texts:
            write("".join((f"{title}:\n", *(f"  {text}\n" for text in texts))), None)
    note(f"{len(found.same):,} the same")
    again = f"allusion merge {first} {second} --write"
    if found.clashes and not prefer:
        clash = count_text(len(found.clashes), "value clashes", "values clash")
        note(
            f"nothing was written: {clash}; correct one of the two sheets and import it, or "
            f"choose: {again} --prefer first, or --prefer second"
        )
        return 1
    if not writes:
        chosen = f" --prefer {prefer}" if prefer else ""
        note(f"nothing was written; to write it, run: {again}{chosen}")
        return 0
    merged = merge_second(stored.content, found, prefer_second=prefer == "second")
    content = merged.normalized(collection.language)
    content.slugs = connection_slugs(content, collection.namespace)
    iris = {**found.iris, **connection_iris(more.content, content, found.iris)}
    both = replace(stored, rest=merge_rest(stored.rest, more.rest, iris))
    texts_ = render(content, both, collection, concepts)
    change = apply_change(collection, f"merge {second.name}", texts_)
    files = count_text(len(change.after), "file", "files")
    note(f"written: {files}; to undo it: allusion undo {first}")
    return 0
