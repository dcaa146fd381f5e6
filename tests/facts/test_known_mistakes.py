"""What is easily got wrong about these facts: each test fails when the wrong fact enters."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from curated import (
    CHUNGKING,
    MIURA,
    SCENE,
    YAMAGUCHI,
    Mapping,
    curated_files,
    items,
    rows,
    values,
)

# --- traps: namesakes ---


@pytest.mark.parametrize(
    ("subject", "item", "namesakes"),
    [
        ("person:christopher-doyle", "Q457890", {"Q22261492"}),
        ("film:manhattan", "Q731310", {"Q11299", "Q856841"}),
        ("place:manhattan-borough", "Q11299", {"Q731310", "Q856841"}),
        ("place:midnight-express", None, {"Q174699"}),
        ("organisation:rolling-thunder-pictures", None, {"Q2663393"}),
        ("person:tony-leung-chiu-wai", "Q319001", {"Q700175"}),
        ("person:tony-leung-ka-fai", "Q700175", {"Q319001"}),
        ("person:james-wong", "Q709317", {"Q698951"}),
        ("film:breathless-1983", "Q754304", {"Q86427"}),
        ("literature:drive-my-car", None, {"Q107107865"}),
        ("person:andrew-lau", "Q715330", {"Q16766"}),
        ("person:andy-lau", "Q16766", {"Q715330"}),
        ("organisation:tbs", None, {"Q605233"}),
        ("person:john-cassavetes", "Q51488", {"Q431191"}),
        ("film:breathless", "Q86427", {"Q754304"}),
        ("language:mandarin", "Q9192", {"Q727694"}),
        ("language:cantonese", "Q9186", {"Q7033959"}),
    ],
)
def test_an_entity_is_not_linked_to_its_namesake(
    mappings: list[Mapping], subject: str, item: str | None, namesakes: set[str]
) -> None:
    assert items(mappings, subject) == ({item} if item else set())
    assert namesakes <= items(mappings, subject, "Not")


def test_the_item_of_a_namesake_is_linked_only_to_the_namesake(mappings: list[Mapping]) -> None:
    owners = {
        "wd:Q22261492": set(),
        "wd:Q856841": set(),
        "wd:Q431191": set(),
        "wd:Q700175": {"person:tony-leung-ka-fai"},
        "wd:Q754304": {"film:breathless-1983"},
        "wd:Q698951": set(),
        "wd:Q706919": set(),
        "wd:Q605233": set(),
    }
    for item, allowed in owners.items():
        linked = {
            row["subject_id"]
            for row in mappings
            if row["object_id"] == item and not row["predicate_modifier"]
        }
        assert linked <= allowed, item


def test_no_two_entities_share_an_item_and_none_has_two(mappings: list[Mapping]) -> None:
    linked = [row for row in mappings if not row["predicate_modifier"]]
    for key in ("object_id", "subject_id"):
        assert [name for name, n in Counter(row[key] for row in linked).items() if n > 1] == []


def test_the_snack_bar_is_a_place_and_the_film_of_1978_joins_nothing(facts: ox.Store) -> None:
    assert values(facts, "?type", "place:midnight-express a ?type") == {"al:Place"}
    ways = "al:from|al:to|al:concerns|al:shotAt"
    assert values(facts, "?c", f"?c {ways} film:midnight-express-film") == set()


def test_the_label_of_tarantino_is_not_the_film_rolling_thunder(facts: ox.Store) -> None:
    assert values(facts, "?type", "film:rolling-thunder a ?type") == {"al:Film"}
    ways = "al:from|al:to|al:concerns|al:contributor|al:distributedBy"
    assert values(facts, "?c", f"?c {ways} film:rolling-thunder") == set()


def test_the_broadcaster_of_the_series_is_not_the_holding_company(facts: ox.Store) -> None:
    assert values(facts, "?who", "[] al:role role:broadcaster ; al:contributor ?who") == {
        "organisation:tbs"
    }


def test_the_namesakes_of_actor_and_cinematographer_have_no_part_in_the_film(
    facts: ox.Store,
) -> None:
    player = "[] al:character character:cop-663 ; al:performer ?who"
    assert values(facts, "?who", player) == {"person:tony-leung-chiu-wai"}
    behind = f"[] al:inWork {CHUNGKING} ; al:role role:cinematographer ; al:contributor ?who"
    assert values(facts, "?who", behind) == {"person:christopher-doyle", "person:andrew-lau"}
    for namesake in ("person:tony-leung-ka-fai", "person:andy-lau"):
        taking_part = f"?part al:performer|al:contributor {namesake} ; al:inWork {CHUNGKING}"
        assert values(facts, "?part", taking_part) == set()


# --- traps: characters and names ---


def test_cop_223_is_one_character_with_many_spellings(facts: ox.Store) -> None:
    names = values(facts, "?name", "character:cop-223 rdfs:label|skos:altLabel ?name")
    assert {"Cop 223", "何志武", "He Zhiwu", "He Qiwu", "Ho Chi-mo", "モウ"} <= names
    spelt = values(
        facts,
        "?who",
        f"""?who a al:Character ; al:presentIn {CHUNGKING} ; rdfs:label|skos:altLabel ?name .
            FILTER(STR(?name) IN ("Cop 223", "何志武", "He Zhiwu", "He Qiwu", "Ho Chi-mo", "モウ"))
        """,
    )
    assert spelt == {"character:cop-223"}


def test_he_zhiwu_of_fallen_angels_is_another_character_of_the_same_actor(facts: ox.Store) -> None:
    other = "character:he-zhiwu-of-fallen-angels"
    assert values(facts, "?work", f"{other} al:presentIn ?work") == {"film:fallen-angels"}
    assert values(facts, "?work", "character:cop-223 al:presentIn ?work") == {CHUNGKING}
    for who in (other, "character:cop-223"):
        actors = values(facts, "?actor", f"[] al:character {who} ; al:performer ?actor")
        assert actors == {"person:takeshi-kaneshiro"}
    assert values(facts, "?x", f"{other} owl:sameAs|^owl:sameAs ?x") == set()


def test_663_and_633_are_one_policeman_and_each_number_has_its_sources(facts: ox.Store) -> None:
    policemen = values(
        facts,
        "?who",
        '?who a al:Character ; rdfs:label|skos:altLabel ?name FILTER(REGEX(?name, "6[36]3"))',
    )
    assert policemen == {"character:cop-663"}
    first, second = "claim:cop-663-has-the-number-663", "claim:cop-663-has-the-number-633"
    for claim in (first, second):
        assert len(values(facts, "?source", f"{claim} al:evidence/al:source ?source")) >= 3
    assert values(facts, "?claim", f"{second} al:disputes ?claim") == {first}


def test_aniki_jin_is_takeshi_kaneshiro_and_nobody_else(facts: ox.Store) -> None:
    names = """?who rdfs:label|skos:altLabel ?name ; dcterms:source ?seen
               FILTER(CONTAINS(LCASE(?name), "aniki"))"""
    assert values(facts, "?who", names) == {"person:takeshi-kaneshiro"}


def test_the_owner_compares_may_to_yamaguchi_as_223_reports(facts: ox.Store) -> None:
    likeness = f"?c al:from character:may ; al:to {YAMAGUCHI} ; al:kind kind:likeness"
    owner = {"character:owner-of-midnight-express"}
    assert values(facts, "?maker", f"{likeness} ; al:madeBy ?maker") == owner
    assert values(facts, "?who", f"{likeness} ; al:expressedIn/al:speaker ?who") == owner
    told = f"{likeness} ; al:expressedIn ?said . ?telling al:reports ?said ; al:speaker ?who"
    assert values(facts, "?who", told) == {"character:cop-223"}


def test_may_denies_that_223_resembles_miura_as_223_reports(facts: ox.Store) -> None:
    likeness = f"?c al:from character:cop-223 ; al:to {MIURA}"
    assert values(facts, "?kind", f"{likeness} ; al:kind ?kind") == {"kind:unlikeness"}
    assert values(facts, "?who", f"{likeness} ; al:madeBy ?who") == {"character:may"}
    told = f"{likeness} ; al:expressedIn ?said . ?telling al:reports ?said ; al:speaker ?who"
    assert values(facts, "?who", told) == {"character:cop-223"}


def test_the_name_of_miura_is_spelt_with_the_right_character(facts: ox.Store) -> None:
    wrong = "\u4e09\u57d4\u53cb\u548c"  # as in several Chinese transcripts
    assert [path.name for path in curated_files() if wrong in path.read_text("utf-8")] == []
    names = values(facts, "?name", f"{MIURA} rdfs:label ?name")
    assert "三浦友和" in names


# --- traps: what the two stars share ---

PLAYS = "FILTER EXISTS {{ [] al:performer {} ; al:inWork ?work }}"


def test_the_two_stars_share_three_works_of_the_akai_series(facts: ox.Store) -> None:
    series = "?work al:partOfSeries series:akai "
    shared = {"television:akai-giwaku", "television:akai-shogeki", "television:akai-shisen"}
    assert len(values(facts, "?work", series)) == 10
    assert values(facts, "?work", series + PLAYS.format(MIURA)) == shared
    hers = values(facts, "?work", series + PLAYS.format(YAMAGUCHI))
    assert len(hers) == 7
    assert hers > shared | {"television:akai-unmei", "television:akai-kizuna"}


def test_yamaguchi_and_miura_share_twelve_films(facts: ox.Store) -> None:
    films = values(
        facts, "?work", "?work a al:Film " + PLAYS.format(MIURA) + PLAYS.format(YAMAGUCHI)
    )
    assert len(films) == 12
    assert "film:eden-no-umi" not in films
    cast = values(facts, "?who", "[] al:inWork film:eden-no-umi ; al:performer ?who")
    assert cast == {YAMAGUCHI, "person:yutaka-nanjo"}


# --- traps: what refers to what ---


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        ("film:moonlight", "film:happy-together"),
        ("person:sofia-coppola", "person:wong-kar-wai"),
        ("film:everything-everywhere-all-at-once", "film:in-the-mood-for-love"),
    ],
)
def test_a_later_homage_has_the_target_that_its_makers_name(
    facts: ox.Store, origin: str, target: str
) -> None:
    assert target in values(facts, "?to", f"[] al:from {origin} ; al:to ?to")


@pytest.mark.parametrize(
    "origin",
    [
        "film:moonlight",
        "film:lost-in-translation",
        "film:everything-everywhere-all-at-once",
        "artwork:labyrinth-video",
        "person:sofia-coppola",
    ],
)
def test_only_a_comparison_by_a_named_critic_joins_a_later_work_to_chungking_express(
    facts: ox.Store, origin: str
) -> None:
    inside = "(al:inWork|al:presentIn|al:inScene/al:inWork)?"
    joined = f"""?c a ?family ; al:from/{inside} {origin} ;
                   al:to|al:toCounterpart|al:concerns ?end . ?end {inside} {CHUNGKING}"""
    assert values(facts, "?family", joined) <= {"al:Comparison"}
    named = "?c al:madeBy ?who . VALUES ?kind { al:Person al:Organisation } ?who a ?kind"
    assert values(facts, "?c", f"{joined} FILTER NOT EXISTS {{ {named} }}") == set()


def test_neither_moonlight_nor_the_labyrinth_video_has_a_further_homage(facts: ox.Store) -> None:
    homages = "?c a al:Reference ; al:from film:moonlight ; al:to ?to"
    assert values(facts, "?to", homages) == {"film:happy-together"}
    assert values(facts, "?to", "?c al:from artwork:labyrinth-video ; al:to ?to") == set()


def test_lost_in_translation_refers_to_no_film_of_wong_kar_wai(facts: ox.Store) -> None:
    """His influence on it has its holders; a reference to a film of his nobody has named."""
    referring = """?c a al:Reference ; al:from film:lost-in-translation ; al:to ?to
                   FILTER(?to = person:wong-kar-wai || EXISTS { [] al:inWork ?to ;
                          al:contributor person:wong-kar-wai ; al:role role:director })"""
    assert values(facts, "?to", referring) == set()


def test_the_link_to_the_series_is_a_claim_of_the_essayist(facts: ox.Store) -> None:
    link = rows(
        facts,
        "?maker ?certainty",
        f"?c al:from {CHUNGKING} ; al:to series:akai ; al:madeBy ?maker ; al:certainty ?certainty",
    )
    assert link == [("person:author-of-kpnv", "certainty:claimed")]
    works = "?to al:partOfSeries? series:akai"
    inside = f"?c a al:Reference ; al:to ?to ; al:from/al:inWork? {CHUNGKING} . {works}"
    makers = values(facts, "?maker", f"{inside} . ?c al:madeBy ?maker")
    assert makers == {"person:author-of-kpnv"}
    claimed = "FILTER NOT EXISTS { ?c al:certainty certainty:claimed }"
    assert values(facts, "?c", f"{inside} {claimed}") == set()


def test_manhattan_is_compared_and_never_referred_to(facts: ox.Store) -> None:
    families = values(facts, "?family", "?c al:to film:manhattan ; a ?family")
    assert families == {"al:Analogy", "al:Comparison"}
    assert rows(
        facts,
        "?family ?maker",
        f"?c al:from/al:inWork? {CHUNGKING} ; al:to film:manhattan ; a ?family ; al:madeBy ?maker",
    ) == [("al:Analogy", "person:author-of-kpnv")]


def test_the_shout_and_the_answer_have_only_the_essay_as_source(facts: ox.Store) -> None:
    essay = {"source:kpnv-223"}
    for node in (
        "utterance:kill-tomokazu-miura",
        "scene:chungking-express-phone-call",
        "connection:shout-names-tomokazu-miura",
        SCENE,
    ):
        assert values(facts, "?source", f"{node} al:evidence/al:source ?source") == essay, node
        assert values(facts, "?graph", f"GRAPH ?graph {{ {node} rdfs:label ?x }}") == essay, node


def test_the_identity_of_the_escalator_is_an_editorial_inference(facts: ox.Store) -> None:
    place = "place:central-mid-levels-escalator"
    assert values(facts, "?way", f"{SCENE} ?way {place}") == set()
    assert values(facts, "?place", f"{SCENE} al:filmingPlace ?place") == set()
    tied = f"GRAPH ?graph {{ ?claim al:about {SCENE} , {place} }}"
    assert values(facts, "?graph", tied) == {"source:editors"}


# --- traps: pages not to be cited, and what they say ---


@pytest.mark.parametrize(
    "host", ["gbqazwyxvutsrpo.xyz", "eatsip365.com", "pinky-media.jp", "pedia.3rd-in.co.jp"]
)
def test_a_machine_made_or_wrong_page_is_not_cited(host: str) -> None:
    assert [path.name for path in curated_files() if host in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("subject", "fact", "value"),
    [
        (YAMAGUCHI, "al:born", "1959-01-17"),
        ("television:akai-unmei", "al:episodes", "28"),
        ("television:akai-shogeki", "al:episodes", "29"),
        ("relationship:yamaguchi-and-miura-marriage", "al:began", "1980-11-19"),
        ("place:central-mid-levels-escalator", "al:opened", "1993"),
    ],
)
def test_known_wrong_values_are_absent(
    facts: ox.Store, subject: str, fact: str, value: str
) -> None:
    assert values(facts, "?value", f"{subject} {fact} ?value") == {value}


def test_the_music_of_manhattan_is_by_george_gershwin(facts: ox.Store) -> None:
    credit = "[] al:inWork film:manhattan ; al:role role:composer ; al:contributor ?who"
    assert values(facts, "?who", credit) == {"person:george-gershwin"}
