"""Draw a random sample of statements for a check against their sources.

Run: ``python tests/support/draw_sample.py --seed 20261130 --size 60 > sample.tsv``. A row is one
passage: who checks it reads the address and fills in ``verdict`` with supported, not supported,
contradicted or unreadable. The same seed draws the same rows from the same facts.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from pathlib import Path
from typing import TextIO

import pyoxigraph as ox

from allusion.core.terms import shorten
from allusion.core.vocabulary import PREFIXES

DATA = Path(__file__).resolve().parents[2] / "graph" / "data"
COLUMNS = ("statement", "evidence", "paraphrase", "locator", "source", "url", "verdict", "remark")
_PASSAGES = """
SELECT ?statement ?evidence ?paraphrase ?locator ?source ?url WHERE {
  ?statement al:evidence ?evidence .
  ?evidence al:source ?source ; dcterms:description ?paraphrase .
  OPTIONAL { ?evidence al:locator ?locator }
  OPTIONAL { ?source al:url ?url }
  FILTER(LANG(?paraphrase) = "en")
} ORDER BY ?statement ?evidence ?paraphrase ?locator ?url"""


def passages(data: Path = DATA) -> list[dict[str, str]]:
    """Return every passage that a statement rests on, in a fixed order."""
    store = ox.Store()
    for path in sorted(data.glob("*/*.ttl")):
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    found = store.query(_PASSAGES, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [
        {name: _text(row[index]) for index, name in enumerate(names)}
        | {"verdict": "", "remark": ""}
        for row in found
    ]


def draw(rows: list[dict[str, str]], seed: int, size: int) -> list[dict[str, str]]:
    """Return ``size`` rows, drawn without replacement."""
    return random.Random(seed).sample(rows, min(size, len(rows)))


def write(rows: list[dict[str, str]], stream: TextIO) -> None:
    """Write the rows as tab-separated values."""
    table = csv.DictWriter(stream, COLUMNS, delimiter="\t", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    return " ".join(term.value.split()) if isinstance(term, ox.Literal) else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=60)
    arguments = parser.parse_args()
    write(draw(passages(), arguments.seed, arguments.size), sys.stdout)
