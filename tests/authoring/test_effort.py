"""How much has to be typed for a film that is not in the graph: 20 references from five pages.

The film, its pages and most of its references are invented. The same content is written twice: as
newcomers wrote it, with the words of the pick lists; and with what the sheet derives.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import Desk, Rows, collection_in, write_csv

from allusion.authoring.concepts import Concepts
from allusion.authoring.records import Content
from allusion.knowledge_graph import KnowledgeGraph

SOURCE_HEAD = ("key", "title", "by", "url", "date", "type", "language")
FULL_SOURCES: Rows = (
    SOURCE_HEAD,
    ("guide", "A guide to the references in The Night Market", "Ada Lind", "https://lind.example.org/2020/03/the-night-market-references/", "2020-03", "essay", "en"),
    ("talk", "The director on his first film", "Bo Ek", "https://film.example.net/interviews/finn-holm-2019", "2019-10-05", "interview", "en"),
    ("blog", "Rain and neon: an evening at The Night Market", "Cato Moe", "https://cato.example.com/rain-and-neon.html", "", "web page", "en"),
    ("songs", "Every song in The Night Market", "Dora Ness", "https://music.example.org/films/the-night-market", "2021", "web page", "en"),
    ("steam", "Steam and posters", "Eva Dahl", "https://dahl.example.net/entry-12762430931.html", "2022", "essay", "en"),
)  # fmt: skip
HEAD = ("from", "kind", "to", "says", "source", "where", "by", "sure")
FULL: Rows = (
    HEAD,
    ("The Night Market (film, 2019)", "homage in costume", "Rain Song (film, 1961)", "The seller wears the yellow coat of the girl.", "guide", "paragraph 1", "", "seen"),
    ("The Night Market", "homage in a scene", "Cold Harbor (film, 1973)", "The duel in the snow is its ending again.", "guide", "paragraph 2", "", ""),
    ("The Night Market", "homage in a shot", "Breathless", "She rubs her lip with her thumb.", "guide", "paragraph 4", "", ""),
    ("The Night Market", "quotation", "The Long Ferry (film, 1982)", "Its proverb is the first line of the film.", "guide", "paragraph 5", "", "seen"),
    ("The Night Market", "cameo", "Tom Wu (person)", "He plays the cook at the corner.", "guide", "paragraph 6", "", "seen"),
    ("The Night Market", "homage in a scene", "Orange Sky (film, 1968)", "The plane flies through its painted sky.", "guide", "paragraph 7", "", ""),
    ("The Night Market", "influence stated by the maker", "Branded to Kill", "Its killers were on his mind when he wrote.", "talk", "answer 3", "Finn Holm", ""),
    ("The Night Market", "influence stated by the maker", "Cold Harbor", "He showed it to the crew before the shoot.", "talk", "answer 9", "Finn Holm", ""),
    ("The Night Market", "homage in a scene", "Five Bells (film, 1972)", "A siren rings before each fight, as there.", "talk", "answer 9", "", ""),
    ("The Night Market", "similar style", "Chungking Express", "The step-printed blur recalls Wong.", "blog", "paragraph 1", "", ""),
    ("The Night Market", "homage in costume", "The Hornet (television serial, 1966)", "The whole gang wears its mask.", "blog", "paragraph 3", "", "seen"),
    ("The Night Market", "song used", "Bells of Tin (song)", "It runs under the titles.", "songs", "no. 1", "", "seen"),
    ("The Night Market", "song used", "Hornet Theme (song)", "It plays on the way to the harbor.", "songs", "no. 2", "", "seen"),
    ("The Night Market", "song used", "Do Not Call (song)", "It plays in the last duel.", "songs", "no. 3", "", "seen"),
    ("The Night Market", "song used", "Flower of Iron (song)", "It ends the duel.", "songs", "no. 4", "", "seen"),
    ("The Night Market", "song used", "Shepherd Alone (song)", "It closes the film.", "songs", "no. 5", "", "seen"),
    ("The Night Market", "parallel", "Le Samouraï", "Both killers keep to a code.", "steam", "paragraph 2", "", ""),
    ("The Night Market", "influence claimed by a critic", "Grim Eye (film, 1973)", "The eye patch comes from there.", "steam", "paragraph 2", "", ""),
    ("The Night Market", "parody", "Iron Street (television serial, 1967)", "Its siren marks each enemy.", "steam", "paragraph 4", "", ""),
    ("The Night Market", "prop or poster", "Days of Being Wild", "A poster of it hangs over the stove.", "steam", "paragraph 5", "", ""),
)  # fmt: skip
WORKS_HEAD = ("name", "name (ja)", "kind", "source", "director", "performer")
FULL_WORKS: Rows = (
    WORKS_HEAD,
    ("The Night Market", "夜市", "film", "guide", "Finn Holm", "Liv Berg; Tom Wu"),
    ("Rain Song", "雨の歌", "film", "guide", "", ""),
    ("Bells of Tin", "錫の鐘", "song", "songs", "", ""),
    ("Hornet Theme", "", "song", "songs", "", "Gro Vik"),
)
SHORT_SOURCES: Rows = (
    ("by", "url", "date", "type"),
    ("Ada Lind", FULL_SOURCES[1][3], "2020-03", "es"),
    ("Bo Ek", FULL_SOURCES[2][3], "2019-10-05", "int"),
    ("Cato Moe", FULL_SOURCES[3][3], "", ""),
    ("Dora Ness", FULL_SOURCES[4][3], "2021", ""),
    ("Eva Dahl", FULL_SOURCES[5][3], "2022", "es"),
)
#: Word of the full sheet -> what is typed instead.
SHORT_WORDS = {
    "homage in costume": "homage in c", "homage in a scene": "homage in sc",
    "homage in a shot": "homage in sh", "quotation": "qu", "cameo": "cam",
    "influence stated by the maker": "influence s", "similar style": "sim", "song used": "so",
    "parallel": "para", "influence claimed by a critic": "influence c", "parody": "paro",
    "prop or poster": "pr", "seen": "se", "guide": "lind", "talk": "ek", "blog": "moe",
    "songs": "ness", "steam": "dahl", "film": "fi", "song": "so",
}  # fmt: skip
#: The goal, sources and headings included.
_MOST_PER_CONNECTION = 150


def shortened(rows: Rows, *, fills: tuple[str, ...]) -> Rows:
    """Return rows as they can be typed: empty cells that fill down, ditto marks, short words."""
    head, *full = rows
    found = [tuple(head)]
    above = dict.fromkeys(head, "")
    for row in full:
        cells = dict(zip(head, row, strict=True))
        found.append(tuple(_short(cells[name], above[name], name in fills) for name in head))
        above = {name: cells[name] or (above[name] if name in fills else "") for name in head}
    return tuple(found)


def _short(cell: str, above: str, fills: bool) -> str:
    word = SHORT_WORDS.get(cell, cell)
    if cell and cell == above:
        return "" if fills else min("〃", word, key=len)
    return word


def characters(sheets: dict[str, Rows]) -> dict[tuple[str, str], int]:
    """Return (sheet, column) -> number of characters typed, with the heading."""
    return {
        (name, head): sum(len(row[number]) for row in rows)
        for name, rows in sheets.items()
        for number, head in enumerate(rows[0])
    }


FULL_SHEETS: dict[str, Rows] = {"sources": FULL_SOURCES, "works": FULL_WORKS, "connections": FULL}
SHORT_SHEETS: dict[str, Rows] = {
    "sources": SHORT_SOURCES,
    "works": shortened(FULL_WORKS, fills=("source",)),
    "connections": shortened(FULL, fills=("from", "source")),
}


def statements(content: Content) -> set[tuple[object, ...]]:
    """Return what the connections state, without the IRIs of their sources."""
    return {
        (*one.ends, one.certainty, one.made_by, evidence.says, evidence.where)
        for one in content.connections.values()
        for evidence in one.evidence
    }


def names(content: Content) -> set[tuple[object, ...]]:
    """Return names, years and makers of the works and people."""
    return {
        (thing.iri, thing.all_names, thing.year, part.makers)
        for thing in content.things.values()
        for part in thing.parts
    }


@pytest.fixture(scope="module")
def desk(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("effort") / "night"
    concepts = Concepts(kg.resources)
    return Desk(collection_in(folder), kg.resources, kg.names, concepts)


def content(desk: Desk, sheets: dict[str, Rows], folder: Path) -> Content:
    plan = desk.plan(write_csv(folder, **sheets))
    assert plan.parsed.faults == []
    assert len(plan.content.connections) == len(FULL) - 1 == 20
    return plan.content


def test_a_connection_takes_at_most_150_characters(desk: Desk, tmp_path: Path) -> None:
    content(desk, SHORT_SHEETS, tmp_path / "short")
    typed, full = (sum(characters(one).values()) for one in (SHORT_SHEETS, FULL_SHEETS))
    assert typed / 20 <= _MOST_PER_CONNECTION
    assert typed < 0.75 * full


def test_what_need_not_be_typed_is_stated_as_before(desk: Desk, tmp_path: Path) -> None:
    full = content(desk, FULL_SHEETS, tmp_path / "full")
    short = content(desk, SHORT_SHEETS, tmp_path / "short")
    assert statements(short) == statements(full)
    assert names(short) == names(full)


def test_a_page_has_no_title_that_nobody_wrote(desk: Desk, tmp_path: Path) -> None:
    titles = {one.title.text for one in content(desk, SHORT_SHEETS, tmp_path).sources.values()}
    assert titles == {row[1].removeprefix("https://").rstrip("/") for row in SHORT_SOURCES[1:]}
