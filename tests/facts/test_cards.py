"""What the cards of the shipped facts have: the wedding, the escalator, the shout."""

from __future__ import annotations

import pytest
from terminal import Run

from allusion.core.errors import UnknownName
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network.card import Card

WEDDING = "The marriage of Momoe Yamaguchi and Tomokazu Miura"


def remarks(card: Card) -> dict[str, set[str]]:
    """Text of each remark, with the titles of its sources."""
    return {one.text: {item.title for item in one.evidence} for one in card.entity.remarks}


@pytest.mark.parametrize("name", ["Momoe Yamaguchi", "三浦友和", "Reinanzaka Church"])
def test_the_wedding_is_on_the_cards_of_both_and_of_the_church(
    kg: KnowledgeGraph, name: str
) -> None:
    card = kg.card(name)
    found = remarks(card)
    assert (
        "Nikkan Sports, 21 May 2021"
        in found["Ken Utsui and his wife were the go-betweens at the wedding."]
    )
    assert found["The reception was at the Tokyo Prince Hotel, with about 1,800 guests."]
    (wedding,) = [edge for edge in (*card.relations, *card.involved) if edge.kind == "marriage"]
    assert wedding.sentence == "Momoe Yamaguchi and Tomokazu Miura: marriage (1980-11-19)."
    (place,) = wedding.details
    assert (place.property, place.value) == ("took place at", "Reinanzaka Church")
    # One source of the wedding does not name the church.
    assert len(place.sources) == 3
    assert wedding.sources == 4


def test_the_go_between_and_the_hotel_have_the_claims_about_the_wedding(
    kg: KnowledgeGraph,
) -> None:
    for name in ("Ken Utsui", "Tokyo Prince Hotel"):
        on = {label for one in kg.card(name).entity.remarks for _, label in one.on}
        assert WEDDING in on, name


def test_the_announcement_is_on_the_cards_of_both(kg: KnowledgeGraph) -> None:
    for name in ("Momoe Yamaguchi", "三浦友和"):
        assert any("20 October 1979" in text for text in remarks(kg.card(name)))


def test_cinematographers_have_their_stories_from_the_sources_that_name_them(
    kg: KnowledgeGraph,
) -> None:
    scopes = {
        edge.sentence: {title for fact in edge.details for _, title in fact.sources}
        for edge in kg.card("重慶森林").others
        if edge.kind == "cinematographer"
    }
    assert scopes == {
        "Andrew Lau: cinematographer of Chungking Express.": {
            "恋する惑星 – Filmarks",
            "恋する惑星 – KINENOTE",
        },
        "Christopher Doyle: cinematographer of Chungking Express.": {"恋する惑星 – KINENOTE"},
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (WEDDING, "took place at: Reinanzaka Church"),
        ("relationship:yamaguchi-and-miura-marriage", "began: 1980-11-19"),
        ("The run up the escalator", "narrative place: The escalator Cop 223 runs up"),
        ("scene:chungking-express-escalator", "scope: first story  [Inferences of the editors]"),
        ("utterance:kill-tomokazu-miura", "speaker: Cop 223"),
        (
            "https://w3id.org/allusion/utterance/kill-tomokazu-miura",
            "in language: Cantonese  [Inferences of the editors]",
        ),
    ],
)
def test_scenes_lines_and_relationships_are_shown_by_name_and_iri(
    run: Run, name: str, expected: str
) -> None:
    done = run("show", name)
    assert (done.code, done.err) == (0, "")
    assert expected in " ".join(done.out.split(" ")).replace("\n    ", " ")


def test_a_card_begins_with_the_prefixed_name(run: Run, kg: KnowledgeGraph) -> None:
    for name in ("重慶森林", "三浦友和", WEDDING):
        curie = kg.card(name).entity.curie
        assert curie in run("show", name).out.splitlines()[0]
        assert kg.sparql(f"ASK {{ {curie} ?p ?o }}") is True


def test_search_gives_prefixed_names_that_are_not_broken(run: Run) -> None:
    out = run("search", "izu", "-f", "table").out
    assert "film:koi-no-hana-saku-izu-no-odoriko" in out


def test_releases_come_after_references_and_are_counted(run: Run) -> None:
    out = run("show", "重慶森林").out
    assert out.index("Refers to") < out.index("Releases")
    assert "more releases: add --all" in out
    whole = run("show", "重慶森林", "--all").out
    assert "add --all" not in whole
    assert whole.count("  release: ") > 30


def test_a_card_is_written_as_markdown(run: Run) -> None:
    out = run("show", "三浦友和", "-f", "md").out
    assert out.startswith("## Tomokazu Miura\n")
    assert "### Life and story" in out
    assert "](<https://kpnv.wordpress.com/2011/01/28/223/>)" in out


def test_a_node_without_a_card_is_refused_with_what_it_is(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="is a claim"):
        kg.card("claim:wedding-reception")
