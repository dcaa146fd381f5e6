"""The tool that finds paraphrases near the words of their source."""

from __future__ import annotations

import near_words
import pytest

PAGE = "The old ferryman, tired of rowing, sells his boat for a song; nobody laughs."


@pytest.mark.parametrize(
    ("paraphrase", "runs"),
    [
        ("The man, tired of rowing, gives up.", ["tired of rowing"]),
        (
            "The OLD Ferryman sells his boat for a song.",
            ["sells his boat for a song"],
        ),
        ("He parts with the boat, almost for nothing.", []),
        ("For a song.", []),
        ("Nobody laughs.", []),
    ],
)
def test_runs_of_words_that_a_paraphrase_shares_are_found(paraphrase: str, runs: list[str]) -> None:
    assert near_words.shared_runs(paraphrase, PAGE) == runs


def test_the_paraphrases_of_a_source_are_read_from_its_file() -> None:
    found = dict(near_words.paraphrases("source:cinepassion-les-carabiniers"))
    assert len(found) >= 10
    assert all(evidence.startswith("evidence:cinepassion-les-carab") for evidence in found)
