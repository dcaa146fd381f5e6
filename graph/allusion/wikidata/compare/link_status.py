"""Link status of every entity, computed offline from the curated files."""

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
from ...core.vocabulary import ENTITY_REGISTERS, register_of
from ...store import Store, select
from ..model.links import links_by_entity

#: From certain to unknown.
LINK_LEVELS: Final = (
    "confirmed",
    "seen once",
    "by structure",
    "matched",
    "article only",
    "no link",
)
LinkLevel = Literal["confirmed", "seen once", "by structure", "matched", "article only", "no link"]
_MEANING: Final[dict[LinkLevel, str]] = {
    "confirmed": "seen in two independent datasets, or more",
    "seen once": "seen in one dataset",
    "by structure": "inferred from links to other items, without a label",
    "matched": "found by a program, by name and context",
    "article only": "linked to a Wikipedia article but to no item",
    "no link": "neither an item nor an article",
}
# Confidence from which a manual mapping without a keyword counts as confirmed.
_CONFIRMED_CONFIDENCE: Final = 0.99
_BY_HAND: Final = "semapv:ManualMappingCuration"
_NOT_TRIED: Final = "No search by name is recorded."
_LEVEL_BY_WORD: Final[dict[str, LinkLevel]] = {
    "confirmed": "confirmed",
    "seen once": "seen once",
    "structural": "by structure",
}
# The type al:Entity comes from inference.
_ENTITIES: Final = """\
SELECT ?entity ?label ?article WHERE {
  ?entity a al:Entity ; rdfs:label ?label .
  FILTER(LANG(?label) = "en")
  FILTER NOT EXISTS { ?entity owl:deprecated true }
  OPTIONAL { ?entity al:wikipediaArticle ?article }
}
ORDER BY ?entity ?label ?article"""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """How an entity is linked to Wikidata.

    Attributes:
        level: How certain the link is.
        confidence: 0 to 1; None without an item.
        seen_in: Where the link was seen; the addresses of articles if there is no item.
        search_note: Result of the search for an item, if there is no item.
    """

    iri: str
    label: str
    kind: str
    level: LinkLevel
    item: str = ""
    confidence: float | None = None
    seen_in: str = ""
    search_note: str = ""


def link_statuses(store: Store, resources: Resources) -> list[LinkStatus]:
    """Return the status of every entity, by level (unlinked first), register and label."""
    rows = links_by_entity(resources)
    tried = _read_tried(resources.data / "links-tried.tsv")
    looked = _read_looked_for(resources.data / "looked-for.tsv")
    articles: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    for entity, label, article in select(store, _ENTITIES):
        labels.setdefault(str(entity), str(label))
        if article is not None:
            articles[str(entity)].append(str(article))
    found = []
    for iri, called in labels.items():
        kind = register_of(iri)
        if iri in rows:
            found.append(_from_mapping(iri, called, kind, rows[iri]))
            continue
        how: LinkLevel = "article only" if articles[iri] else "no link"
        reasons = [tried.get(fold(called), _NOT_TRIED), looked.get(shorten(iri), "")]
        where = " ".join(sorted(set(articles[iri])))
        found.append(
            LinkStatus(iri, called, kind, how, seen_in=where, search_note=" ".join(reasons).strip())
        )
    kinds = list(ENTITY_REGISTERS)
    found.sort(
        key=lambda one: (-LINK_LEVELS.index(one.level), kinds.index(one.kind), fold(one.label))
    )
    return found


def _from_mapping(iri: str, label: str, kind: str, row: Link) -> LinkStatus:
    word, _, rest = row.comment.partition(":")
    how = _LEVEL_BY_WORD.get(word.strip())
    if how is None:
        rest = row.comment
        surely: LinkLevel = "confirmed" if row.confidence >= _CONFIRMED_CONFIDENCE else "seen once"
        how = surely if row.justification == _BY_HAND else "matched"
    where = rest.strip().removeprefix("seen in ")
    return LinkStatus(iri, label, kind, how, row.item, row.confidence, where)


def count_levels(found: Iterable[LinkStatus]) -> list[tuple[LinkLevel, int, str]]:
    """Return the number of entities and the meaning of each level in use."""
    counts = Counter(one.level for one in found)
    return [(how, counts[how], meaning) for how, meaning in _MEANING.items() if counts[how]]


def _read_tsv(path: Path) -> list[Mapping[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _read_tried(path: Path) -> dict[str, str]:
    """Return the outcome of earlier searches by folded name; a row may have several names."""
    found: dict[str, str] = {}
    for row in _read_tsv(path):
        for part in re.split(r"[;,]", re.sub(r"\([^)]*\)", "", row["what"])):
            if name := fold(part):
                found.setdefault(name, row["outcome"].strip())
    return found


def _read_looked_for(path: Path) -> dict[str, str]:
    """Return notes on missing facts and on searched lists, by prefixed name."""
    missing: dict[str, list[str]] = defaultdict(list)
    where: dict[str, str] = {}
    for row in _read_tsv(path):
        missing[row["work"]].append(row["missing"])
        where.setdefault(row["work"], row["where"].strip())
    return {
        work: f"It also lacks {' and '.join(parts)}: {where[work][0].lower()}{where[work][1:]}"
        for work, parts in missing.items()
    }
