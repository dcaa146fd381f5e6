"""allusion diff: compare two collections, as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .graph import open_graph
from .options import data_option
from .output import note, write

if TYPE_CHECKING:
    from ..authoring.collection import Collection
    from ..authoring.comparison import CollectionComparison
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import CollectionContent


@click.command("diff")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@data_option
def diff_command(first: Path, second: Path, data: Path | None) -> int:
    """Compare two collections, as sentences; exit code 1 if they differ.

    Two sources are the same if their address is equal, or their key and title; two entities, if a
    name, the kind and the year are equal. Lines begin with - (only in the first), + (only in the
    second), ~ (in both, different) or ! (in both, and only one can be kept).
    """
    _, _, _, _, found = compared(first, second, data)
    lines = [
        *(f"! {text}" for text in found.clashes),
        *(f"~ {text}" for text in found.differs),
        *(f"- {text}" for text in found.removed),
        *(f"+ {text}" for text in found.added),
    ]
    write("".join(f"{line}\n" for line in lines), None)
    note(f"{len(found.same):,} the same, {len(lines):,} different")
    return 1 if lines else 0


def compared(
    first: Path, second: Path, data: Path | None
) -> tuple[Collection, CollectionContent, CollectionContent, Concepts, CollectionComparison]:
    """Open and compare two collections; also return the first one, and the content of both."""
    from ..authoring.collection import open_collection
    from ..authoring.comparison import compare
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import read_collection
    from ..authoring.sentences import Sentences
    from ..core.resources import locate

    one, other = open_collection(first), open_collection(second)
    concepts, names = Concepts(locate(data)), open_graph(data).names
    stored = read_collection(one, concepts)
    more = read_collection(other, concepts)
    found = compare(
        stored.content,
        more.content,
        (one, other),
        lambda contents: Sentences(contents, names),
    )
    return one, stored, more, concepts, found
