"""Tables of export decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import networkx as nx

from ...core.model import Entity
from ...core.terms import XSD, Iri, Literal, Term
from ...query.results import Result
from ..model.items import item_url
from ..model.links import wikidata_link
from ..model.property_mapping import property_with_label
from .eligibility import OUTCOMES, ExportDecision
from .quickstatements import proposal_label

_INTEGER = f"{XSD}integer"


def outcome_counts(decisions: Sequence[ExportDecision]) -> Result:
    """Return the number of connections by outcome and main reason; the last row is the total."""
    found = Counter(
        (OUTCOMES.index(it.outcome), it.reasons[0].code if it.outcome != "exported" else "")
        for it in decisions
    )
    rows: list[tuple[Term | None, ...]] = [
        (Literal(OUTCOMES[outcome]), Literal(why), _integer(number))
        for (outcome, why), number in sorted(
            found.items(), key=lambda it: (it[0][0], -it[1], it[0][1])
        )
    ]
    rows.append((Literal("all"), Literal(""), _integer(len(decisions))))
    return Result(("outcome", "why", "connections"), rows)


def decision_table(decisions: Sequence[ExportDecision], network: nx.MultiDiGraph[str]) -> Result:
    """Return one row for each connection, by outcome.

    The confidences are those of the links, None without a link. ``sources`` is the number of
    sources that count, ``evidence`` our paraphrases of them, ``look`` the cautions.
    """
    columns = (
        "outcome", "connection", "connectionLabel", "kind", "certainty", "subject",
        "subjectLabel", "subjectItem", "subjectConfidence", "property", "value", "valueLabel",
        "valueItem", "valueConfidence", "sources", "evidence", "why", "look",
    )  # fmt: skip
    return Result(
        columns, [_decision_row(decision, network) for decision in _sort_decisions(decisions)]
    )


def short_decision_table(decisions: Sequence[ExportDecision]) -> Result:
    """Return the table in four columns, for a terminal."""
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(it.outcome),
            Literal(it.edge.sentence),
            Literal(
                "; ".join(proposal_label(one) for one in it.proposals)
                or property_with_label(it.property)
            ),
            Literal("; ".join([*(reason.text for reason in it.reasons), *it.cautions])),
        )
        for it in _sort_decisions(decisions)
    ]
    return Result(("outcome", "connection", "there", "why"), rows)


def _sort_decisions(decisions: Sequence[ExportDecision]) -> list[ExportDecision]:
    return sorted(decisions, key=lambda it: (OUTCOMES.index(it.outcome), it.edge.iri))


def _decision_row(
    decision: ExportDecision, network: nx.MultiDiGraph[str]
) -> tuple[Term | None, ...]:
    edge = decision.edge
    subject: Entity = network.nodes[edge.origin]["entity"]
    value: Entity = network.nodes[edge.target]["entity"]
    return (
        Literal(decision.outcome),
        Iri(edge.iri),
        Literal(edge.sentence),
        Literal(edge.kind_label),
        Literal(edge.certainty),
        Iri(subject.iri),
        Literal(subject.label()),
        *_item_and_confidence(subject),
        Literal(property_with_label(decision.property)) if decision.property else None,
        Iri(value.iri),
        Literal(value.label()),
        *_item_and_confidence(value),
        _integer(len(decision.evidence)),
        Literal(" / ".join(f"{it.paraphrase} {it.url}" for it in decision.evidence)),
        Literal("; ".join(reason.text for reason in decision.reasons)),
        Literal("; ".join(decision.cautions)),
    )


def _item_and_confidence(entity: Entity) -> tuple[Term | None, Term | None]:
    """Return the page of an entity's item and the confidence of the link."""
    link = wikidata_link(entity)
    if link is None:
        return None, None
    sure = Literal(f"{link.confidence:g}", datatype=f"{XSD}decimal")
    return Iri(item_url(link.identifier)), sure


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
