"""List the paraphrases of a source that take over its words.

Run: ``python tests/support/near_words.py source:cinepassion-contempt page.txt``. The text stays
where it is: nothing of it is stored. A paraphrase is listed with each run of words that it
shares with the text; short words count only inside a run.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from allusion.core.labels import fold
from allusion.core.resources import locate
from allusion.core.terms import shorten
from allusion.core.vocabulary import BASE, PREFIXES

RUN = 3
"""How many words in a row are too near."""
_SHORT = 3
_PARAPHRASES = """
SELECT ?evidence ?paraphrase WHERE {{
  ?evidence al:source {source} ; dcterms:description ?paraphrase .
  FILTER(LANG(?paraphrase) = "en")
}} ORDER BY ?evidence ?paraphrase"""


def shared_runs(paraphrase: str, text: str, run: int = RUN) -> list[str]:
    """Return the longest runs of at least ``run`` words that both have.

    A run must have two words longer than three letters: "it is the" is nobody's.

    >>> shared_runs("He sees painted eyes on statuary.", "... painted eyes on statuary, and")
    ['painted eyes on statuary']
    """
    ours, theirs = _words(paraphrase), f" {' '.join(_words(text))} "
    found, start = [], 0
    while start <= len(ours) - run:
        end = start + run
        while end <= len(ours) and f" {' '.join(ours[start:end])} " in theirs:
            end += 1
        words = ours[start : end - 1]
        if len(words) >= run and sum(len(word) > _SHORT for word in words) >= 2:
            found.append(" ".join(words))
            start = end - 1
        else:
            start += 1
    return found


def paraphrases(source: str) -> Iterator[tuple[str, str]]:
    """Yield each passage of a source and its paraphrase."""
    store = ox.Store()
    for path in locate().source_files():
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    iri = ox.NamedNode(BASE + source.replace(":", "/", 1))
    found = store.query(_PARAPHRASES.format(source=iri), prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        yield shorten(row["evidence"].value), row["paraphrase"].value


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="such as source:cinepassion-contempt")
    parser.add_argument("text", type=Path, help="a file with the text of the page")
    parser.add_argument("--run", type=int, default=RUN)
    arguments = parser.parse_args()
    page = arguments.text.read_text(encoding="utf-8")
    for evidence, words in paraphrases(arguments.source):
        if runs := shared_runs(words, page, arguments.run):
            print(f"{evidence}: {' | '.join(runs)}")
