"""Mentions in texts: precision and recall on texts that are marked up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from marked_texts import TEXTS, marks, plain
from sheets import Desk
from terminal import Run

from allusion.authoring.annotation import Annotator, Sentence, TextMention, annotate
from allusion.core.terms import shorten
from allusion.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def annotator(kg: KnowledgeGraph) -> Annotator:
    return Annotator(kg.names)


def found(sentences: list[Sentence]) -> dict[tuple[int, int], TextMention]:
    return {(one.start, one.end): one for sentence in sentences for one in sentence.mentions}


def is_right(mention: TextMention, entity: str) -> bool:
    return entity in {shorten(one.iri) for one in mention.candidates}


@pytest.mark.parametrize("language", TEXTS)
def test_known_names_are_found_and_no_others(annotator: Annotator, language: str) -> None:
    text, truth = plain(TEXTS[language]), marks(TEXTS[language])
    known = {place: entity for place, entity in truth.items() if entity != "new"}
    mentions = {p: m for p, m in found(annotate(text, annotator)).items() if m.candidates}
    right = [p for p, m in mentions.items() if p in known and is_right(m, known[p])]
    sure = [p for p, m in mentions.items() if not m.is_word]
    assert len(right) / len(known) >= 0.9
    assert len([p for p in sure if p in right]) / len(sure) >= 0.9
    assert len([p for p in right if p in sure]) / len(known) >= 0.8


@pytest.mark.parametrize("language", TEXTS)
def test_names_that_may_be_new_are_found(annotator: Annotator, language: str) -> None:
    text, truth = plain(TEXTS[language]), marks(TEXTS[language])
    new = {p for p, m in found(annotate(text, annotator)).items() if not m.candidates}
    assert {place for place, entity in truth.items() if entity == "new"} <= new
    assert len(new) <= 2


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_and_mentions_have_the_offsets_of_the_text(
    annotator: Annotator, language: str
) -> None:
    text = plain(TEXTS[language])
    for sentence in annotate(text, annotator):
        assert " ".join(text[sentence.start : sentence.end].split()) == sentence.text
        for mention in sentence.mentions:
            assert text[mention.start : mention.end] == mention.text
            assert sentence.start <= mention.start < mention.end <= sentence.end


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("It is a homage to Breathless.", "homage"),
        ("He saw Breathless twice.", ""),
        ("『勝手にしやがれ』へのオマージュだ。", "オマージュ"),
        ("結尾是向《重慶森林》致敬。", "致敬"),
        ("她去看《重慶森林》。", ""),
    ],
)
def test_a_cue_makes_a_sentence_a_candidate(annotator: Annotator, text: str, cue: str) -> None:
    assert [one.cue for one in annotate(text, annotator)] == [cue]


@pytest.mark.parametrize(
    "text",
    [
        "the breathless runner",  # small letters
        "Breathlessness is no film.",  # a part of a word
        "スターウォン・カーウァイズの店",  # a part of a katakana word
        "",
    ],
)
def test_a_word_that_is_no_name_is_no_mention(annotator: Annotator, text: str) -> None:
    assert [one for one in annotator.mentions(text) if not one.is_word] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We love Amelie.", "Amelie"),
        ("In FALLEN ANGELS it rains.", "FALLEN ANGELS"),
        ("Chungking\nExpress runs.", "Chungking\nExpress"),
        ("看了《重慶森林》", "重慶森林"),
        ("ウォン・カーウァイは語る", "ウォン・カーウァイ"),
    ],
)
def test_names_are_found_in_other_forms(annotator: Annotator, text: str, name: str) -> None:
    assert [one.text for one in annotator.mentions(text)] == [name]


def test_the_longest_name_wins(annotator: Annotator) -> None:
    mentions = annotator.mentions("He quotes Chungking Express, not Express Trains.")
    assert [one.text for one in mentions] == ["Chungking Express"]


def test_the_draft_is_a_sheet_to_fill_in(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "walk.txt"
    path.write_text(plain(TEXTS["en"]), encoding="utf-8")
    done = run("annotate", str(path), "--about", "Chungking Express")
    assert done.code == 0
    draft = yaml.safe_load(done.out)
    assert draft["sources"] == [{"key": "walk"}]
    targets = {row["to"] for row in draft["connections"]}
    assert {"Breathless", "Gena Rowlands", "The Pineapple Clerk"} <= targets
    assert all(row["from"] == "Chungking Express" for row in draft["connections"])
    assert all("kind" not in row and "says" not in row for row in draft["connections"])
    assert "perhaps new: The Pineapple Clerk" in done.err
    assert "may be common words, not names: 2046, Dreams" in done.err


def test_a_draft_that_was_filled_in_is_imported_with_offsets(
    run: Run, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "walk.txt"
    text = "A seller reads Later Film aloud. It is a homage to Hero, says the seller."
    path.write_text(text, encoding="utf-8")
    data = ("--data", str(desk.resources.data))
    sheet = desk.collection.folder / "draft.yaml"
    assert run("annotate", str(path), "--about", "Rain", "-o", str(sheet), *data).code == 0
    draft = yaml.safe_load(sheet.read_text(encoding="utf-8"))
    draft["sources"][0] |= {"title": "A walk", "type": "essay", "by": "Ada Lind"}
    draft["sources"][0]["language"] = "English"
    sheet.write_text(yaml.safe_dump(draft), encoding="utf-8")
    done = run("import", str(sheet), "--text", f"walk={path}", *data)
    assert "write a language tag" in done.out
    draft["sources"][0]["language"] = "en"
    for row in draft["connections"]:
        row |= {"kind": "parody", "says": "So it is written."}
    sheet.write_text(yaml.safe_dump(draft), encoding="utf-8")
    done = run("import", str(sheet), "--write", "--text", f"walk={path}", *data)
    assert done.code == 0, done.out
    start = text.index("It is")
    assert f"al:startOffset {start} ;" in desk.texts()["mine-walk.ttl"]


def test_json_lists_every_mention(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "walk.txt"
    path.write_text("He loves Breathless.", encoding="utf-8")
    done = run("annotate", str(path), "-f", "json")
    assert yaml.safe_load(done.out)[0]["mentions"][0]["entities"] == ["https://w3id.org/allusion/film/breathless"]  # fmt: skip


def test_words_that_begin_a_sentence_are_no_part_of_a_new_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "e.txt"
    path.write_text(
        "In Steam, the cook quotes “The Golden Ladle”. Like Tom Wu of Glass Harbor, she refers to it.\n",
        encoding="utf-8",
    )
    draft = yaml.safe_load(run("annotate", str(path), "--about", "Steam").out)
    assert [row["name"] for row in draft["works and people"]] == [
        "The Golden Ladle", "Tom Wu of Glass Harbor",
    ]  # fmt: skip
