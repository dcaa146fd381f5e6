"""Passages found again in texts that have changed: a wrong place is never given."""

from __future__ import annotations

from pathlib import Path

import pytest
from drifted import DRIFTS, EDITS, ENGLISH, ESSAYS, Essay, joined, overlap, places, span, text_of
from hypothesis import given
from hypothesis import strategies as st

from allusion.authoring.anchors import LocatedPassage, Text, anchor_of, locate, recall, remember

# A place is right if it covers at least so much of the true one.
_RIGHT = 0.8


def judge(found: LocatedPassage, truth: tuple[int, int] | None) -> str:
    """Return "right", "missed" or "wrong"."""
    if found.state in ("gone", "several"):
        return "missed" if truth and found.state == "gone" else "right" if not truth else "missed"
    assert found.anchor is not None
    return "right" if truth and overlap(span(found.anchor), truth) >= _RIGHT else "wrong"


def results(old: Essay, new: Essay, *, known: bool = True) -> list[str]:
    before, now = text_of(old), text_of(new)
    truth = {number: span(anchor) for number, anchor in places(new).items()}
    return [
        judge(locate(anchor, now, before if known else None), truth.get(number))
        for number, anchor in places(old).items()
    ]


CASES = [
    *((name, language, change) for name, change in DRIFTS.items() for language in ESSAYS),
    *((name, language, change) for name, (language, change) in EDITS.items()),
]


@pytest.mark.parametrize(
    ("name", "language", "change"),
    CASES,
    ids=[f"{name}, {language}" for name, language, _ in CASES],
)
def test_no_drift_gives_a_wrong_place(name: str, language: str, change: object) -> None:
    assert callable(change)
    essay = ESSAYS[language]
    assert "wrong" not in results(essay, change(essay))


def test_most_passages_are_found() -> None:
    every = [
        one
        for _, language, change in CASES
        for one in results(ESSAYS[language], change(ESSAYS[language]))
    ]
    assert len(every) > 250
    assert every.count("wrong") == 0
    assert every.count("right") / len(every) > 0.9


def test_changes_that_keep_the_words_lose_no_unique_passage() -> None:
    for name in ("a banner before it", "lines wrapped", "other quotes", "decomposed letters", "no-break spaces", "in capitals", "halves swapped"):  # fmt: skip
        for language, essay in ESSAYS.items():
            found = results(essay, DRIFTS[name](essay))
            unique = [
                one
                for one, piece in zip(found, [p for p in essay if p.passage], strict=True)
                if joined(essay).count(piece.text) == 1
            ]
            assert set(unique) == {"right"}, (name, language, found)


def test_without_the_old_text_only_what_is_unchanged_is_found() -> None:
    banner = DRIFTS["a banner before it"](ENGLISH)
    assert results(ENGLISH, banner, known=False).count("right") >= 4
    wrapped = DRIFTS["lines wrapped"](ENGLISH)
    assert set(results(ENGLISH, wrapped, known=False)) == {"missed"}


def test_a_copy_at_the_old_place_with_the_old_surroundings_is_the_passage() -> None:
    old = text_of(ENGLISH)
    new = Text(f"{old.text}\n\n{old.text}")
    assert {locate(anchor, new, old).state for anchor in places(ENGLISH).values()} == {"exact"}


def test_a_repeated_passage_is_found_by_its_context() -> None:
    old = Text("One. It rains. Two. It rains. Three.")
    anchor = anchor_of(old.text, 20, 29)
    new = Text("Zero. One. It rains. Two. It rains. Three.")
    found = locate(anchor, new, old)
    assert found.state in ("moved", "several")
    if found.state == "moved":
        assert found.anchor
        assert found.anchor.start == 26


def test_a_place_that_another_copy_has_taken_is_not_exact() -> None:
    """The offsets fit by chance; what is around them does not."""
    old = Text(
        "Red begins here. It rains. Red ends here, far away. Blue begins. It rains. Blue ends."
    )
    start = old.text.rindex("It rains.")
    new = Text(
        "Green grows there and then some more text came in, long as before! It rains. Green goes."
    )
    shift = new.text.index("It rains.") - start
    new = Text(new.text[shift:])
    anchor = anchor_of(old.text, start, start + 9)
    assert anchor_of(new.text, start, start + 9) == anchor
    assert locate(anchor, new, old).state in ("gone", "several")


@given(st.text(max_size=80), st.integers(0, 80), st.integers(1, 80))
def test_the_normal_form_keeps_offsets(text: str, start: int, length: int) -> None:
    """A passage that is quoted from a text is found in it, where it is."""
    whole = Text(text)
    quote = text[start : start + length]
    plain = Text(quote).plain.strip()
    if plain and plain in whole.plain:
        spans = [text[a.start : a.end] for a in whole.find_quote(quote)]
        assert spans
        assert all(Text(one).plain.strip() == plain or plain in Text(one).plain for one in spans)


def test_texts_are_kept_on_the_machine_by_their_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path))
    text = text_of(ENGLISH)
    assert recall(text.sha256) is None
    remember(text)
    kept = recall(text.sha256)
    assert kept is not None
    assert kept.text == text.text
    (tmp_path / "texts" / f"{text.sha256}.txt").write_text("other", encoding="utf-8")
    assert recall(text.sha256) is None
