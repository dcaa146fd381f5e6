"""What passes the gate to Wikidata, and why the rest does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from export_cases import REMAKE, a_source_of, connection, evidence, item, judged, pulled, words

import allusion
from allusion.core.errors import ParameterError
from allusion.knowledge_graph import KnowledgeGraph
from allusion.wikidata.export.eligibility import (
    OUTCOMES,
    UNCOUNTED_SOURCE_TYPES,
    EligibilityRules,
    ExportThresholds,
)
from allusion.wikidata.export.report import decision_table, outcome_counts, short_decision_table
from allusion.wikidata.model.items import Item, ItemStatement
from allusion.wikidata.model.property_mapping import (
    KINDS_MAPPED_BY_FAMILY,
    SCOPES,
    NoProperty,
    PropertyMapping,
)


@pytest.fixture(scope="module")
def judge(kg: KnowledgeGraph) -> EligibilityRules:
    return EligibilityRules(kg.network(records=True), kg.store)


# Every connection ends in one way


def test_every_connection_has_exactly_one_outcome(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    counted = kg.executor.answer(
        "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a/rdfs:subClassOf* al:Connection }"
    )
    assert isinstance(counted, allusion.Result)
    verdicts = judge.decide_all()
    assert len({it.edge.iri for it in verdicts}) == len(verdicts) == counted.column("n")[0]
    outcomes = Counter(it.outcome for it in verdicts)
    assert set(outcomes) <= set(OUTCOMES)
    assert sum(outcomes.values()) == len(verdicts)
    assert all(bool(it.proposals) == (it.outcome == "exported") for it in verdicts)
    assert all(it.reasons for it in verdicts if it.outcome != "exported")


def test_the_counts_of_the_report_sum_to_all_connections(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    verdicts = judge.decide_all()
    numbers = [int(str(row[2])) for row in outcome_counts(verdicts).rows]
    assert sum(numbers[:-1]) == numbers[-1] == len(verdicts)
    assert (
        len(decision_table(verdicts, kg.network(records=True)))
        == len(short_decision_table(verdicts))
        == len(verdicts)
    )


def test_the_export_is_limited_to_connections_of_the_given_entities(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    film = kg.resolve("film:chungking-express")
    verdicts = judge.decide_all([film])
    assert 0 < len(verdicts) < len(judge.decide_all())
    assert all(film in (it.edge.target, it.edge.origin) for it in verdicts)


# What Wikidata can say


def test_every_kind_of_the_ontology_has_known_wikidata_properties_or_none(
    kg: KnowledgeGraph,
) -> None:
    sayings = PropertyMapping(kg.store)
    assert len(sayings.kinds) > 30
    assert set(sayings.kinds) >= KINDS_MAPPED_BY_FAMILY
    said = {kind: sayings.properties_for(kind) for kind in sayings.kinds}
    assert {prop for properties in said.values() for prop in properties} <= set(SCOPES)
    assert said["quotation"] == ["P6166"]
    assert said["parody"] == said["reference"] == ["P8371"]
    assert said["influence"] == ["P941", "P737"]
    assert said["song-used"] == said["likeness"] == said["companion"] == []


def test_a_kind_with_a_related_match_alone_has_no_property(kg: KnowledgeGraph) -> None:
    found = PropertyMapping(kg.store).property_for("likeness", ["film"], "person")
    assert isinstance(found, NoProperty)
    assert "P180 (depicts) is only related" in found.text


def test_an_influence_on_a_person_and_on_a_work_have_properties_of_their_own(
    kg: KnowledgeGraph,
) -> None:
    sayings = PropertyMapping(kg.store)
    assert sayings.property_for("influence", ["person"], "person") == "P737"
    assert sayings.property_for("influence", ["film"], "person") == "P941"


def test_a_reference_to_a_person_cannot_be_expressed(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    verdict = next(
        it for it in judge.decide_all([kg.resolve("person:tomokazu-miura")])
        if it.edge.kind == "name-drop"
    )  # fmt: skip
    assert verdict.outcome == "cannot be expressed"
    assert verdict.reasons[0].code == "points at a person"
    assert "P8371 (references work, tradition or theory) takes works" in verdict.reasons[0].text


@pytest.mark.parametrize(
    ("family", "reason"), [("analogy", "analogy"), ("comparison", "comparison")]
)
def test_comparisons_and_analogies_cannot_be_expressed(
    judge: EligibilityRules, family: str, reason: str
) -> None:
    verdicts = [it for it in judge.decide_all() if it.edge.family == "comparison"]
    found = [it for it in verdicts if it.reasons[0].code == reason]
    assert len(found) > 4
    assert all(it.outcome == "cannot be expressed" for it in verdicts)
    assert all(bool(it.edge.counterparts) == (family == "analogy") for it in found)


def test_an_influence_claimed_by_a_critic_is_not_exported(judge: EligibilityRules) -> None:
    claims = [it for it in judge.decide_all() if it.edge.kind == "critic-claims-influence"]
    assert len(claims) > 40
    assert {it.outcome for it in claims} == {"cannot be expressed"}
    assert all("opinion" in [reason.code for reason in it.reasons] for it in claims)


def test_reported_statements_cannot_be_expressed_in_quickstatements(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    told = connection(kg, REMAKE, told_by="Cop 223", speaker="The owner")
    verdict = judge.decide(told)
    assert verdict.outcome == "cannot be expressed"
    assert verdict.reasons[0].text.startswith("Cop 223 reports what The owner said")
    assert any("nested attribution" in [r.code for r in it.reasons] for it in judge.decide_all())


# The gate


def test_an_explicit_reference_with_several_reviews_is_exported(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    verdict = judge.decide(connection(kg, REMAKE))
    assert (verdict.outcome, verdict.property) == ("exported", "P144")
    (proposal,) = verdict.proposals
    assert (proposal.subject, proposal.value) == ("Q754304", "Q86427")
    assert len(proposal.references) == len(verdict.evidence) >= 2


def test_a_claim_is_not_exported_and_its_holder_is_named(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    verdict = judge.decide(connection(kg, REMAKE, certainty="claimed", made_by=("A critic",)))
    assert verdict.outcome == "held back"
    assert verdict.reasons[0].text.startswith("it is claimed by A critic")


@pytest.mark.parametrize("certainty", ["doubtful", "inferred", ""])
def test_connections_neither_seen_nor_stated_by_a_maker_are_not_exported(
    kg: KnowledgeGraph, judge: EligibilityRules, certainty: str
) -> None:
    assert words(judge, connection(kg, REMAKE, certainty=certainty)) == ["not certain"]


def test_a_disputed_connection_is_not_exported(kg: KnowledgeGraph, judge: EligibilityRules) -> None:
    edge = connection(kg, REMAKE)
    against = evidence("a-critic", "https://example.org/", "disputes")
    assert words(judge, replace(edge, evidence=(*edge.evidence, against))) == ["disputed"]


def test_two_pages_of_one_site_are_one_source(kg: KnowledgeGraph, judge: EligibilityRules) -> None:
    review = a_source_of(kg, "review")
    pages = (evidence(review, "https://a.org/1"), evidence(review, "http://www.a.org/2"))
    assert words(judge, connection(kg, REMAKE, evidence=pages)) == ["too few sources"]
    other = (*pages, evidence(review, "https://b.org/"))
    assert judge.decide(connection(kg, REMAKE, evidence=other)).outcome == "exported"


@pytest.mark.parametrize("kind", sorted(UNCOUNTED_SOURCE_TYPES - {"inference", "register"}))
def test_sources_that_wikidata_rejects_do_not_count(
    kg: KnowledgeGraph, judge: EligibilityRules, kind: str
) -> None:
    slug = a_source_of(kg, kind)
    pages = tuple(evidence(slug, f"https://{site}.org/") for site in "abc")
    verdict = judge.decide(connection(kg, REMAKE, evidence=pages))
    assert verdict.reasons[0].text == "0 of 2 required sources (1 more do not count), none primary"


def test_a_source_that_only_mentions_it_does_not_count(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    review = a_source_of(kg, "review")
    pages = tuple(evidence(review, f"https://{site}.org/", "mentions") for site in "abc")
    assert words(judge, connection(kg, REMAKE, evidence=pages)) == ["too few sources"]


@pytest.mark.parametrize("kind", ["interview", "transcript"])
def test_one_primary_source_is_enough(
    kg: KnowledgeGraph, judge: EligibilityRules, kind: str
) -> None:
    page = evidence(a_source_of(kg, kind), "https://a.org/")
    assert judge.decide(connection(kg, REMAKE, evidence=(page,))).outcome == "exported"


def test_a_source_without_an_address_does_not_count(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    page = evidence(a_source_of(kg, "interview"), "")
    assert words(judge, connection(kg, REMAKE, evidence=(page,))) == ["too few sources"]


def test_a_mapping_below_the_confidence_is_not_exported(kg: KnowledgeGraph) -> None:
    strict = EligibilityRules(
        kg.network(records=True), kg.store, ExportThresholds(min_confidence=1.0)
    )
    verdict = strict.decide(connection(kg, REMAKE))
    assert [reason.code for reason in verdict.reasons] == ["link not sure"] * 2
    assert "is linked to Q754304 with a confidence of 0.99, below 1" in verdict.reasons[0].text


@pytest.mark.parametrize("confidence", [float("nan"), -0.1, 1.1])
def test_an_unknown_gate_is_refused(confidence: float) -> None:
    with pytest.raises(ParameterError, match="is not between 0 and 1"):
        ExportThresholds(confidence)
    with pytest.raises(ParameterError, match="at least 1"):
        ExportThresholds(min_sources=0)


def test_a_statement_of_an_item_about_itself_is_not_exported(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    edge = connection(kg, REMAKE)
    assert words(judge, replace(edge, target=edge.origin)) == ["same item"]


def test_an_end_without_an_item_is_not_exported(
    kg: KnowledgeGraph, judge: EligibilityRules
) -> None:
    unlinked = kg.resolve("film:chungking-express-2020")
    verdict = judge.decide(connection(kg, REMAKE, target=unlinked))
    assert [reason.code for reason in verdict.reasons] == ["no item"]


# What is there already


def test_statements_that_wikidata_has_are_left_out_and_reported(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q754304", {"P144": (ItemStatement(item="Q86427"),)})))
    assert (verdict.outcome, verdict.proposals) == ("already there", ())
    assert verdict.reasons[0].text == "Q754304 P144 (based on) Q86427 exists already"


def test_statements_of_a_merged_item_count_as_present(kg: KnowledgeGraph) -> None:
    items = pulled(
        item("Q754304", {"P144": (ItemStatement(item="Q900000001"),)}),
        item("Q86427", redirects_to="Q900000001"),
    )
    assert judged(kg, items).outcome == "already there"


def test_deprecated_statements_are_not_proposed_again(kg: KnowledgeGraph) -> None:
    statement = ItemStatement(item="Q86427", rank="deprecated")
    verdict = judged(kg, pulled(item("Q754304", {"P144": (statement,)})))
    assert verdict.outcome == "already there"
    assert verdict.reasons[0].text.endswith("with deprecated rank")


def test_another_property_between_the_two_is_a_caution(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q754304", {"P941": (ItemStatement(item="Q86427"),)})))
    assert verdict.outcome == "exported"
    assert verdict.cautions == ("Wikidata connects the two by P941 (inspired by)",)


def test_an_inverse_statement_is_a_caution(kg: KnowledgeGraph) -> None:
    verdict = judged(kg, pulled(item("Q86427", {"P4969": (ItemStatement(item="Q754304"),)})))
    assert verdict.cautions == ("Wikidata connects the two by P4969 (derivative work)",)


def test_a_merged_or_deleted_item_is_not_exported(kg: KnowledgeGraph) -> None:
    gone = judged(kg, pulled(item("Q754304", redirects_to="Q900000001")))
    assert gone.reasons[0].text == "Q754304 was merged into Q900000001; change the link"
    deleted = judged(kg, pulled(Item("Q86427", "2026-11-22T00:00:00Z")))
    assert deleted.reasons[0].text == "Q86427 was deleted"


def test_a_reference_to_a_later_work_is_a_caution(judge: EligibilityRules) -> None:
    cautions = [text for it in judge.decide_all() for text in it.cautions]
    assert "2046 (2004) is later than In the Mood for Love" in cautions
