"""How every entity stands to Wikidata, by what the curated files say: nobody is asked."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ...build.sssom import Mapping as Link
from ...core.labels import fold
from ...core.resources import Resources
from ...core.terms import shorten
from ...core.vocabulary import BASE, ENTITY_REGISTERS
from ...store import Store, select
from ..pull.pull import linked

#: From sure to unknown.
HOW: Final = ("confirmed", "seen once", "by structure", "matched", "article only", "no link")
How = Literal["confirmed", "seen once", "by structure", "matched", "article only", "no link"]
_MEANING: Final[dict[How, str]] = {
    "confirmed": "seen in two independent datasets, or more",
    "seen once": "seen in one dataset",
    "by structure": "by its links to other items alone; no label was seen",
    "matched": "found by a tool, by name and context",
    "article only": "the title of an article of Wikipedia, no item",
    "no link": "neither an item nor an article",
}
# Of a row by hand whose comment does not begin with one of the words below.
_SURE: Final = 0.99
_BY_HAND: Final = "semapv:ManualMappingCuration"
_NOT_TRIED: Final = "No search by name is recorded."
_WORDS: Final[dict[str, How]] = {
    "confirmed": "confirmed",
    "seen once": "seen once",
    "structural": "by structure",
}
# An entity's names and articles; the classes above al:Film and the rest come from inference.
_ENTITIES: Final = """\
SELECT DISTINCT ?entity ?label ?article WHERE {
  ?entity a al:Entity ; rdfs:label ?label .
  FILTER(LANG(?label) = "en")
  FILTER NOT EXISTS { ?entity owl:deprecated true }
  OPTIONAL { ?entity al:wikipediaArticle ?article }
}
ORDER BY ?entity ?label ?article"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One entity: its item and how sure that is, where the two were seen, or what was tried.

    ``confidence`` is 0 to 1, None without an item. ``where`` is where the link was seen, or
    the article; ``why`` says of one without an item what was looked for and what came of it.
    """

    iri: str
    label: str
    kind: str
    how: How
    item: str = ""
    confidence: float | None = None
    where: str = ""
    why: str = ""


def standings(store: Store, resources: Resources) -> list[Standing]:
    """Every entity, the unlinked and the unsure first; then by kind and label."""
    rows = linked(resources)
    tried = _tried(resources.data / "links-tried.tsv")
    looked = _looked_for(resources.data / "looked-for.tsv")
    articles: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    for entity, label, article in select(store, _ENTITIES):
        labels.setdefault(str(entity), str(label))
        if article is not None:
            articles[str(entity)].append(str(article))
    found = []
    for iri, called in labels.items():
        kind = iri.removeprefix(BASE).partition("/")[0]
        if iri in rows:
            found.append(_of_row(iri, called, kind, rows[iri]))
            continue
        how: How = "article only" if articles[iri] else "no link"
        reasons = [tried.get(fold(called), _NOT_TRIED), looked.get(shorten(iri), "")]
        where = " ".join(sorted(set(articles[iri])))
        found.append(Standing(iri, called, kind, how, where=where, why=" ".join(reasons).strip()))
    kinds = list(ENTITY_REGISTERS)
    found.sort(key=lambda one: (-HOW.index(one.how), kinds.index(one.kind), fold(one.label)))
    return found


def _of_row(iri: str, label: str, kind: str, row: Link) -> Standing:
    word, _, rest = row.comment.partition(":")
    how = _WORDS.get(word.strip())
    if how is None:
        rest = row.comment
        surely: How = "confirmed" if row.confidence >= _SURE else "seen once"
        how = surely if row.justification == _BY_HAND else "matched"
    where = rest.strip().removeprefix("seen in ")
    return Standing(iri, label, kind, how, row.item, row.confidence, where)


def counted(found: Iterable[Standing]) -> list[tuple[How, int, str]]:
    """How many there are of each, from sure to unknown, and what the word means."""
    counts = Counter(one.how for one in found)
    return [(how, counts[how], meaning) for how, meaning in _MEANING.items() if counts[how]]


def _rows(path: Path) -> list[Mapping[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _tried(path: Path) -> dict[str, str]:
    """By folded name: what came of looking for an item. A row may name several entities."""
    found: dict[str, str] = {}
    for row in _rows(path):
        for part in re.split(r"[;,]", re.sub(r"\([^)]*\)", "", row["what"])):
            if name := fold(part):
                found.setdefault(name, row["outcome"].strip())
    return found


def _looked_for(path: Path) -> dict[str, str]:
    """By prefixed name: what else it lacks, and in which lists that was looked for in vain."""
    missing: dict[str, list[str]] = defaultdict(list)
    where: dict[str, str] = {}
    for row in _rows(path):
        missing[row["work"]].append(row["missing"])
        where.setdefault(row["work"], row["where"].strip())
    return {
        work: f"It lacks {' and '.join(parts)} too: {where[work][0].lower()}{where[work][1:]}"
        for work, parts in missing.items()
    }
