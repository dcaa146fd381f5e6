"""The curated facts alone, as tests ask them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from allusion.core.terms import shorten
from allusion.core.vocabulary import PREFIXES

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "graph" / "data"
SHARED = ROOT.parent / "shared"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

CHUNGKING = "film:chungking-express"
MIURA, YAMAGUCHI = "person:tomokazu-miura", "person:momoe-yamaguchi"
SCENE = "scene:chungking-express-escalator"

Mapping = dict[str, str]


def rows(store: ox.Store, variables: str, pattern: str) -> list[tuple[str, ...]]:
    """The distinct answers over the default graph, IRIs as prefixed names."""
    found = store.query(
        f"{PREFIX_LINES} SELECT DISTINCT {variables} WHERE {{ {pattern} }}",
    )
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(shown(term) for term in row) for row in found)


def values(store: ox.Store, variable: str, pattern: str) -> set[str]:
    return {row[0] for row in rows(store, variable, pattern)}


def items(mappings: list[Mapping], subject: str, modifier: str = "") -> set[str]:
    return {
        row["object_id"].removeprefix("wd:")
        for row in mappings
        if row["subject_id"] == subject and row["predicate_modifier"] == modifier
    }


def curated_files() -> Iterator[Path]:
    yield from sorted(DATA.rglob("*.ttl"))
    yield DATA / "wikidata.sssom.tsv"


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return shorten(term.value) if isinstance(term, ox.NamedNode) else term.value
