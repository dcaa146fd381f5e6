"""allusion annotate: find mentions in a text, and write a draft of a sheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import ParameterError
from .graph import open_graph
from .options import data_option, with_option
from .output import check_new, note, write

if TYPE_CHECKING:
    from ..authoring.annotation import Sentence, TextMention
    from ..authoring.sheet_rows import SheetRows


@click.command("annotate")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--about",
    default="",
    metavar="FILM",
    help="The film that the text is about, for the column from.",
)
@click.option("--key", default="", help="Key of the source. Default: the name of the file.")
@click.option(
    "--every", is_flag=True, help="Include sentences without a word that hints at a reference."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the sheet: .xlsx, .yaml, or a folder of CSV files. Default: YAML to stdout.",
)
@click.option(
    "-f", "--format", "form", type=click.Choice(["sheet", "json"]), default="sheet",
    show_default=True, help="json lists all sentences, mentions and offsets.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace a sheet that exists.")
@with_option
@data_option
def annotate_command(
    text: Path,
    about: str,
    key: str,
    every: bool,
    output: Path | None,
    form: str,
    force: bool,
    data: Path | None,
) -> None:
    """Find mentions in a text, and write a draft of a sheet to fill in.

    Finds names of the graph in every script, sentences with words that hint at a reference
    (English, Chinese, Japanese), and names that may be new, which become rows of "works and
    people". Kinds and sentences stay empty. Names that may also be common words are listed on
    stderr. TEXT may also be Web Annotations (.jsonld, or .json of Hypothesis): each becomes a row,
    its passage the quote.
    """
    from ..authoring.anchors import read_text
    from ..authoring.annotation import Annotator, annotate, draft_rows
    from ..authoring.slugs import latin_slug
    from ..authoring.web_annotations import draft_of_annotations

    if force and output is None:
        raise click.UsageError("--force replaces a sheet that exists; give -o")
    check_new(output, force=force)
    try:
        source = read_text(text).text
    except UnicodeDecodeError as error:
        raise ParameterError(f"{text} is not UTF-8; save it as UTF-8 text") from error
    if text.suffix.lower() in (".json", ".jsonld"):
        sheets = draft_of_annotations(source, text.name, about)
        _write(sheets, output, data)
        note(
            f"{len(sheets[-1].rows):,} rows to fill in; then: allusion import "
            f"{output or 'SHEET'} --into COLLECTION"
        )
        return
    sentences = annotate(source, Annotator(open_graph(data).names))
    mentions = [one for sentence in sentences for one in sentence.mentions]
    _notes(mentions)
    if form == "json":
        listed = json.dumps([_record(one) for one in sentences], ensure_ascii=False, indent=2)
        write(f"{listed}\n", output)
        return
    key = key or latin_slug(text.stem) or "text"
    sheets = draft_rows(sentences, key, about, every=every)
    rows = len(sheets[-1].rows)
    _write(sheets, output, data)
    note(
        f"{rows:,} rows to fill in or delete, and {len(sheets[1].rows):,} names that may be new; "
        "fill in the source, too; then: "
        f"allusion import {output or 'SHEET'} --into COLLECTION --text {key}={text}"
    )


def _write(sheets: list[SheetRows], output: Path | None, data: Path | None) -> None:
    from ..authoring.concepts import Concepts
    from ..authoring.sheet_writer import to_yaml, write_sheet
    from ..core.resources import locate

    if output:
        write_sheet(output, sheets, Concepts(locate(data)), "en")
    else:
        write(to_yaml(sheets), None)


def _notes(mentions: list[TextMention]) -> None:
    words = sorted({one.text for one in mentions if one.is_word})
    new = sorted({one.text for one in mentions if not one.candidates})
    if words:
        note(f"may be common words, not names: {', '.join(words)}")
    if new:
        note(f"perhaps new: {', '.join(new)}")


def _record(sentence: Sentence) -> dict[str, object]:
    return {
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "cue": sentence.cue,
        "mentions": [
            {
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "entities": [entity.iri for entity in one.candidates],
                "isWord": one.is_word,
            }
            for one in sentence.mentions
        ],
    }
