"""How dear a search by name is on 40,430 films: CPU, as ratios from one run.

Run: ``uv run python tests/benchmarks/bench_search.py [FILMS.json.gz]``. The films are those of
Wikidata in 2019, one JSON object a line, looked for in ``../shared/data`` beside the checkout;
their labels and the titles of their articles become an index of names like the one that a build
writes. Each question is asked of that index with a connection that has answered before ("warm")
and with a new one ("opened"), and beside it of a loop in Python over all folded names and of
``LIKE '%...%'`` in SQLite, which find only what is spelled as typed. Medians of user + system
time; the ratio is what to compare between machines.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from allusion.core.labels import Name, fold
from allusion.core.vocabulary import BASE
from allusion.search.name_index import NameEntry, NameIndex, write_index

FILMS = Path(__file__).parents[3] / "shared/data/wikidata-movies.json.gz"
RUNS = 15
LIMIT = 20
QUESTIONS = {
    "the whole name": "Chungking Express",
    "a beginning": "the last",
    "two letters": "th",
    "one letter": "a",
    "a frequent word": "love",
    "words in any order": "angels fallen",
    "inside of a word": "xpress",
    "part of a Chinese name, 2": "森林",
    "part of a Chinese name, 1": "林",
    "another romanization": "Zessyou",
    "Wade-Giles": "Ho Chih-wu",
    "a typo": "Chunking Exprss",
    "typos in frequent words": "thx lobe",
    "nothing": "qqqqqqqq zzzzzz",
}


def films(path: Path) -> Iterator[NameEntry]:
    """The films as things of the index; the size of the cast stands for importance."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            film = json.loads(line)
            label = film.get("label") or film["wikidata_id"]
            texts = dict.fromkeys([label, film.get("enwiki_title") or label])
            names = tuple((Name(text, "en"), text == label) for text in texts)
            weight = len(film.get("cast_member") or ())
            yield NameEntry(
                f"{BASE}film/{film['wikidata_id'].lower()}", "film", label, names, (), weight
            )
    # The films have English names only; a few of ours stand for names in other scripts.
    for slug, *known in (
        ("chungking-express", ("重慶森林", "zh-Hant"), ("恋する惑星", "ja")),
        ("zessho", ("Zesshō", "ja-Latn"), ("絶唱", "ja")),
        ("cop-223", ("He Zhiwu", "zh-Latn-pinyin"), ("何志武", "zh-Hant")),
    ):
        pairs = tuple((Name(*name), True) for name in known)
        yield NameEntry(f"{BASE}film/{slug}", "film", known[0][0], pairs, (), 50)


def cpu_ms(action: Callable[[], Any], runs: int = RUNS) -> float:
    """Median milliseconds of CPU of one call."""
    times = []
    for _ in range(runs):
        before = time.process_time()
        action()
        times.append(time.process_time() - before)
    return 1000 * statistics.median(times)


def opened(path: Path, text: str) -> None:
    """One search by a connection that is made for it."""
    names = NameIndex(path)
    names.search(text, LIMIT)
    names.close()


def scan(rows: list[tuple[str, str]], text: str) -> list[str]:
    """What a loop in Python finds: every word of ``text`` somewhere in a name."""
    words = fold(text).split()
    return [iri for folded, iri in rows if all(word in folded for word in words)][:LIMIT]


def like(db: sqlite3.Connection, text: str) -> list[tuple[str]]:
    """What SQLite's LIKE finds, in the order of importance."""
    words = fold(text).split()
    where = " AND ".join("folded LIKE '%' || ? || '%'" for _ in words)
    sql = f"SELECT iri FROM name WHERE {where} ORDER BY rowid LIMIT {LIMIT}"
    return db.execute(sql, words).fetchall()


def main(path: Path) -> int:
    """Print a row a question."""
    if not path.is_file():
        print(f"skipped: {path} is not there; give the path of the films", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        index, bare = Path(folder, "names.sqlite"), Path(folder, "bare.sqlite")
        things = list(films(path))
        writing = cpu_ms(lambda: write_index(index, things), 1)
        plain = cpu_ms(lambda: write_index(bare, things, full_text=False), 1)
        names = NameIndex(index)
        db = sqlite3.connect(index)
        rows = db.execute("SELECT folded, iri FROM name ORDER BY rowid").fetchall()
        print(f"{len(things):,} films, {len(rows):,} names, SQLite {sqlite3.sqlite_version}")
        print(
            f"index: {index.stat().st_size / 1e6:.1f} MB in {writing / 1000:.1f} s of CPU; without "
            f"full text {bare.stat().st_size / 1e6:.1f} MB in {plain / 1000:.1f} s"
        )
        print(f"{'warm':>8} {'opened':>8} {'LIKE':>8} {'Python':>8}  ms; found, how, question")
        ratios = []
        for what, text in QUESTIONS.items():
            found = names.search(text, LIMIT)
            warm = cpu_ms(lambda text=text: names.search(text, LIMIT))  # type: ignore[misc]
            cold = cpu_ms(lambda text=text: opened(index, text))  # type: ignore[misc]
            liked = cpu_ms(lambda text=text: like(db, text))  # type: ignore[misc]
            looped = cpu_ms(lambda text=text: scan(rows, text))  # type: ignore[misc]
            ratios.append((warm, cold, liked / warm, looped / warm))
            how = found[0].how if found else "-"
            print(
                f"{warm:8.2f} {cold:8.2f} {liked:8.2f} {looped:8.2f}  "
                f"{len(found):2} {how:9} {what}: {text}"
            )
        names.close()
        db.close()
        bare_names = NameIndex(bare)
        slow = cpu_ms(lambda: bare_names.search("Chungking Express", LIMIT), 3)
        bare_names.close()
    print(
        f"slowest: {max(r[0] for r in ratios):.1f} ms warm, {max(r[1] for r in ratios):.1f} ms opened"
    )
    print(
        f"median: LIKE {statistics.median(r[2] for r in ratios):.1f} times a search, "
        f"Python {statistics.median(r[3] for r in ratios):.1f} times; "
        f"the same search without full text {slow:.0f} ms"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILMS))
