"""Two pages, scenes or lines stay two, however similar their slugs are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sheets import Desk, Rows
from terminal import Run

from allusion.authoring.cell_checks import problem_of
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.sheet_reader import read_tables
from allusion.authoring.web_annotations import draft_of_annotations
from allusion.core.vocabulary import BASE

HEAD = ("from", "kind", "to", "says", "source", "where", "scene", "line", "line (zh-Hant)", "sure")
LONG = "https://example.org/reviews/2020/03/a-very-long-address-of-a-page/"
VIDEO = "https://www.youtube.com/watch?v="
PAGES = {
    "cut slugs": (f"{LONG}one", f"{LONG}two"),
    "case": (f"{VIDEO}dQw4w9WgXcQ", f"{VIDEO}dqw4w9WgXcQ"),
    "signs": (f"{VIDEO}dQw4w9_gXcQ", f"{VIDEO}dQw4w9-gXcQ"),
    "ideographs": (
        "https://zh.wikipedia.org/wiki/重慶森林",
        "https://zh.wikipedia.org/wiki/花樣年華",
    ),
}


def cells(**more: str) -> tuple[str, ...]:
    row = {"from": "Later Film", "kind": "name-drop", "to": "Hero", "says": "The hero is named.", "source": "night", "sure": "seen"}  # fmt: skip
    return tuple((row | more).get(name, "") for name in HEAD)


def lines_of(desk: Desk, *rows: tuple[str, ...]) -> dict[str, str]:
    """Import rows; return IRI -> text of the lines that the files then have."""
    desk.rows(connections=(HEAD, *rows)).write("import")
    stored = read_collection(desk.collection, desk.concepts)
    assert stored.rest == {}
    evidence = [e for one in stored.content.connections.values() for e in one.evidence]
    return {one.line.iri: one.line.text.text for one in evidence if one.line}


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("in_sources", [False, True])
def test_two_pages_are_two_sources_also_if_imported_again(
    desk: Desk, pages: tuple[str, str], in_sources: bool
) -> None:
    rows = (HEAD, *(cells(source=url, where=f"par. {at}") for at, url in enumerate(pages)))
    sources: Rows = (("url",), *((url,) for url in pages if in_sources))
    plan = desk.rows(sources=sources, connections=rows)
    assert plan.parsed.faults == []
    assert {one.url for one in plan.content.sources.values()} == set(pages)
    (connection,) = plan.content.connections.values()
    assert len({one.source for one in connection.evidence}) == 2
    plan.write("import")
    again = desk.rows(sources=sources[:1], connections=(HEAD, rows[2], rows[1]))
    assert again.content.sources == plan.content.sources
    assert again.texts == plan.texts


def test_two_books_with_one_beginning_of_their_titles_are_two_sources(desk: Desk) -> None:
    start = "The complete and illustrated history of films, volume"
    sources = (("title", "type"), *((f"{start} {number}", "book") for number in (1, 2)))
    rows = [cells(source=f"{start} {number}") for number in (1, 2)]
    plan = desk.rows(sources=sources, connections=(HEAD, *rows))
    assert plan.parsed.faults == []
    assert len(plan.content.sources) == 2


def test_a_source_with_the_cut_slug_of_an_earlier_version_keeps_it(desk: Desk) -> None:
    title = "The complete and illustrated history of films"
    sheets: dict[str, Rows] = {"sources": (("title", "type"), (title, "book")), "connections": (HEAD, cells(source=title))}  # fmt: skip
    desk.rows(**sheets).write("import")
    (name,) = desk.texts()
    old = "mine-the-complete-and-illustrated-history-of"
    path = desk.collection.sources / name
    text = path.read_text(encoding="utf-8").replace(name.removesuffix(".ttl"), old)
    path.rename(path.with_name(f"{old}.ttl")).write_text(text, encoding="utf-8")
    assert [one.key for one in desk.rows(**sheets).content.sources.values()] == [old.removeprefix("mine-")]  # fmt: skip


def test_a_page_does_not_take_the_place_of_a_source_with_its_slug_as_key(desk: Desk) -> None:
    sources = (("key", "title", "url"), ("example-org-a", "A book", "https://example.org/b"))
    plan = desk.rows(sources=sources, connections=(HEAD, cells(source="https://example.org/a"), cells(source="example-org-a", where="p. 1")))  # fmt: skip
    assert plan.content.sources[f"{BASE}source/mine-example-org-a"].title.text == "A book"
    assert len(plan.content.sources) == 2


def test_an_address_is_no_beginning_of_a_title_that_is_an_address(desk: Desk) -> None:
    titled = (("title", "type"), (f"{VIDEO}dQw4w9WgXcQ", "video"))
    plan = desk.rows(sources=titled, connections=(HEAD, cells(source=f"{VIDEO}dqw4w9")))
    assert {one.url for one in plan.content.sources.values()} == {"", f"{VIDEO}dqw4w9"}


def test_one_page_in_other_spellings_of_its_host_or_doi_is_one_source(desk: Desk) -> None:
    same = ("https://example.org/Page", "http://www.Example.org/Page#end", "https://doi.org/10.1000/Ab", "10.1000/aB")  # fmt: skip
    rows = [cells(source=url, where=f"par. {at}") for at, url in enumerate(same)]
    plan = desk.rows(sources=(("url",),), connections=(HEAD, *rows))
    assert [one.url for one in plan.content.sources.values()] == [same[2], same[0]]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("line", "Really?", "Really!"),
        ("line", "No.", "no"),
        ("line", "!?", "…"),
        ("line (zh-Hant)", "是", "事"),
    ],
)
def test_two_lines_are_two_utterances(desk: Desk, column: str, first: str, second: str) -> None:
    rows = [cells(**{column: text, "where": text}) for text in (first, second)]
    lines = lines_of(desk, *rows)
    assert sorted(lines.values()) == sorted((first, second))
    assert not any(iri.endswith("-") for iri in lines)
    again, stored = desk.rows(connections=(HEAD, *reversed(rows))), desk.texts()
    assert all(text == stored[name] for name, text in again.texts.items())


def test_a_line_of_a_later_sheet_does_not_replace_an_earlier_one(desk: Desk) -> None:
    first = lines_of(desk, cells(line="Really?", where="par. 1"))
    both = lines_of(desk, cells(to="Star (person)", line="Really!", where="par. 2"))
    assert first.items() < both.items()
    assert sorted(both.values()) == ["Really!", "Really?"]


def test_scenes_with_one_romanization_are_two_scenes(desk: Desk) -> None:
    head = tuple("scene (zh-Hant)" if name == "scene" else name for name in HEAD)
    names = {head.index("scene (zh-Hant)"): ("試試", "事事")}
    rows = []
    for at in range(2):
        row = list(cells(where=f"par. {at}"))
        for index, texts in names.items():
            row[index] = texts[at]
        rows.append(tuple(row))
    plan = desk.rows(connections=(head, *rows))
    (connection,) = plan.content.connections.values()
    scenes = {one.scene.iri: one.scene.names[0].text for one in connection.evidence if one.scene}
    assert sorted(scenes.values()) == ["事事", "試試"]


def test_lines_stay_apart_when_collections_are_merged(desk: Desk, run: Run) -> None:
    other = desk.beside("theirs")
    lines_of(desk, cells(line="Really?", where="par. 1"))
    lines_of(other, cells(line="Really!", where="par. 2"))
    folders = (str(desk.collection.folder), str(other.collection.folder))
    assert run("merge", *folders, "--write", "--data", str(desk.resources.data)).code == 0
    stored = read_collection(desk.collection, desk.concepts)
    lines = [e.line for one in stored.content.connections.values() for e in one.evidence]
    assert len({one.iri for one in lines if one}) == len(lines) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("al:source source:mine-night", "al:source source:list"),
        ("al:source source:mine-night", 'al:source source:mine-night ; al:startOffset "first"'),
    ],
    ids=["a source without a file", "an offset that is no number"],
)
def test_evidence_that_no_row_can_hold_is_kept_as_it_is(desk: Desk, old: str, new: str) -> None:
    lines_of(desk, cells(scene="The run up", line="Star!"))
    desk.edit("mine-night.ttl", old, new)
    stored = read_collection(desk.collection, desk.concepts)
    assert stored.content.connections == {}
    kept = stored.rest[f"{BASE}source/mine-night"]
    assert {"from", "inScene", "source"} <= {name.rpartition("#")[2] for _, name, _ in kept}


def test_annotations_of_two_pages_with_long_addresses_are_of_two_sources() -> None:
    notes = [{"type": "Annotation", "target": {"source": f"{LONG}{page}"}} for page in "ab"]
    sheets = draft_of_annotations(json.dumps(notes), "notes.jsonld", "Rain")
    assert len({row["key"] for row in sheets[0].rows}) == 2


@pytest.mark.parametrize(
    "text", ["https://ru.wikipedia.org/wiki/Aй", "Солярис/Solaris", "Ω-Level", "Solaris (Солярис)"]
)
def test_two_alphabets_in_an_address_or_in_several_words_are_no_fault(text: str) -> None:
    assert problem_of(text) is None


@pytest.mark.parametrize("names", [("connections (night)", "connections"), ("connections", "connections (night)")])  # fmt: skip
def test_a_sheet_in_yaml_has_a_part_for_a_source_and_one_for_the_others(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    path = tmp_path / "sheet.yaml"
    row = "\n- from: Later Film\n  kind: name-drop\n  to: Hero\n"
    path.write_text(f"lists: [a]\n{''.join(f'{name}:{row}' for name in names)}", encoding="utf-8")
    tables, faults, _ = read_tables(path, ())
    assert faults == []
    assert len(tables["connections"].rows) == 2
    path.write_text(f"connections:{row}Connections:{row}", encoding="utf-8")
    assert [one.code for one in read_tables(path, ())[1]] == ["sheet"]


@pytest.mark.parametrize(
    "command", [("ttl", "--force"), ("--sheet", "FOLDER", "--force"), ("--nanopubs", "FOLDER", "--force")]
)  # fmt: skip
def test_force_without_a_sheet_to_replace_is_refused(run: Run, command: tuple[str, ...]) -> None:
    done = run("export", *command)
    assert done.code == 2
    assert "--force replaces a sheet that exists" in done.err
