"""How cost grows: each shape of query over data of one size and of ten times that size.

Run ``python tests/benchmarks/bench_growth.py [--triples 100000]``. Both are loaded by
``allusion load`` and asked in turns, warm, down to typed rows in Python; the figure is the median
of wall time. Rows grow too where a query asks for all there is of something.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from make_data import skewed, write
from shapes import PREFIXES, SHAPES, timed

from allusion.build.bulk_load import load
from allusion.core.resources import locate
from allusion.store.interface import select
from allusion.store.oxigraph import OxigraphStore


def store_of(triples: int, folder: Path) -> OxigraphStore:
    """A store of about so many triples."""
    file, target = folder / f"{triples}.nt", folder / f"{triples}"
    write(skewed(triples), file)
    load([file], target, locate())
    file.unlink()
    return OxigraphStore(target / "store")


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--triples", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        small, large = (store_of(asked.triples * times, Path(name)) for times in (1, 10))
        print(f"| shape | {asked.triples:,}: ms | rows | ten times: ms | rows | x time |")
        print("|---|---:|---:|---:|---:|---:|")
        for shape, query in SHAPES.items():
            (one, few), (ten, many) = (
                timed(lambda store=store: len(list(select(store, PREFIXES + query))))  # type: ignore[misc] # noqa: B023 (called at once)
                for store in (small, large)
            )
            print(
                f"| {shape} | {one * 1000:.2f} | {few:,} | {ten * 1000:.2f} | {many:,} | {ten / one:.1f} |"
            )


if __name__ == "__main__":
    main()
