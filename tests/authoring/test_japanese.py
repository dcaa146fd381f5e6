"""A collection in Japanese: names that the graph has in English, keys, scenes, queries."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import Desk, Rows
from terminal import Run

from allusion.authoring.cell_values import read_mention
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.sentences import Sentences
from allusion.core.vocabulary import CLASS_WORDS

SOURCES: Rows = (
    ("key", "title", "by", "url", "language"),
    ("掲示板", "夜市", "田中花", "https://example.org/keijiban", "ja"),
    ("やのりん", "夜市", "鈴木月", "https://example.com/yano", "ja"),
    ("blog", "夜市", "山田星", "https://example.com/blog", "ja"),
)
ROWS: Rows = (
    ("from", "kind", "to", "says", "source", "sure", "scene", "language"),
    ("夜市（映画、2019）", "言及", "大女優（人物, ja）", "売り子が大女優の名を呼ぶ。", "掲示板", "明示", "屋台", ""),
    ("夜市", "似姿", "大女優", "主役は大女優に似ている。", "やのりん", "", "", ""),
    ("夜市", "言及", "雨（曲、1961、ja）", "雨の曲を口ずさむ。", "blog", "", "", ""),
)  # fmt: skip
ACTRESS = "大女優"


@pytest.fixture
def written(desk: Desk) -> Desk:
    """A collection in Japanese with three pages of one title."""
    japanese = desk.beside("yoru", language="ja")
    plan = japanese.rows(sources=SOURCES, connections=ROWS)
    assert plan.parsed.faults == []
    plan.write("import")
    return japanese


def test_a_key_in_japanese_is_kept_as_it_was_typed(written: Desk) -> None:
    content = read_collection(written.collection, written.concepts).content
    assert {one.key for one in content.sources.values()} == {"掲示板", "やのりん", "blog"}
    again = written.rows(sources=SOURCES, connections=ROWS)
    assert again.write("import").after == {}


def test_pages_of_one_title_are_told_apart_by_site_or_key(written: Desk) -> None:
    content = read_collection(written.collection, written.concepts).content
    shown = Sentences([content], written.names)
    assert sorted(shown.source(iri) for iri in content.sources) == [
        "夜市, blog",
        "夜市, example.org",
        "夜市, やのりん",
    ]


def test_a_collection_in_japanese_is_answered_drawn_and_shown(written: Desk, run: Run) -> None:
    folder = str(written.collection.folder)
    options = ("--with", folder, "--data", str(written.resources.data))
    found = run("query", "who-refers-to", ACTRESS, *options, "-f", "csv").out
    assert found.count("夜市") >= 2
    assert "売り子が大女優の名を呼ぶ。" in found
    assert "屋台" in run("query", "scenes", "夜市", *options, "-f", "csv").out
    names = run("query", "names", "夜市", *options, "-f", "csv").out.splitlines()
    assert names[1:] == ["夜市,ja,label"]
    drawn = Path(folder) / "scene.svg"
    picture = ("view", "夜市", "--layout", "scene", "--scene", "屋台", "-o", str(drawn))
    assert run(*picture, *options).code == 0
    assert "屋台" in drawn.read_text(encoding="utf-8")
    card = run("show", "夜市", "--lang", "ja", *options).out
    assert "言及" in card
    assert "name-drop" not in card
    path = run("path", "夜市", ACTRESS, "--lang", "ja", "-f", "table", *options).out
    assert "言及" in path or "似姿" in path


@pytest.mark.parametrize(
    ("name", "there"),
    [("マラ・ケルン（人物）", "Mara Kern"), ("マラ・ケルン（人物、新規）", "")],
)
def test_a_name_in_katakana_is_compared_with_english_names(
    desk: Desk, name: str, there: str
) -> None:
    japanese = desk.beside("yoru", language="ja")
    row = ("夜市（映画、2019）", "言及", name, "名を呼ぶ。", "掲示板", "明示")
    plan = japanese.rows(sources=SOURCES, connections=(ROWS[0][:6], row))
    near = [fault.detail for fault in plan.parsed.faults if fault.code == "near"]
    assert (bool(near) and there in near[0]) if there else near == []


@pytest.mark.parametrize(
    ("word", "cls"),
    [
        ("登場人物", "Character"), ("シリーズ", "WorkSeries"), ("ドラマ", "TelevisionSerial"),
        ("言語", "Language"), ("角色", "Character"), ("電視劇", "TelevisionSerial"),
        ("语言", "Language"),
    ],
)  # fmt: skip
def test_kinds_in_brackets_may_be_japanese_or_chinese(desk: Desk, word: str, cls: str) -> None:
    assert read_mention(f"夜市（{word}）", desk.concepts).cls == cls


def test_unknown_words_are_answered_in_the_language_of_the_collection(desk: Desk) -> None:
    japanese = desk.beside("yoru", language="ja")
    rows = (
        ROWS[0][:6],
        ("夜市（映画、2019）", "謎", "大女優（謎）", "名を呼ぶ。", "掲示板", "明示"),
    )
    faults = japanese.rows(sources=SOURCES, connections=rows).parsed.faults
    shown = " ".join(f"{fault.detail} {fault.fix}" for fault in faults)
    assert "登場人物" in shown
    assert "言及" in shown
    assert "類比" not in shown


def test_every_label_of_a_class_narrows_a_search(desk: Desk) -> None:
    labels = {
        label.casefold()
        for one in desk.concepts.classes.concepts.values()
        for tag, label in one.labels.items()
        if tag != "en"
    }
    assert labels <= CLASS_WORDS.keys()
