"""Cards of a small graph: what reaches them, from which source, and what is folded."""

from __future__ import annotations

import re

import networkx as nx
import pyoxigraph as ox
import pytest
from curated import PREFIX_LINES, ROOT

from allusion.core.errors import UnknownName
from allusion.core.terms import expand
from allusion.network.card import Card, build_card
from allusion.network.card_sections import LIMITS, CardSection, card_sections, card_title
from allusion.network.networkx_graph import read_network
from allusion.store.default_graph import merge
from allusion.store.oxigraph import OxigraphStore

ENTITIES = """
  film:late a al:Film ; rdfs:label "Late Film"@en ; al:published "1994"^^xsd:gYear .
  film:early a al:Film ; rdfs:label "Early Film"@en ; al:published "1960"^^xsd:gYear .
  person:ann a al:Person ; rdfs:label "Ann"@en . person:bob a al:Person ; rdfs:label "Bob"@en .
  person:cam a al:Person ; rdfs:label "Cam"@en . person:critic a al:Person ; rdfs:label "Kay"@en .
  character:cop a al:Character ; rdfs:label "The cop"@en .
  place:church a al:Place ; rdfs:label "The church"@en .
  place:city a al:Place ; rdfs:label "The city"@en .
  place:set a al:Place ; rdfs:label "The set"@en .
  organisation:firm a al:Organisation ; rdfs:label "The firm"@en .
  award:prize a al:Award ; rdfs:label "The prize"@en .
"""

FIRST = """
  source:first a al:Source ; dcterms:title "First source"@en .
  relationship:wedding a al:Relationship ; rdfs:label "The wedding"@en ;
    al:party person:ann, person:bob ; al:relationshipType relationship-type:marriage ;
    al:began "1980"^^xsd:gYear ; al:tookPlaceAt place:church .
  performance:ann a al:Performance ; rdfs:label "Ann as the cop"@en ;
    al:performer person:ann ; al:inWork film:late ; al:character character:cop .
  contribution:cam a al:Contribution ; rdfs:label "The camera of Cam"@en ;
    al:contributor person:cam ; al:inWork film:late ;
    al:role role:cinematographer ; al:scope "second story"@en .
  contribution:bob a al:Contribution ; al:contributor person:bob ; al:inWork film:late ;
    al:role role:editor ; al:scope "first reel"@en .
  release:city a al:Release ; rdfs:label "The release"@en ; al:inWork film:late ;
    al:releasedIn place:city ; al:distributedBy organisation:firm ;
    al:releaseDate "1995"^^xsd:gYear .
  scene:run a al:Scene ; rdfs:label "The run"@en ; al:inWork film:late ;
    al:narrativePlace place:set ; al:features character:cop ; al:scope "first story"@en ;
    al:evidence evidence:run .
  evidence:run a al:Evidence ; al:source source:first ; al:locator "page 1" .
  utterance:shout a al:Utterance ; rdfs:label "The shout"@en ; al:inWork film:late ;
    al:inScene scene:run ; al:speaker character:cop ; al:line "Ann, I am coming"@en ;
    al:evidence evidence:run .
  connection:shout a al:Reference ; rdfs:label "names"@en ;
    dcterms:description "The cop names Ann."@en ; al:from utterance:shout ; al:fromWork film:late ;
    al:to person:ann ; al:kind kind:name-drop ; al:certainty certainty:explicit ;
    al:expressedIn utterance:shout ; al:evidence evidence:run .
  film:late al:awardReceived award:prize .
"""

SECOND = """
  source:second a al:Source ; dcterms:title "Second source"@en .
  relationship:wedding al:party person:ann, person:bob ;
    al:relationshipType relationship-type:marriage .
  performance:ann al:performer person:ann ; al:inWork film:late .
  contribution:cam al:contributor person:cam ; al:inWork film:late ; al:role role:cinematographer .
  contribution:bob al:contributor person:bob ; al:inWork film:late ;
    al:role role:editor ; al:scope "first reel"@en .
"""

#: Node -> the entities that it joins.
JOINED = {
    "relationship:wedding": ["person:ann", "person:bob", "place:church"],
    "performance:ann": ["person:ann", "film:late", "character:cop"],
    "contribution:cam": ["person:cam", "film:late"],
    "release:city": ["film:late", "place:city", "organisation:firm"],
    "scene:run": ["film:late", "place:set", "character:cop"],
    "utterance:shout": ["film:late", "character:cop"],
    "connection:shout": ["film:late", "person:ann"],
}


