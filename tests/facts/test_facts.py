"""Where sources disagree, what the essay says, and where every collected fact stands.

Tests that need the material the facts were collected from skip where it is absent.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from curated import (
    CHUNGKING,
    DATA,
    ROOT,
    SHARED,
    Mapping,
    rows,
    values,
)

# --- where sources disagree, each value stands ---


def test_each_running_time_has_its_own_sources(facts: ox.Store) -> None:
    pattern = f"GRAPH ?source {{ {CHUNGKING} al:runningTimeMinutes ?minutes }}"
    found = rows(facts, "?minutes ?source", pattern)
    assert {minutes for minutes, _ in found} == {"98", "100", "102", "103"}
    assert max(Counter(source for _, source in found).values()) == 1


def test_both_birth_years_of_wong_kar_wai_are_listed(facts: ox.Store) -> None:
    born = values(facts, "?date", "person:wong-kar-wai al:born ?date")
    assert born == {"1958-07-17", "1956", "1957"}


def test_praise_of_kaneshiro_s_cantonese_disputes_the_essayist(facts: ox.Store) -> None:
    disputing = "?c al:disputes claim:kaneshiro-s-cantonese-is-poor ; al:heldBy ?who"
    assert values(facts, "?who", disputing) == {
        "organisation:lovehkfilm",
        "organisation:koreapop",
    }


# --- casts ---


@pytest.mark.parametrize(
    ("film", "cast"),
    [
        (
            "breathless",
            {("jean-paul-belmondo", "michel-poiccard"), ("jean-seberg", "patricia-franchini")},
        ),
        (
            "pierrot-le-fou",
            {("jean-paul-belmondo", "ferdinand-griffon"), ("anna-karina", "marianne-renoir")},
        ),
        (
            "alphaville",
            {("eddie-constantine", "lemmy-caution"), ("anna-karina", "natacha-von-braun")},
        ),
        ("contempt", {("brigitte-bardot", "camille-javal"), ("michel-piccoli", "paul-javal")}),
        (
            "le-petit-soldat",
            {("michel-subor", "bruno-forestier"), ("anna-karina", "veronica-dreyer")},
        ),
        ("vivre-sa-vie", {("anna-karina", "nana-of-vivre-sa-vie")}),
        ("made-in-usa", {("anna-karina", "paula-nelson")}),
    ],
)
def test_the_leads_of_a_film_play_its_figures(
    facts: ox.Store, film: str, cast: set[tuple[str, str]]
) -> None:
    pattern = f"?p al:inWork film:{film} ; al:performer ?who ; al:character ?figure"
    found = rows(facts, "?who ?figure", pattern)
    assert {(f"person:{who}", f"character:{figure}") for who, figure in cast} <= set(found)


# --- the essay ---


def test_every_fact_of_the_essay_cites_a_passage(facts: ox.Store) -> None:
    loose = values(
        facts,
        "?node",
        """GRAPH source:kpnv-223 {
             VALUES ?type { al:Reference al:Analogy al:Claim al:Opinion al:Scene al:Utterance
                            al:Performance al:Contribution al:Relationship }
             ?node a ?type
             FILTER NOT EXISTS { ?node al:evidence ?evidence . ?evidence al:startOffset ?start }
           }""",
    )
    assert loose == set()


def test_spans_of_the_essay_hash_as_stated(facts: ox.Store) -> None:
    text = _essay()
    source = "source:kpnv-223"
    assert values(facts, "?n", f"{source} al:textLength ?n") == {str(len(text))}
    assert values(facts, "?hash", f"{source} al:textSha256 ?hash") == {_sha256(text)}
    paragraphs = [part for part in text.split("\n") if part]
    spans = rows(
        facts,
        "?evidence ?paragraph ?start ?end ?hash",
        f"""?evidence al:source {source} ; al:paragraph ?paragraph ; al:startOffset ?start ;
              al:endOffset ?end ; al:spanSha256 ?hash""",
    )
    assert len(spans) >= 40
    for evidence, number, start, end, digest in spans:
        span = text[int(start) : int(end)]
        assert _sha256(span) == digest, evidence
        assert span in paragraphs[int(number) - 1], evidence


def test_no_run_of_eight_words_is_copied_from_the_essay() -> None:
    words = _words(_essay())
    runs = {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    for path in sorted(DATA.rglob("*.ttl")):
        ours = _words(path.read_text(encoding="utf-8"))
        copied = [ours[i : i + 8] for i in range(len(ours) - 7) if tuple(ours[i : i + 8]) in runs]
        assert copied == [], path.name


# --- the mappings and the collected facts ---


def test_mappings_are_sorted_and_their_confidence_fits_their_comment(
    mappings: list[Mapping],
) -> None:
    keys = [(row["subject_id"], row["predicate_modifier"], row["object_id"]) for row in mappings]
    assert keys == sorted(keys)
    weights = {"confirmed": "0.99", "seen once": "0.8", "structural": "0.6"}
    for row in mappings:
        if not row["predicate_modifier"]:
            status, _, where = row["comment"].partition(": seen in ")
            assert row["confidence"] == weights[status], row["subject_id"]
            assert where.startswith("github:"), row["subject_id"]


def test_every_collected_fact_is_in_the_graph_or_left_out_with_a_reason(
    facts: ox.Store, mappings: list[Mapping]
) -> None:
    table = SHARED / "facts" / "facts.tsv"
    if not table.exists():
        pytest.skip("the collected facts are not beside the checkout")
    with table.open(encoding="utf-8", newline="") as stream:
        collected = list(csv.DictReader(stream, delimiter="\t"))
    covered = {
        _key(row): row["nodes"].split() for row in _read(ROOT / "tests/facts/facts_in_graph.tsv")
    }
    left_out = {_key(row): row["why"] for row in _read(DATA / "left-out.tsv")}
    linked = {row["object_id"] for row in mappings if not row["predicate_modifier"]}
    sources = {
        unquote(url): source
        for source, url in rows(facts, "?source ?url", "?source a al:Source ; al:url ?url")
    }
    for row in collected:
        key = _key(row)
        if left_out.get(key):
            continue
        if row["predicate"] == "wikidata QID":
            assert f"wd:{row['object']}" in linked, key
            continue
        stating = [_stating(facts, node) for node in covered[key]]
        assert all(stating), f"{key}: one of {covered[key]} is not in the graph"
        dates = set(re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["object"]))
        dated = [node for node in covered[key] if not node.startswith("claim:")]
        typed = set[str]().union(*(values(facts, "?v", f"{node} ?p ?v") for node in dated))
        assert not dated or dates <= typed, f"{key}: {dates - typed} is not stated"
        cited = {sources.get(_address(cell)) for cell in row["sources"].split(" ; ")} - {None}
        assert cited & set[str | None]().union(*stating), f"{key}: none of its sources states it"


def test_every_cited_source_but_a_book_has_an_address(facts: ox.Store) -> None:
    without = values(
        facts,
        "?source",
        """?source a al:Source FILTER NOT EXISTS { ?source al:url ?url }
           FILTER NOT EXISTS { ?source al:sourceType source-type:book }""",
    )
    assert without == {
        f"source:{own}" for own in ("register", "editors", "editors-names", "inferred")
    } | {"source:wikidata-mapping"}


def _stating(facts: ox.Store, node: str) -> set[str]:
    """The sources whose graph, evidence or register entry states something of the node."""
    return values(
        facts,
        "?source",
        f"""{{ GRAPH ?source {{ {node} ?any ?thing }} }}
            UNION {{ {node} al:evidence/al:source ?source }}
            UNION {{ {node} dcterms:source ?source }}""",
    )


def _address(cell: str) -> str:
    """The address in a cell of the collected facts, as the sources here write it."""
    address = cell.strip()
    if address.startswith("github:"):
        return "https://github.com/" + address.removeprefix("github:").split("@")[0]
    address = re.sub(r"(//[^/]*)\./", r"\1/", address)  # a host that ends in a dot
    return unquote(address.split(" (")[0].replace("//en.m.", "//en."))


def _essay() -> str:
    texts = sorted((SHARED / "seed").glob("*.txt"))
    if not texts:
        pytest.skip("the text of the essay is not beside the checkout")
    return texts[0].read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _words(text: str) -> list[str]:
    return "".join(c.lower() if c.isalnum() else " " for c in text).split()


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["subject"], row["predicate"], row["object"]
