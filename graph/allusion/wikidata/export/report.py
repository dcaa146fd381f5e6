"""What becomes of each connection on the way to Wikidata, as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import networkx as nx

from ...core.model import Entity
from ...core.terms import XSD, Iri, Literal, Term
from ...query.results import Result
from ..model.items import item_url
from ..model.property_mapping import said_as
from .eligibility import OUTCOMES, Verdict
from .quickstatements import explained

_INTEGER = f"{XSD}integer"


def count(verdicts: Sequence[Verdict]) -> Result:
    """How many connections come to which outcome, by the weightiest reason; the last row is all.

    Every connection is counted once.
    """
    found = Counter(
        (OUTCOMES.index(it.outcome), it.reasons[0].word if it.outcome != "exported" else "")
        for it in verdicts
    )
    rows: list[tuple[Term | None, ...]] = [
        (Literal(OUTCOMES[outcome]), Literal(why), _number(number))
        for (outcome, why), number in sorted(
            found.items(), key=lambda it: (it[0][0], -it[1], it[0][1])
        )
    ]
    rows.append((Literal("all"), Literal(""), _number(len(verdicts))))
    return Result(("outcome", "why", "connections"), rows)


def report(verdicts: Sequence[Verdict], network: nx.MultiDiGraph[str]) -> Result:
    """One row for each connection, in the order of outcomes: what it says, and why it ends so.

    The confidences are those of the links, None where there is none. ``sources`` counts those
    that count, ``evidence`` is what they say, in our words; ``look`` is what a person should
    look at.
    """
    columns = (
        "outcome", "connection", "connectionLabel", "kind", "certainty", "subject",
        "subjectLabel", "subjectItem", "subjectConfidence", "property", "value", "valueLabel",
        "valueItem", "valueConfidence", "sources", "evidence", "why", "look",
    )  # fmt: skip
    return Result(columns, [_row(verdict, network) for verdict in _ordered(verdicts)])


def in_short(verdicts: Sequence[Verdict]) -> Result:
    """As `report`, in the four columns that fit on a screen."""
    rows: list[tuple[Term | None, ...]] = [
        (
            Literal(it.outcome),
            Literal(it.edge.sentence),
            Literal("; ".join(explained(one) for one in it.proposals) or said_as(it.property)),
            Literal("; ".join([*(reason.text for reason in it.reasons), *it.cautions])),
        )
        for it in _ordered(verdicts)
    ]
    return Result(("outcome", "connection", "there", "why"), rows)


def _ordered(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda it: (OUTCOMES.index(it.outcome), it.edge.iri))


def _row(verdict: Verdict, network: nx.MultiDiGraph[str]) -> tuple[Term | None, ...]:
    edge = verdict.edge
    subject: Entity = network.nodes[edge.origin]["entity"]
    value: Entity = network.nodes[edge.target]["entity"]
    return (
        Literal(verdict.outcome),
        Iri(edge.iri),
        Literal(edge.sentence),
        Literal(edge.kind_label),
        Literal(edge.certainty),
        Iri(subject.iri),
        Literal(subject.label()),
        *_link(subject),
        Literal(said_as(verdict.property)) if verdict.property else None,
        Iri(value.iri),
        Literal(value.label()),
        *_link(value),
        _number(len(verdict.counted)),
        Literal(" / ".join(f"{it.paraphrase} {it.url}" for it in verdict.counted)),
        Literal("; ".join(reason.text for reason in verdict.reasons)),
        Literal("; ".join(verdict.cautions)),
    )


def _link(entity: Entity) -> tuple[Term | None, Term | None]:
    """The page of its item, and how sure that is."""
    link = next((link for link in entity.links if link.confidence is not None), None)
    if link is None:
        return None, None
    sure = Literal(f"{link.confidence:g}", datatype=f"{XSD}decimal")
    return Iri(item_url(link.identifier)), sure


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