def claim_on(*nodes: str) -> str:
    """A claim of the critic, with evidence, in the second source."""
    about = ", ".join(nodes)
    return f"""
      claim:c a al:Opinion ; dcterms:description "It went well."@en ; al:about {about} ;
        al:heldBy person:critic ; al:evidence evidence:c .
      evidence:c a al:Evidence ; al:source source:second ; al:locator "page 2" ."""


def network_of(first: str = FIRST, second: str = SECOND) -> nx.MultiDiGraph[str]:
    """The network of the entities and what two sources state."""
    store = OxigraphStore()
    graphs = {"register": ENTITIES, "first": first, "second": second}
    trig = "".join(f"GRAPH source:{name} {{ {text} }}\n" for name, text in graphs.items())
    store.engine.load(input=(PREFIX_LINES + trig).encode(), format=ox.RdfFormat.TRIG)
    for name in ("allusion", "schemes", "kinds"):
        store.engine.load(
            path=ROOT / f"ontology/{name}.ttl",
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode("https://w3id.org/allusion/ontology"),
        )
    merge(store.engine)
    return read_network(store, lambda _: ())


@pytest.fixture(scope="module")
def network() -> nx.MultiDiGraph[str]:
    return network_of()


def card_of(network: nx.MultiDiGraph[str], name: str) -> Card:
    iri = expand(name)
    assert iri
    return build_card(network.graph["records"], iri)


def text_of(sections: list[CardSection], heading: str | None = None) -> str:
    """The text of the sections, or of one of them, a line for each line."""
    return "\n".join(
        f"{' ' if number else item.marker} {''.join(span.text for span in line)}"
        for section in sections
        if heading in (None, section.heading)
        for item in section.items
        for number, line in enumerate(item.lines)
    )


def shown(card: Card, heading: str | None = None, *, everything: bool = False) -> str:
    return text_of(list(card_sections(card, everything=everything)), heading)


@pytest.mark.parametrize("node", JOINED)
def test_a_claim_about_a_statement_is_on_the_cards_of_its_ends(node: str) -> None:
    network = network_of(second=SECOND + claim_on(node))
    for name in (*JOINED[node], "person:critic"):
        text = shown(card_of(network, name))
        assert "It went well. — Kay (opinion)" in text, name
        assert "supports: Second source, page 2" in text, name
    reached = [iri for iri, data in network.nodes(data=True) if data["entity"].remarks]
    assert {*reached} == {expand(name) for name in (*JOINED[node], "person:critic")}


def test_a_claim_about_a_claim_is_on_the_cards_of_its_subject() -> None:
    more = (
        claim_on("claim:other")
        + "claim:other a al:Claim ; al:about person:cam ; "
        + ('dcterms:description "Other."@en .')
    )
    assert "It went well." in shown(card_of(network_of(second=SECOND + more), "person:cam"))


def test_a_claim_about_an_entity_and_a_node_is_shown_once() -> None:
    network = network_of(second=SECOND + claim_on("person:ann", "relationship:wedding"))
    assert shown(card_of(network, "person:ann")).count("It went well.") == 1


def test_a_relationship_is_on_the_cards_of_its_parties_and_place(
    network: nx.MultiDiGraph[str],
) -> None:
    for name in ("person:ann", "person:bob", "place:church"):
        story = shown(card_of(network, name), "Life and story")
        assert "Ann and Bob: marriage.  [First source; Second source]" in story
        assert "began: 1980  [First source]" in story
        assert "took place at: The church  [First source]" in story
        assert "relationship:wedding" in story


def test_a_value_that_all_sources_state_is_in_the_sentence() -> None:
    again = SECOND + 'relationship:wedding al:began "1980"^^xsd:gYear .'
    story = shown(card_of(network_of(second=again), "person:ann"), "Life and story")
    assert "Ann and Bob: marriage (1980).  [First source; Second source]" in story
    assert "began" not in story


def test_a_scope_is_attributed_only_to_the_source_that_states_it(
    network: nx.MultiDiGraph[str],
) -> None:
    (edge,) = card_of(network, "person:cam").others
    assert edge.sentence == "Cam: cinematographer of Late Film."
    (detail,) = edge.details
    assert (detail.property, detail.value) == ("scope", "second story")
    assert [title for _, title in detail.sources] == ["First source"]
    text = shown(card_of(network, "person:cam"), "Credits")
    assert "Late Film (1994)  cinematographer (second story)  [First source]" in text
    assert " cinematographer  [Second source]" in text
    assert "editor (first reel)  [First source; Second source]" in shown(
        card_of(network, "person:bob"), "Credits"
    )


