"""Holders of views have names, or stand in the list of those without; their own pages are named."""

from __future__ import annotations

import csv
import re

import pyoxigraph as ox
from curated import DATA, rows

from allusion.core.labels import fold

#: Why the name of a holder is not known.
REASONS = {"account alone", "name not joined", "page not found", "several writers", "unsigned"}
UNNAMED = re.compile(r"(an? |[Tt]he authors? (of|at) |[Aa]uthors? (of|at) )")
HELD = (
    "?statement al:madeBy|al:heldBy ?holder . ?holder rdfs:label ?label FILTER(LANG(?label) = 'en')"
)


def test_holders_without_a_name_are_listed_with_the_reason(facts: ox.Store) -> None:
    with (DATA / "unnamed-holders.tsv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream, delimiter="\t"))
    unnamed = [
        holder for holder, label in rows(facts, "?holder ?label", HELD) if UNNAMED.match(label)
    ]
    assert [row["holder"] for row in listed] == sorted(unnamed)
    assert {row["reason"] for row in listed} <= REASONS
    assert all(row["note"] for row in listed)


def test_holders_are_described_from_a_page_that_names_them(facts: ox.Store) -> None:
    """A page of somebody else who holds the same does not give it; makers have theirs from credits."""
    described = set(rows(facts, "?holder ?source", "?holder dcterms:source ?source"))
    naming: dict[str, set[str]] = {}
    for holder, label, source, author in rows(
        facts,
        "?holder ?label ?source ?author",
        f"""{HELD} ?statement al:evidence/al:source ?source . ?source al:author ?author .
            FILTER NOT EXISTS {{ ?credit al:contributor|al:performer ?holder }}""",
    ):
        if fold(UNNAMED.sub("", label)) in fold(author):
            naming.setdefault(holder, set()).add(source)
    wrong = {
        holder: sorted(sources)
        for holder, sources in naming.items()
        if not any((holder, source) in described for source in sources)
    }
    assert wrong == {}
    assert len(naming) > 150
