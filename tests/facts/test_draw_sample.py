"""The sample for an audit: the same seed draws the same passages."""

from __future__ import annotations

import csv
import io

import draw_sample


def test_a_seed_draws_the_same_passages_each_time() -> None:
    rows = draw_sample.passages()
    assert draw_sample.draw(rows, 7, 60) == draw_sample.draw(rows, 7, 60)
    assert draw_sample.draw(rows, 7, 60) != draw_sample.draw(rows, 8, 60)
    assert len({row["evidence"] for row in draw_sample.draw(rows, 7, 60)}) > 50


def test_a_row_has_the_passage_to_read_and_an_empty_verdict() -> None:
    stream = io.StringIO()
    draw_sample.write(draw_sample.draw(draw_sample.passages(), 7, 5), stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue()), delimiter="\t"))
    assert len(rows) == 5
    for row in rows:
        assert row["paraphrase"]
        assert row["source"].startswith("source:")
        assert row["verdict"] == ""
