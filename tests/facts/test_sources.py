"""Sources can be found again: addresses, copies and their originals, whose words a passage gives."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from curated import DATA, rows, values

from allusion.core.labels import fold

#: Hosts whose pages a program writes.
MACHINE_MADE = ("gbqazwyxvutsrpo.xyz", "eatsip365.com", "youlookfine.net")
#: Copies whose original has no address that is known. Lower it, never raise it.
WITHOUT_ORIGINAL = 13


def addresses(facts: ox.Store) -> list[tuple[str, str]]:
    found = rows(facts, "?source ?url", "?source a al:Source ; al:url|al:copyOf ?url")
    return [(source, urlsplit(url).hostname or "") for source, url in found]


def _normalized(url: str) -> str:
    """The address without scheme, ``www.``, percent signs, fragment and final slash."""
    parts = urlsplit(unquote(url))
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/a/",
        "http://www.example.org/a",
        "https://EXAMPLE.org/%61#part",
    ],
)
def test_addresses_of_one_page_are_normalized_alike(other: str) -> None:
    assert _normalized(other) == _normalized("https://example.org/a")
    assert _normalized(other) != _normalized("https://example.org/a?page=2")


def test_no_host_ends_in_a_dot(facts: ox.Store) -> None:
    assert [pair for pair in addresses(facts) if pair[1].endswith(".")] == []


def test_no_two_sources_have_one_address(facts: ox.Store) -> None:
    """A page entered twice looks like two sources; the second is replaced by the first."""
    sources: dict[str, set[str]] = defaultdict(set)
    for source, url in rows(facts, "?source ?url", "?source a al:Source ; al:url ?url"):
        sources[_normalized(url)].add(source)
    assert {page: found for page, found in sources.items() if len(found) > 1} == {}


def test_a_source_titled_like_an_entity_has_an_author(facts: ox.Store) -> None:
    """Views show title and author: a page without one has its site behind a dash in the title."""
    names = {
        fold(name)
        for name in values(
            facts,
            "?name",
            """?entity rdfs:label|skos:altLabel|al:editorialLabel ?name
               FILTER(!REGEX(STR(?entity), "/(connection|claim|scene|utterance|performance)/"))""",
        )
    }
    authored = values(facts, "?source", "?source a al:Source ; al:author|dcterms:creator ?author")
    titles = rows(facts, "?source ?title", "?source a al:Source ; dcterms:title ?title")
    assert len(names) > 1000
    assert [s for s, title in titles if fold(title) in names and s not in authored] == []


def test_the_second_name_of_a_source_leads_to_the_first(facts: ox.Store) -> None:
    replaced = "?old owl:deprecated true ; dcterms:isReplacedBy ?new . ?new a al:Source"
    assert set(rows(facts, "?old ?new", replaced)) >= {
        ("source:hatena-kaze-tachinu", "source:mishika53-kaze-tachinu"),
        ("source:jamesgor-red-suspicion", "source:jamesgor-anita-mui"),
    }


def test_no_page_that_a_program_writes_is_a_source(facts: ox.Store) -> None:
    assert [pair for pair in addresses(facts) if pair[1].endswith(MACHINE_MADE)] == []


def test_a_copy_of_wikipedia_names_the_article(facts: ox.Store) -> None:
    elsewhere = values(
        facts,
        "?source",
        """?source a al:Source ; al:url ?url ; al:author "Wikipedia contributors"
           FILTER(!CONTAINS(STR(?url), ".wikipedia.org/"))""",
    )
    named = values(facts, "?source", "?source al:copyOf ?original")
    assert elsewhere - named == set()


def test_nearly_every_copy_has_the_address_of_its_original(facts: ox.Store) -> None:
    copies = {
        source
        for source, note in rows(facts, "?source ?note", "?source a al:Source ; skos:note ?note")
        if re.search(r"\bcop(y|ies)\b", note)
    }
    known = values(facts, "?source", "?source al:copyOf ?original") | values(
        facts,
        "?source",
        """?source al:url ?url ; skos:note ?note
           FILTER(CONTAINS(STR(?url), ".wikipedia.org/"))""",
    )
    assert len(copies - known) <= WITHOUT_ORIGINAL, sorted(copies - known)


def test_statements_of_makers_quote_their_own_words(facts: ox.Store) -> None:
    """`violation-maker-at-second-hand` holds each to it; these are known cases."""
    stated = values(facts, "?c", "?c al:certainty certainty:stated-by-maker")
    reported = values(facts, "?c", "?c al:certainty certainty:reported ; al:reportedBy ?who")
    assert "connection:happy-together-and-the-buenos-aires-affair" in stated
    assert {
        "connection:as-tears-go-by-and-mean-streets",
        "connection:moonlight-homage-to-happy-together",
        "connection:patrick-tam-after-robert-bresson",
    } <= reported
    assert len(reported) >= 20


def test_the_title_of_days_of_being_wild_is_tied_to_rebel_by_critics_and_disputed(
    facts: ox.Store,
) -> None:
    title = "connection:days-of-being-wild-title-and-rebel"
    assert values(facts, "?sure", f"{title} al:certainty ?sure") == {"certainty:claimed"}
    assert "person:wong-kar-wai" not in values(facts, "?who", f"{title} al:madeBy ?who")
    assert values(facts, "?e", f"{title} al:evidence ?e . ?e al:stance stance:disputes")


# --- what was left out ---

#: Matters that were left out between two ends that something else joins.
JOINED_OTHERWISE = {
    ("2046", "made side by side with"),
    ("Chungking Express", "numbers for names after; elliptical manner from"),
    ("Eden no Umi (1976)", "remake of"),
    ("He Zhiwu of Fallen Angels", "is the same as"),
    ("In the Mood for Love", "said to have marked"),
    ("Shunkinsho (2008 film)", "adaptation"),
}


def left_out() -> list[dict[str, str]]:
    with (DATA / "left-out.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_no_open_decision_remains() -> None:
    assert [row for row in left_out() if "for a decision" in row["why"]] == []
    assert all(row["why"] for row in left_out())


def test_rejected_connections_are_not_in_the_graph(facts: ox.Store) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for entity, name in rows(facts, "?e ?n", "?e dcterms:source ?s ; rdfs:label|skos:altLabel ?n"):
        named[fold(name)].add(entity)

    def meant(cell: str) -> set[str]:
        parts = [part.strip() for part in re.split(r";|, ", cell)]
        forms = {*parts, *(re.sub(r" \(.*?\)$", "", part) for part in parts)}
        return set[str]().union(*(named[fold(form)] for form in forms))

    origin = "?c al:from ?from ; al:to ?to . OPTIONAL { ?from al:inWork ?work }"
    pairs = rows(facts, "?end ?to", f"{origin} BIND(COALESCE(?work, ?from) AS ?end)")
    joined = {*pairs, *((to, end) for end, to in pairs)}
    found = {
        (row["subject"], row["predicate"])
        for row in left_out()
        for one in meant(row["subject"])
        for other in meant(row["object"])
        if (one, other) in joined
    }
    assert found == JOINED_OTHERWISE