def test_a_character_is_attributed_only_to_the_source_that_states_it(
    network: nx.MultiDiGraph[str],
) -> None:
    for name, heading in (("film:late", "Credits"), ("character:cop", "Played by")):
        text = shown(card_of(network, name), heading)
        assert "Ann  plays The cop  [First source]" in text
        assert "performer  [Second source]" in text


def test_a_release_is_on_the_cards_of_work_place_and_distributor(
    network: nx.MultiDiGraph[str],
) -> None:
    releases = {
        name: shown(card_of(network, name), "Releases").strip()
        for name in ("film:late", "place:city", "organisation:firm")
    }
    assert releases == {
        "film:late": "release: The city, 1995, by The firm  [First source]",
        "place:city": "release: Late Film, 1995, by The firm  [First source]",
        "organisation:firm": "release: Late Film, The city, 1995  [First source]",
    }


def test_an_award_has_its_winners(network: nx.MultiDiGraph[str]) -> None:
    assert "awarded to: Late Film  [First source]" in shown(card_of(network, "award:prize"))


def test_a_scene_has_its_facts_lines_and_connections(network: nx.MultiDiGraph[str]) -> None:
    card = card_of(network, "scene:run")
    assert "".join(span.text for span in card_title(card)) == "The run  Scene  scene:run"
    assert "narrative place: The set  [First source]" in shown(card, "")
    assert "supports: First source, page 1" in shown(card, "Sources")
    assert "The cop names Ann." in shown(card, "Connections")
    assert "The shout  utterance:shout  [First source]" in shown(card, "Scenes and lines")
    assert "“Ann, I am coming”" in shown(card, "Scenes and lines")


def test_an_utterance_has_its_line_speaker_and_connections(
    network: nx.MultiDiGraph[str],
) -> None:
    card = card_of(network, "utterance:shout")
    facts = shown(card, "").splitlines()
    assert facts[0].strip() == "line: Ann, I am coming  [First source]"
    assert any("speaker: The cop" in line for line in facts)
    assert "The cop names Ann." in shown(card, "Connections")


def test_a_relationship_has_its_parties_dates_and_claims() -> None:
    network = network_of(second=SECOND + claim_on("relationship:wedding"))
    card = card_of(network, "relationship:wedding")
    assert "party: Ann  [First source; Second source]" in shown(card)
    assert "began: 1980  [First source]" in shown(card)
    assert "It went well." in shown(card, "Remarks")


def test_scenes_and_lines_are_on_the_cards_of_those_in_them(
    network: nx.MultiDiGraph[str],
) -> None:
    for name in ("film:late", "character:cop", "place:set"):
        assert "scene:run" in shown(card_of(network, name), "Scenes and lines"), name
    assert "utterance:shout" in shown(card_of(network, "character:cop"), "Scenes and lines")


def test_an_iri_that_is_no_node_has_no_card(network: nx.MultiDiGraph[str]) -> None:
    with pytest.raises(UnknownName, match="not the IRI"):
        card_of(network, "scene:none")


def many(count: int) -> str:
    """Films by Cam, a third of them in both sources; with a release each in the city."""
    return "".join(
        f'film:f{n} a al:Film ; rdfs:label "Film {n:02}"@en ; al:published "{1950 + n}"^^xsd:gYear .'
        f"contribution:f{n} a al:Contribution ; al:contributor person:cam ; al:inWork film:f{n} ;"
        " al:role role:director ."
        f"release:f{n} a al:Release ; al:inWork film:f{n} ; al:releasedIn place:city ;"
        f' al:releaseDate "{1950 + n}"^^xsd:gYear .'
        for n in range(count)
    )


def credited(*numbers: int) -> str:
    return "".join(
        f"contribution:f{n} al:contributor person:cam ; al:inWork film:f{n} ." for n in numbers
    )


def test_main_credits_are_those_with_the_most_sources_and_the_others_are_counted() -> None:
    network = network_of(FIRST + many(20), SECOND + credited(15, 17))
    card = card_of(network, "person:cam")
    items = shown(card, "Main credits").splitlines()
    works = [line.partition("  ")[0].removeprefix("• ") for line in items if line[0] == "•"]
    # Three have two sources; of the others the oldest come first.
    assert works[:5] == [
        "Film 15 (1965)", "Film 17 (1967)", "Late Film (1994)", "Film 00 (1950)", "Film 01 (1951)",
    ]  # fmt: skip
    assert len(works) == LIMITS["credits"]
    assert items[-1].strip() == f"and {21 - len(works)} more: add --all"
    whole = shown(card, "Credits", everything=True)
    assert whole.count("•") == 21
    assert "add --all" not in whole


