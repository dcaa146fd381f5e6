"""Curated facts that the conversion of Wikidata items has to match."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyoxigraph as ox

from ...build.curated_data import CuratedData
from ...build.turtle import Statement, statements
from ...core.terms import canonical_language
from ...core.vocabulary import AL, ENTITY_REGISTERS, PREFIXES, register_of

_NODES = ("Performance", "Contribution", "Reference", "Influence", "Derivation")


@dataclass(slots=True)
class CuratedFacts:
    """Linked entities, and the nodes that connect entities.

    Attributes:
        entities: IRI of the entity for each linked Q-id.
        labels: Labels of each IRI by language tag.
        identifiers: Identifiers of each IRI by property ("imdbId").
        performances: IRI of the node by (work, performer).
        contributions: IRI of the node by (work, contributor, role).
        connections: IRIs of the nodes by (class, from, to).
    """

    entities: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    identifiers: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    performances: dict[tuple[str, str], str] = field(default_factory=dict)
    contributions: dict[tuple[str, str, str], str] = field(default_factory=dict)
    connections: dict[tuple[str, str, str], list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )


def read_curated_facts(curated: CuratedData) -> CuratedFacts:
    """Read the facts of the curated files; the snapshot is not included."""
    facts = CuratedFacts()
    for row in curated.mappings:
        if row.predicate == "skos:exactMatch" and not row.negative:
            facts.entities.setdefault(row.item, row.subject)
    nodes: dict[str, dict[str, str]] = defaultdict(dict)
    for _, statement in statements(curated.files):
        _collect_statement(facts, nodes, statement)
    for iri, node in nodes.items():
        if node.get("a") in _NODES:
            _index_node(facts, iri, node["a"], node)
    return facts


def _collect_statement(
    facts: CuratedFacts, nodes: dict[str, dict[str, str]], statement: Statement
) -> None:
    """Record a label, an identifier, or a property of a node ("a" for its class)."""
    subject, value = statement.subject.value, statement.object
    name = statement.predicate.value.removeprefix(AL)
    if statement.predicate.value == PREFIXES["rdfs"] + "label":
        if isinstance(value, ox.Literal) and register_of(subject) in ENTITY_REGISTERS:
            tag = canonical_language(value.language or "")
            facts.labels[subject].setdefault(tag, value.value)
    elif statement.predicate.value == PREFIXES["rdf"] + "type":
        nodes[subject].setdefault("a", value.value.removeprefix(AL))
    elif name in ("imdbId", "tmdbId"):
        facts.identifiers[subject][name] = value.value
    elif isinstance(value, ox.NamedNode):
        nodes[subject].setdefault(name, value.value)


def _index_node(facts: CuratedFacts, iri: str, kind: str, node: dict[str, str]) -> None:
    if kind == "Performance":
        facts.performances.setdefault((node.get("inWork", ""), node.get("performer", "")), iri)
    elif kind == "Contribution":
        key = (node.get("inWork", ""), node.get("contributor", ""), node.get("role", ""))
        facts.contributions.setdefault(key, iri)
    else:
        facts.connections[kind, node.get("from", ""), node.get("to", "")].append(iri)
