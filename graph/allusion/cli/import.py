"""allusion import: read a sheet into a collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import ParameterError
from ..core.text import count_text
from .graph import open_graph
from .options import data_option, layers, read_texts, text_option, with_option
from .output import note, write

if TYPE_CHECKING:
    from ..authoring.concepts import Concepts
    from ..authoring.importing import Difference, ImportPlan
    from ..authoring.sheet_faults import SheetFault
    from ..search.name_index import NameIndex

#: Maximum number of matched names and new things that are listed.
_MOST: int = 30
#: Maximum number of names of kept things that are listed.
_FEW: int = 10


@click.command(
    "import",
    epilog=(
        "\b\nExamples:\n"
        "  allusion import my-films/sheet.xlsx\n"
        "  allusion import my-films/sheet.xlsx --write\n"
        "  allusion import films.csv-folder --into my-films --problems problems.csv\n"
    ),
)
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path),
    help="The collection. Default: the folder of the sheet.",
)
@click.option(
    "--write", "writes", is_flag=True, help="Write the collection, if no row has a fault."
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="Write the rows with faults to this file, and the others to the collection. A workbook "
    "(.xlsx), a YAML file or a folder of CSV files can be mended and imported; a .csv file is a "
    "list of them.",
)
@click.option(
    "--preview",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write what the collection would be to this new folder, for: allusion view --with FOLDER.",
)
@click.option(
    "--problems",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all faults to this CSV file.",
)
@click.option(
    "--index",
    "indexes",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A slice of Wikidata (.nt or .jsonl), or an index built from one: its items are "
    "proposed for unknown names; may be given several times.",
)
@click.option("--all", "everything", is_flag=True, help="Show all lines of each list.")
@text_option
@click.option(
    "--replace", is_flag=True, help="Remove from the collection what is not in the sheet."
)
@with_option
@data_option
def import_command(
    sheet: Path,
    folder: Path | None,
    writes: bool,
    rejects: Path | None,
    preview: Path | None,
    problems: Path | None,
    indexes: tuple[Path, ...],
    everything: bool,
    texts: tuple[str, ...],
    replace: bool,
    data: Path | None,
) -> int:
    """Import a sheet into a collection; without --write only show the changes.

    SHEET is a workbook (xlsx, ods), a folder of CSV files or a YAML file, with the sheets
    "sources", "works and people" and "connections". References in CSL-JSON (.json) and BibTeX
    (.bib) are sources.

    Names are matched exactly, by kind and year; each match is listed. All faults are listed
    at once, one sentence for each kind, with their cells. Exit code 3 if there are any.
    """
    from ..authoring.anchors import remember
    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..authoring.importing import plan_import
    from ..authoring.sheet_faults import report, to_csv
    from ..build.check.additions import AdditionChecker

    if rejects and rejects.resolve() == sheet.resolve():
        raise ParameterError(f"--rejects {rejects} is the sheet itself; choose another file")
    collection = open_collection(folder or sheet.parent)
    if collection.folder.resolve() in {one.resolve() for one in layers().collections}:
        raise ParameterError(f"--with {collection.folder} names the collection itself; remove it")
    graph = open_graph(data)
    given = read_texts(texts)
    concepts, checker = Concepts(graph.resources), AdditionChecker(graph.resources)
    plan = plan_import(
        sheet, collection, concepts, graph.names, checker, remove=replace, texts=given
    )
    if replace and not any(table.rows for table in plan.parsed.tables.values()):
        raise ParameterError(
            f"{sheet} has no rows, so --replace would remove the whole collection; remove "
            "--replace, or name the sheet that you filled in"
        )
    faults = _with_candidates(plan.parsed.faults, indexes, concepts)
    if problems:
        write(to_csv(faults), problems)
    most = None if everything else _MOST
    lines = [*_summary(plan, graph.names, most), *_faults(report(faults))]
    write("".join(f"{line}\n" for line in lines), None)
    _preview(plan, preview)
    if faults and not rejects:
        note(
            "nothing was written; correct the faults, or import the other rows with --rejects FILE"
        )
        return 3
    if rejects:
        _write_rejects(plan, faults, rejects, concepts)
    if not (writes or rejects):
        note(f"nothing was written; to write it, run: {_again()}")
        return 0
    change = plan.write(f"import {sheet.name}")
    for text in given.values():
        remember(text)
    if change.after:
        files = count_text(len(change.after), "file", "files")
        note(f"written: {files} in {collection.sources}")
        note(f"to view it: allusion view NAME --with {collection.folder}")
        note(f"to undo it: allusion undo {collection.folder}")
    else:
        note(f"{collection.folder} has all this already; nothing was changed")
    return 3 if faults else 0


def _write_rejects(
    plan: ImportPlan, faults: list[SheetFault], path: Path, concepts: Concepts
) -> None:
    from ..authoring.importing import rejected_rows, rejected_sheet
    from ..authoring.sheet_writer import write_sheet

    tables = plan.parsed.tables
    if path.suffix.lower() == ".csv":
        write(rejected_rows(tables, faults), path)
    else:
        write_sheet(path, rejected_sheet(tables, faults), concepts, plan.collection.language)


def _preview(plan: ImportPlan, folder: Path | None) -> None:
    if folder:
        plan.write_preview(folder)
        note(f"to view the draft: allusion view NAME --with {folder}")


def _again() -> str:
    """Return the command of this run with --write."""
    import shlex
    import sys

    return shlex.join(["allusion", *sys.argv[1:], "--write"])


def _with_candidates(
    faults: list[SheetFault], indexes: tuple[Path, ...], concepts: Concepts
) -> list[SheetFault]:
    if not (faults and indexes):
        return faults
    from ..authoring.wikidata_candidates import with_candidates
    from ..core.resources import home
    from ..wikidata.linking import IndexSource
    from ..wikidata.linking.index_builder import cached_index

    index = IndexSource(cached_index(indexes, home() / "wikidata" / "index"))
    try:
        return with_candidates(faults, index, concepts)
    finally:
        index.close()


def _faults(lines: list[str]) -> Iterator[str]:
    if lines:
        yield "faults:"
        yield from (f"  {line}" for line in lines)


def _summary(plan: ImportPlan, names: NameIndex, most: int | None) -> Iterator[str]:
    """Yield what an import reads and changes, with at most so many lines in each list."""
    from ..authoring.importing import COUNTED

    matched = plan.parsed.matched
    if matched:
        yield f"names of the graph ({len(matched)}):"
        yield from _some([f"{text} = {one}" for text, one in sorted(matched.items())], most)
    new = [thing for thing in plan.parsed.content.things.values() if thing.cls]
    if new:
        from ..core.terms import shorten

        yield f"described by the sheet ({len(new)}):"
        yield from _some(
            [
                f"{thing.names[0].text}{f' ({thing.year})' if thing.year else ''} = "
                f"{shorten(thing.iri)}"
                for thing in new
            ],
            most,
        )
    yield from _filled_down(plan)
    yield from _sentences(plan, names, most)
    for name, one, several in COUNTED:
        yield _counts(plan.differences[name], one, several)
        if name == "things":
            yield from _absent(plan)
    yield from _changes(plan, names, most)
    connections = plan.parsed.content.connections.values()
    passages = sum(len(one.evidence) for one in connections)
    if passages > len(connections):
        yield f"  in {passages:,} rows: some have several rows as evidence"
    yield from plan.parsed.remarks


def _sentences(plan: ImportPlan, names: NameIndex, most: int | None) -> Iterator[str]:
    """Yield the rows of connections as the sentences that they state."""
    from ..authoring.sentences import Sentences

    content = plan.parsed.content
    write_as = Sentences([content], names)
    lines = [
        write_as.evidence(one, evidence)
        for one in content.connections.values()
        for evidence in one.evidence
    ]
    if lines:
        yield f"stated by the sheet ({len(lines):,}):"
        yield from _some(sorted(lines), most)


def _changes(plan: ImportPlan, names: NameIndex, most: int | None) -> Iterator[str]:
    """Yield what the collection has now and will have differently, or not at all."""
    if not any(one.changed or one.removed for one in plan.differences.values()):
        return
    from ..authoring.comparison import changes
    from ..authoring.sentences import Sentences

    sentences = Sentences([plan.before, plan.content], names, " -> ", ("no longer", "new"))
    found = changes(plan.before, plan.content, sentences)
    changed = [*found.clashes, *found.differs]
    for title, texts in (("changed", changed), ("no longer stated", found.removed)):
        if texts:
            yield f"{title} ({len(texts):,}):"
            yield from _some(texts, most)


def _filled_down(plan: ImportPlan) -> Iterator[str]:
    """Yield the origins and sources of rows whose own cell is empty."""
    from collections import defaultdict

    from ..authoring.sheet_faults import Place, ranges

    for column in ("from", "source"):
        filled: dict[str, list[Place]] = defaultdict(list)
        for table in plan.parsed.tables.values():
            for row in table.rows:
                if row[column].filled:
                    filled[row[column].text].append(row[column].place)
        if filled:
            yield f"{column} of empty cells, taken from the cell above:"
            yield from (f"  {text}: {ranges(places)}" for text, places in filled.items())


def _absent(plan: ImportPlan) -> Iterator[str]:
    """Yield the names of the works and people that the sheet does not name."""
    things, named = plan.content.things, plan.parsed.content.things
    names = [
        f"{thing.names[0].text} ({thing.register})"
        for iri, thing in things.items()
        if iri not in named and thing.names
    ]
    if names:
        more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
        yield f"  not in this sheet: {', '.join(names[:_FEW])}{more}"


def _some(lines: list[str], most: int | None) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:most])
    if most and (more := len(lines) - most) > 0:
        yield f"  and {more:,} more; --all shows them"


def _counts(found: Difference, one: str, several: str) -> str:
    total = found.added + found.changed + found.same
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (found.added, "new"), (found.changed, "changed"), (found.same, "as before"),
            (found.removed, "removed"),
        )
        if count
    ]  # fmt: skip
    kept = f"; {found.kept:,} not in this sheet, kept (--replace removes)" if found.kept else ""
    return f"{count_text(total, one, several)}: {', '.join(parts) or 'none'}{kept}"
