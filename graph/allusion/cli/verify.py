"""allusion verify: check that the passages of a collection are still in their texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import data_option, read_texts, text_option
from .output import note, write
from .prompts import confirm

if TYPE_CHECKING:
    from ..authoring.passage_verification import PassageCheck


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@text_option
@click.option(
    "--fix",
    is_flag=True,
    help="Ask what to do with each passage that is not exact, then write the changes.",
)
@data_option
def verify_command(folder: Path, texts: tuple[str, ...], fix: bool, data: Path | None) -> int:
    """Check that the passages of a collection are still in the texts of its sources.

    \b
    exact     the passage is at its offsets
    moved     it is elsewhere: offsets, score, and score of the second best place
    several   several places match equally well
    gone      it is not in the text; similar text in another context does not count
    no text   --text was not given for its source

    Offsets change only with --fix and an answer. Exit code 1 if a passage is moved, has several
    places or is gone, and with --fix if it stays so; passages without a text are not checked.
    """  # noqa: D301 (click wants the character itself)
    from ..authoring.anchors import remember
    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..authoring.passage_verification import move_passages, verify_passages
    from ..core.resources import locate

    collection, concepts = open_collection(folder), Concepts(locate(data))
    given = read_texts(texts)
    checked = verify_passages(collection, concepts, given)
    write("".join(f"{_line(one)}\n" for one in checked), None)
    counts = {state: sum(_state(one) == state for one in checked) for state in map(_state, checked)}
    note(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no passages")
    if unchecked := counts.get("no text", 0):
        note(f"{unchecked:,} not checked: give the text of the source with --text KEY=FILE")
    wrong = [one for one in checked if _state(one) not in ("exact", "no text")]
    if not fix:
        return 1 if wrong else 0
    if not all(map(_agreed, wrong)):
        note("nothing was written: answer for all passages, so that all offsets match one text")
        return 1
    change = move_passages(collection, concepts, given, wrong)
    for text in given.values():
        remember(text)
    if change.after:
        note(f"written; to undo it: allusion undo {folder}")
    return 0


def _state(one: PassageCheck) -> str:
    return one.found.state if one.found else "no text"


def _line(one: PassageCheck) -> str:
    anchor, found = one.evidence.anchor, one.found
    assert anchor is not None
    source = one.evidence.source.rpartition("/")[2]
    where = f"{source} {anchor.start}-{anchor.end}"
    if found and found.anchor and found.state != "exact":
        where += f" -> {found.anchor.start}-{found.anchor.end}"
        where += f" (score {found.score:.2f}, second {found.second:.2f}): {one.passage}"
    return f"{_state(one):8} {where}"


def _agreed(one: PassageCheck) -> bool:
    question = (
        "write this place?"
        if _state(one) == "moved"
        else "remove its offsets? Its row stays, with the place in words"
    )
    return confirm(f"{_line(one)}\n{question}", default=False)