def test_long_lists_come_after_references_and_are_folded_with_their_number() -> None:
    releases = "".join(
        f"release:r{n} a al:Release ; al:inWork film:late ; al:releasedIn place:city ;"
        f' al:releaseDate "{2000 + n}"^^xsd:gYear .'
        for n in range(32)
    )
    back = """connection:back a al:Reference ; rdfs:label "shows"@en ; al:from film:late ;
      al:to film:early ; al:kind kind:name-drop ; al:evidence evidence:run ."""
    card = card_of(network_of(FIRST + releases + back), "film:late")
    headings = [section.heading for section in card_sections(card)]
    assert headings.index("Refers to") < headings.index("Releases")
    text = shown(card, "Releases")
    assert text.count("release:") == LIMITS["values"]
    assert f"and {33 - LIMITS['values']} more releases: add --all" in text
    assert shown(card, "Releases", everything=True).count("release:") == 33


def test_a_single_entry_is_never_folded() -> None:
    assert LIMITS["credits"] == 8
    network = network_of(FIRST + many(8))
    assert "more" not in shown(card_of(network, "person:cam"), "Credits")


def test_the_references_seen_in_the_work_stay_when_claimed_ones_are_folded() -> None:
    claimed = "".join(
        f'film:g{n} a al:Film ; rdfs:label "Claimed {n}"@en ; al:published "19{n + 10}"^^xsd:gYear .'
        f'connection:g{n} a al:Reference ; rdfs:label "shows"@en ; al:from film:late ;'
        f" al:to film:g{n} ; al:kind kind:name-drop ; al:certainty certainty:claimed ;"
        " al:evidence evidence:run ."
        for n in range(30)
    )
    text = shown(card_of(network_of(FIRST + claimed), "film:late"), "Refers to")
    assert "→ Ann  name-drop, explicit" in text
    assert text.count("→") == LIMITS["connections"]
    assert f"and {31 - LIMITS['connections']} more: add --all" in text


def test_every_entry_has_a_source() -> None:
    network = network_of(FIRST + many(12), SECOND + claim_on("scene:run", "performance:ann"))
    for iri in (*network, *network.graph["statements"]):
        for section in card_sections(build_card(network.graph["records"], iri)):
            for item in section.items:
                text = "\n".join("".join(span.text for span in line) for line in item.lines)
                is_folded = re.match(r"and \d+ more", text)
                assert is_folded or "[" in text or "supports: " in text, (iri, section, text)


def test_passages_of_one_source_are_cited_together() -> None:
    more = """scene:run al:evidence evidence:again .
      evidence:again a al:Evidence ; al:source source:first ; al:locator "page 9" ."""
    text = shown(card_of(network_of(FIRST + more), "scene:run"), "Sources")
    assert text == "• supports: First source, page 9; page 1" or text.endswith("page 1; page 9")
    assert text.count("First source") == 1


def test_the_sentence_of_a_source_stands_below_its_citation() -> None:
    more = """scene:run al:evidence evidence:again .
      evidence:again a al:Evidence ; al:source source:first ; al:locator "page 9" ;
        dcterms:description "The cop runs."@en ."""
    text = shown(card_of(network_of(FIRST + more), "scene:run"), "Sources")
    assert text.count("•") == 1
    assert "The cop runs." in text


def test_html_and_markdown_show_the_same_as_the_terminal() -> None:
    network = network_of(second=SECOND + claim_on("relationship:wedding"))
    for iri in (*network, *network.graph["statements"]):
        card = build_card(network.graph["records"], iri)
        page, markdown = card._repr_html_(), card.to_markdown().replace("\\", "")
        for section in card_sections(card):
            assert section.heading in page
            for item in section.items:
                for line in item.lines:
                    for span in line:
                        assert span.text.strip() in page, span
                        assert span.text.strip() in markdown, span


def test_text_from_data_is_escaped_in_html_and_markdown() -> None:
    bad = "<script>alert(1)</script> [x](javascript:alert(1)) **b** \\u001b[31m"
    hostile = FIRST.replace("First source", bad).replace("The cop names Ann.", "1. " + bad)
    card = card_of(network_of(hostile), "person:ann")
    page, markdown = card._repr_html_(), card.to_markdown()
    assert "<script" not in page
    assert "\x1b" not in page + markdown
    assert re.search(r"(?<!\\)<", markdown) is None
    assert re.search(r"(?<!\\)\]\(javascript", markdown) is None
    assert re.search(r"(?<!\\)\*\*b", markdown) is None
    assert "\n  1. " not in markdown
