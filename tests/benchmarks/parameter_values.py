"""The values that a store offers for the parameters of a canned query.

What is best connected comes first, since that is what costs most. Where there are more
values than wanted, the rest is sampled evenly, so that two runs take the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from allusion.core.terms import Iri, Literal, Term
from allusion.core.vocabulary import BASE, ENTITY_REGISTERS, PREFIXES
from allusion.query.catalog import CannedQuery, Parameter

XSD: Final = PREFIXES["xsd"]
#: Whole numbers that are tried for every parameter of that type.
INTEGERS: Final = ("0", "1", "3", "10")


def bindings(engine: ox.Store, query: CannedQuery, most: int = 30) -> Iterator[Mapping[str, Term]]:
    """Yield the bindings to try: defaults, each value of each parameter, pairs of hubs.

    A parameter that is not named keeps its default, which is "any" where the file says UNDEF.

    Args:
        engine: The store whose values are offered.
        query: The canned query.
        most: At most so many values of one parameter.
    """
    yield {}
    offered = {p.name: values(engine, p, most) for p in query.parameters}
    for name, terms in offered.items():
        yield from ({name: term} for term in terms)
    wide = [p.name for p in query.parameters if p.type in ("entity", "item", "node")]
    if len(wide) > 1:
        one, other = (offered[name] for name in wide[:2])
        for first in one[:4]:
            yield from ({wide[0]: first, wide[1]: second} for second in other[:4])
    if len(query.parameters) > 1:
        # Everything at its widest: no minimum, any entity, a long time.
        optional = {p.name for p in query.parameters if p.optional}
        yield {n: terms[0] for n, terms in offered.items() if terms and n not in optional}


def values(engine: ox.Store, parameter: Parameter, most: int) -> list[Term]:
    """Return what the store offers for a parameter, the best connected first."""
    found: list[Term] = list(_offered(engine, parameter))
    if len(found) > most:
        half = most // 2
        step = (len(found) - half) / (most - half)
        found = found[:half] + [found[half + int(i * step)] for i in range(most - half)]
    return found


def _offered(engine: ox.Store, parameter: Parameter) -> tuple[Term, ...]:
    if parameter.choices:
        return tuple(map(Literal, parameter.choices))
    if parameter.type == "integer":
        return tuple(Literal(number, datatype=XSD + "integer") for number in INTEGERS)
    if parameter.type == "year":
        return tuple(
            Literal(str(year), datatype=XSD + "gYear") for year in (1994, 1960, 1980, 2020)
        )
    if parameter.type == "language":
        return tuple(map(Literal, ("zh", "zh-hant", "ja", "en", "ko", "fr")))
    if parameter.type == "item":
        iris = _targets(engine, PREFIXES["skos"] + "exactMatch")
        return tuple(map(Iri, iris))
    registers = (
        parameter.registers
        or {
            "entity": tuple(ENTITY_REGISTERS),
            "node": (*ENTITY_REGISTERS, "utterance", "scene", "connection"),
            "source": ("source",),
            "kind": ("kind",),
        }[parameter.type]
    )
    ranked = _ranked(engine)
    return tuple(Iri(iri) for register in [registers] for iri in _in(ranked, register))


def _in(ranked: tuple[str, ...], registers: tuple[str, ...]) -> Iterator[str]:
    starts = tuple(f"{BASE}{register}/" for register in registers)
    return (iri for iri in ranked if iri.startswith(starts))


@lru_cache(maxsize=4)
def _ranked(engine: ox.Store) -> tuple[str, ...]:
    """All nodes of ours that something points at or that have a name, most joined first."""
    rows = engine.query(
        """SELECT ?node (COUNT(*) AS ?n) {
             { ?s ?p ?node } UNION { ?node a ?class }
             FILTER(ISIRI(?node) && STRSTARTS(STR(?node), "https://w3id.org/allusion/"))
           } GROUP BY ?node ORDER BY DESC(?n) ?node"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    return tuple(row["node"].value for row in rows)


@lru_cache(maxsize=4)
def _targets(engine: ox.Store, predicate: str) -> tuple[str, ...]:
    found = engine.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph())
    nodes = {quad.object for quad in found}
    return tuple(sorted(node.value for node in nodes if isinstance(node, ox.NamedNode)))
