"""Loading: ``allusion load`` beside pyoxigraph's own ``bulk_load`` of the same N-Triples.

Run ``python tests/benchmarks/bench_load.py [--triples 5000000] [--runs 3] [--more]``, or with
``--file FILE.nt`` instead of made-up data. Each load is a process of its own, from nothing to a
store on disk, interpreter and all; the two take turns. Time is wall time, memory the peak of
the process as the system counts it. ``--more`` adds what inference and the index of names cost,
once each. ``--lenient LINES`` measures instead ``allusion load --lenient`` of short lines of
Turtle, with no fault and with one fault in 100,000, 100 and 10 lines.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from make_data import skewed, write
from measured_process import measure

ENGINE = """
import sys, pyoxigraph as ox
ox.Store(sys.argv[2]).bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
"""
OURS = """
import sys
sys.argv = ["allusion", "load", sys.argv[1], "--into", *sys.argv[2:]]
from allusion.cli import run
run()
"""


def load(code: str, file: Path, folder: Path, *options: str) -> tuple[float, float]:
    """Seconds and the peak of memory in MB of one process that loads ``file``."""
    target = folder / "store"
    done = measure(code, str(file), str(target), *options)
    shutil.rmtree(target)
    return done.seconds, done.peak_mb


def middle(figures: list[tuple[float, float]]) -> tuple[float, float]:
    """The median of the seconds, and that of the peaks."""
    seconds, peaks = zip(*figures, strict=True)
    return statistics.median(seconds), statistics.median(peaks)


def show(name: str, figure: tuple[float, float], base: tuple[float, float]) -> None:
    """Print one row."""
    seconds, peak = figure
    ratios = f"{seconds / base[0]:6.2f}  {peak / base[1]:6.2f}"
    print(f"{seconds:8.2f}  {peak:7.0f}  {ratios}  {name}", flush=True)


def lenient(lines: int, folder: Path) -> None:
    """Print a row per number of faults: time and memory of a lenient load, and their ratios."""
    print(f"{lines:,} lines of Turtle")
    print(f"{'s':>8}  {'peak MB':>7}  {'x time':>6}  {'x peak':>6}")
    file = folder / "lines.ttl"
    base = None
    for every in (0, 100_000, 100, 10):
        with file.open("w") as text:
            text.write("@prefix e: <http://example.org/> .\n")
            for number in range(1, lines + 1):
                is_bad = every and number % every == 0
                text.write(f"e:a{number} e:p {'foo' if is_bad else 'e:b'} .\n")
        base = base or load(OURS, file, folder)
        if not every:
            show("allusion load", base, base)
        fault = f"a fault in {every:,} lines" if every else "no fault"
        show(f"allusion load --lenient, {fault}", load(OURS, file, folder, "--lenient"), base)


def main() -> None:
    """Make the data, load it in turns, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--more", action="store_true")
    parser.add_argument("--lenient", type=int, metavar="LINES")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.lenient:
            lenient(asked.lenient, folder)
            return
        file = asked.file or folder / "skewed.nt"
        if not asked.file:
            print(f"{write(skewed(asked.triples), file):,} triples, ", end="")
        print(f"{file.stat().st_size / 1e6:.0f} MB of N-Triples, median of {asked.runs}")
        figures: dict[str, list[tuple[float, float]]] = {ENGINE: [], OURS: []}
        for _ in range(asked.runs):
            for code, rows in figures.items():
                rows.append(load(code, file, folder))
        print(f"{'s':>8}  {'peak MB':>7}  {'x time':>6}  {'x peak':>6}")
        base, ours = map(middle, figures.values())
        show("pyoxigraph bulk_load", base, base)
        show("allusion load", ours, base)
        if asked.more:
            for option in ("--names", "--infer"):
                show(f"allusion load {option}", load(OURS, file, folder, option), base)


if __name__ == "__main__":
    main()
