"""How many of 40,430 films are linked to their items, and how many wrongly.

Run: ``uv run python tests/benchmarks/bench_link.py [FILMS.json.gz] [--seed N] [--errors FILE]``.
Title and year go in, the item is hidden; in a second run the directors go in too. What makes it
hard is described in ``linking_trial.py``. Counted are

- accepted: rows that got an item without a person; wrong: those of them with another item than
  their own, or with any where the index lacks theirs; precision: 1 - wrong / accepted;
- recall: right ones among the rows that are determinable: the item is in the index, the row has a
  year or director that it can be told by, and no other film of that title has a year as near
  (with directors: and none that may be the same). Beside it the share of all rows whose item is
  in the index, and of all rows whatever.

Last, the films of our own graph that are linked by hand, looked for among all 40,430 as if they were
not, without their identifiers and articles: how many get the item that a person gave them.

The time is user + system of this process, making the index not counted.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from linking_trial import FILMS, REMOVED, Film, Row, films, trial

from allusion import open as open_graph
from allusion.build.sssom import read_mappings
from allusion.core.resources import locate
from allusion.wikidata.linking import IndexSource, LinkDecision, decide_all
from allusion.wikidata.linking.entities import entity_features
from allusion.wikidata.linking.index_builder import write_index


def judge(rows: Sequence[Row], index: IndexSource) -> tuple[list[LinkDecision], float]:
    """The decisions, and the seconds of processor time they took."""
    begun = time.process_time()
    decisions = list(decide_all((row.clues for row in rows), [index]))
    return decisions, time.process_time() - begun


def figures(rows: Sequence[Row], decisions: Sequence[LinkDecision]) -> dict[str, float]:
    """Counts and shares, as the head of this file defines them."""
    pairs = list(zip(rows, decisions, strict=True))
    accepted = [(row, one) for row, one in pairs if one.item]
    right = [row for row, one in accepted if one.item == row.truth]
    wrong = len(accepted) - len(right)
    determinable = sum(row.determinable for row in rows)
    there = sum(bool(row.truth) for row in rows)
    found = sum(row.determinable for row in right)
    return {
        "rows": len(rows),
        "in the index": there,
        "determinable": determinable,
        "accepted": len(accepted),
        "wrong": wrong,
        "precision": 1 - wrong / max(len(accepted), 1),
        "recall": found / max(determinable, 1),
        "recall over rows in the index": len(right) / max(there, 1),
        "right of all rows": len(right) / max(len(rows), 1),
        "undecided": sum(one.status == "undecided" for one in decisions),
        "true item among the candidates of the undecided": sum(
            any(scored.candidate.item == row.truth for scored in one.candidates)
            for row, one in pairs
            if one.status == "undecided" and row.truth
        ),
    }


def shown(rows: Sequence[Row], decisions: Sequence[LinkDecision]) -> str:
    """Every wrong link, one a line."""
    lines = []
    for row, one in zip(rows, decisions, strict=True):
        if one.item and one.item != row.truth and one.best:
            clues = row.clues
            lines.append(
                f"{clues.subject}\t{clues.label}\t{' '.join(map(str, clues.years))}\t"
                f"{'; '.join(clues.makers.get('P57', ()))}\t{'; '.join(row.noise)}\t"
                f"{'in the index' if row.truth else 'not in the index'}\t"
                f"{one.item}\t{one.best.candidate.label}\t{one.confidence}\t{one.best.explanation}\n"
            )
    return "".join(lines)


def missed(rows: Sequence[Row], decisions: Sequence[LinkDecision]) -> Counter[str]:
    """Why determinable rows were not linked: by what was done to them."""
    return Counter(
        ", ".join(sorted(row.noise)) or "nothing"
        for row, one in zip(rows, decisions, strict=True)
        if row.determinable and one.item != row.truth
    )


def calibration(rows: Sequence[Row], decisions: Sequence[LinkDecision]) -> list[str]:
    """For each band of confidence, how many of the accepted are right."""
    bands: dict[str, list[bool]] = {}
    for row, one in zip(rows, decisions, strict=True):
        if one.item:
            sure = one.confidence
            band = "0.99" if sure >= 0.99 else "0.95 to 0.98" if sure >= 0.95 else "below 0.95"
            bands.setdefault(band, []).append(one.item == row.truth)
    return [
        f"{band}: {sum(b)} of {len(b)} right" for band, b in sorted(bands.items(), reverse=True)
    ]


def ours(source: Sequence[Film], folder: Path) -> str:
    """Our own linked films, blind: how many are right, wrong, and left to a person."""
    index_file = folder / "whole.sqlite"
    # The names of directors are made up in a trial; here they are known by Q-id alone.
    people = {int(one[1:]) for film in source for one in film.get("director", ())}
    said = (row for row in trial(source, 0, 0).said if row[0] not in people)
    write_index(said, index_file, "all films")
    index = IndexSource(index_file)
    network = open_graph().network(records=True)
    rows, _ = read_mappings(locate().mapping_file)
    linked = {row.subject: row.item for row in rows if not row.negative}
    there = {film["wikidata_id"] for film in source}
    wanted = [
        replace(entity_features(network, iri), identifiers={}, articles={})
        for iri in sorted(network)
        if network.nodes[iri]["entity"].kind == "film"
    ]
    found: Counter[str] = Counter()
    for one in decide_all(wanted, [index]):
        item = linked.get(one.features.subject, "")
        known = "there" if item in there else "not there"
        verdict = one.status if not one.item else "right" if one.item == item else "WRONG"
        found[f"{known}: {verdict}"] += 1
    index.close()
    return ", ".join(f"{what} {count}" for what, count in sorted(found.items()))


def main(arguments: Sequence[str]) -> int:
    """Print the figures of both runs; 1 where a target is missed, 77 without the films."""
    parser = argparse.ArgumentParser(description="Linking films to items, measured.")
    parser.add_argument("films", nargs="?", type=Path, default=FILMS)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--sample", type=int, help="take so many of the films")
    parser.add_argument("--removed", type=float, default=REMOVED)
    parser.add_argument("--forms", type=float, default=0.0, help="share of rows with other forms")
    parser.add_argument("--half", choices=("even", "odd"), help="judge these Q-ids only")
    parser.add_argument("--errors", type=Path, help="write every wrong link to this file")
    asked = parser.parse_args(arguments)
    if not asked.films.is_file():
        print(f"no films at {asked.films}: nothing to measure", file=sys.stderr)
        return 77
    source = films(asked.films)
    if asked.sample:
        source = random.Random(0).sample(source, asked.sample)
    made = trial(source, asked.seed, asked.removed, asked.forms)
    good = True
    errors = ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "films.sqlite"
        begun = time.process_time()
        items = write_index(made.said, path, "a trial")
        print(f"index: {items:,} items in {time.process_time() - begun:.1f} s, "
              f"{path.stat().st_size / 1e6:.0f} MB")  # fmt: skip
        index = IndexSource(path)
        for what, rows in (("title and year", made.plain), ("and directors", made.directed)):
            if asked.half:
                rest = asked.half == "odd"
                rows = [row for row in rows if int(row.clues.subject[1:]) % 2 == rest]
            decisions, seconds = judge(rows, index)
            found = figures(rows, decisions)
            print(f"\n{what}: {seconds:.1f} s, {len(rows) / seconds:,.0f} rows a second")
            for name, value in found.items():
                print(
                    f"  {name}: {value:.2%}" if isinstance(value, float) else f"  {name}: {value:,}"
                )
            print("  " + "; ".join(calibration(rows, decisions)))
            print(
                "  not linked though determinable:", dict(missed(rows, decisions).most_common(12))
            )
            errors += f"# {what}\n{shown(rows, decisions)}"
            good &= found["precision"] >= 0.995 and found["recall"] >= 0.95
        index.close()
        if not asked.sample and not asked.half:
            print("\nour own films, blind:", ours(source, Path(folder)))
    if asked.errors:
        asked.errors.write_text(errors, encoding="utf-8")
    else:
        print(f"\nevery wrong link:\n{errors}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
