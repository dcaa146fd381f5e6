"""Chains: how one entity leads to another, hop by hop, each hop with who says so.

The shortest chains are found by networkx, whichever way each statement points. Hops count
first. Among chains of one length those come first that walk by connections rather than by
credits, through entities that are joined to few, and by what more sources say.

Two things join nothing here. A connection in doubt is not walked, as in the canned query
``chain``; it is said how many chains as short it would make. And a chain does not pass through
a place, an organisation, a language or an award by a credit or a part: that two films were shot
in Hong Kong is true of a thousand films and says nothing of these two. A connection may lead
through them (a work can refer to a place), and a chain may begin or end at one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice, pairwise
from typing import Any, Final

import networkx as nx

from ..core.errors import ParameterError
from ..core.model import Edge, Entity
from ..core.terminal import visible
from ..core.terms import Iri, Literal
from ..core.vocabulary import FAMILIES, PREFIXES
from ..query.results import Result
from .card import cite
from .graph import DOUBTFUL

MAX_HOPS: Final = 6
LIMIT: Final = 20
HUBS: Final = frozenset({"place", "organisation", "language", "award"})
_THROUGH: Final = "a place, an organisation, a language or an award"
_MOST: Final = 500  # so many chains of one length are looked at; there can be millions
_OTHERS: Final = ("credit", "story", "part")

_HOP: Final = 1_000_000
_FACT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a chain may walk: ``via`` these kinds or families alone (() means all)."""

    via: tuple[str, ...] = ()
    credits: bool = True
    hubs: bool = False
    max_hops: int = MAX_HOPS

    def words(self) -> str:
        """The rules as words: "by references, at most 6 hops"."""
        if self.via:
            by = " or ".join(self.via)
        elif self.credits:
            by = "connections, credits, stories and parts"
        else:
            by = "the four families of connection"
        narrowed = self.credits and not self.via and not self.hubs
        hubs = f", not through {_THROUGH}," if narrowed else ""
        return f"by {by}{hubs} of at most {_hops(self.max_hops)}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: the statement walked, and all ``others`` that join the same two.

    ``forwards`` says whether the statement points the way the chain goes.
    """

    start: Entity
    end: Entity
    edge: Edge
    forwards: bool
    others: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Hops from one entity to another."""

    hops: tuple[Hop, ...]

    def __len__(self) -> int:
        return len(self.hops)

    def __repr__(self) -> str:
        """The entities it passes, and the sentence of each hop."""
        from ..query.text_table import brief

        way = " – ".join(entity.label() for entity in self.entities)
        lines = [f"  {brief(hop.edge.sentence or hop.edge.phrase)}" for hop in self.hops]
        return visible("\n".join([way, *lines]))

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities it passes, both ends among them."""
        return (self.hops[0].start, *(hop.end for hop in self.hops))


@dataclass(frozen=True, slots=True)
class Chains:
    """The answer: shortest chains, best first; none where ``chains`` is empty.

    ``total`` counts all chains of that length, ``uncounted`` says that there are more than
    were looked at. ``in_doubt`` counts those no longer that a connection in doubt would make,
    which is not walked. Where there is none, ``hint`` says what would make one, "" if nothing.
    """

    one: Entity
    other: Entity
    rules: Rules
    chains: tuple[Chain, ...]
    total: int
    uncounted: bool = False
    hint: str = ""
    in_doubt: int = 0

    def __len__(self) -> int:
        return len(self.chains)

    def __iter__(self) -> Iterator[Chain]:
        return iter(self.chains)

    def __repr__(self) -> str:
        """What was found, and the first chains as sentences."""
        from ..query.text_table import listing

        return f"{visible(self.summary)}\n{listing(map(repr, self.chains), 3)}".rstrip()

    @property
    def summary(self) -> str:
        """What was found, in a sentence, with what is not shown."""
        pair = f"{self.one.label()} to {self.other.label()}"
        if not self.chains:
            hint = f"; {self.hint}" if self.hint else ""
            return f"no chain from {pair} {self.rules.words()}{hint}"
        count = f"more than {self.total}" if self.uncounted else str(self.total)
        said = f"{pair}: {_hops(len(self.chains[0]))}"
        if self.total > 1:
            said += f", {len(self.chains)} of {count} chains of this length"
        if self.in_doubt:
            said += f"; connections in doubt are not walked: {self.in_doubt} more with them"
        return said

    def to_json(self) -> dict[str, Any]:
        """The answer as plain dictionaries and lists."""
        return {
            "from": self.one.iri,
            "to": self.other.iri,
            "searched": asdict(self.rules),
            "total": self.total,
            "uncounted": self.uncounted,
            "hint": self.hint,
            "inDoubt": self.in_doubt,
            "chains": [
                [
                    {
                        "from": hop.start.iri,
                        "fromLabel": hop.start.label(),
                        "to": hop.end.iri,
                        "toLabel": hop.end.label(),
                        "forwards": hop.forwards,
                        "disputed": hop.edge.disputed,
                        "edge": asdict(hop.edge),
                        "others": [asdict(edge) for edge in hop.others],
                    }
                    for hop in chain.hops
                ]
                for chain in self.chains
            ],
        }

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        return self.to_result()._repr_html_()

    def to_result(self) -> Result:
        """One row a hop; chains and hops are numbered from 1."""
        whole = PREFIXES["xsd"] + "integer"
        rows = []
        for number, chain in enumerate(self.chains, 1):
            for place, hop in enumerate(chain.hops, 1):
                edge = hop.edge
                rows.append(
                    (
                        Literal(str(number), datatype=whole),
                        Literal(str(place), datatype=whole),
                        Iri(hop.start.iri),
                        Literal(hop.start.label()),
                        Iri(hop.end.iri),
                        Literal(hop.end.label()),
                        Literal("forwards" if hop.forwards else "backwards"),
                        Literal(edge.family),
                        Literal(edge.kind_label),
                        Literal(edge.certainty),
                        Literal(edge.sentence or edge.phrase),
                        _cited(edge, against=False),
                        _cited(edge, against=True),
                        Literal(str(len(hop.others)), datatype=whole),
                    )
                )
        columns = (
            "chain", "hop", "from", "fromLabel", "to", "toLabel", "direction", "family", "kind",
            "certainty", "sentence", "sources", "disputedBy", "others",
        )  # fmt: skip
        return Result(columns, rows)


def find_chains(
    network: nx.MultiDiGraph[str],
    one: str,
    other: str,
    rules: Rules | None = None,
    *,
    every: bool = False,
    limit: int = LIMIT,
) -> Chains:
    """The shortest chains between two nodes: the best one, or ``every`` one up to ``limit``.

    :raises ParameterError: if both are one node, or ``rules.via`` names what no edge is.
    """
    rules = rules or Rules()
    ends = network.nodes[one]["entity"], network.nodes[other]["entity"]
    if one == other:
        raise ParameterError(f"a chain needs two ends, and both names mean {ends[0].label()}")
    if rules.max_hops < 1 or limit < 1:
        raise ParameterError("a chain has at least one hop, and a limit is at least 1")
    _check_via(network, rules)
    ways = _Ways(network, (one, other), rules)
    paths = ways.shortest()
    if not paths:
        return Chains(*ends, rules, (), 0, hint=_hint(network, one, other, rules))
    counted = paths[:_MOST]
    chains = tuple(ways.chain(path) for path in counted[: limit if every else 1])
    more = _in_doubt(network, ways, len(paths[0]))
    return Chains(*ends, rules, chains, len(counted), len(paths) > _MOST, in_doubt=more)


def _cited(edge: Edge, *, against: bool) -> Literal:
    """The sources that say so, or those that dispute it."""
    chosen = (item for item in edge.evidence if (item.stance == "disputes") is against)
    return Literal("; ".join(dict.fromkeys(map(cite, chosen))))


class _Ways:
    """The edges that the rules let a chain walk, as an undirected graph.

    ``doubts`` lets it walk connections in doubt too.
    """

    def __init__(
        self,
        network: nx.MultiDiGraph[str],
        ends: tuple[str, str],
        rules: Rules,
        *,
        doubts: bool = False,
    ) -> None:
        self.network, self.ends, self.rules, self.doubts = network, ends, rules, doubts
        self.graph: nx.Graph[str] = nx.Graph()
        self.edges: dict[frozenset[str], list[Edge]] = {}
        found = (data["edge"] for _, _, data in network.edges(data=True))
        for edge in sorted(found, key=lambda edge: edge.iri):
            if self._walked(edge):
                self.edges.setdefault(frozenset((edge.origin, edge.target)), []).append(edge)
        for edges in self.edges.values():
            edges.sort(key=_worth)
            self.graph.add_edge(edges[0].origin, edges[0].target)
        for start, end, data in self.graph.edges(data=True):
            best = self.edges[frozenset((start, end))][0]
            degrees = self.graph.degree[start] * self.graph.degree[end]
            data["cost"] = (
                _HOP
                + (0 if best.family in FAMILIES else _FACT)
                + 100 * degrees.bit_length()
                - min(best.sources, 9)
            )

    def _walked(self, edge: Edge) -> bool:
        if edge.origin == edge.target or (edge.certainty == DOUBTFUL and not self.doubts):
            return False
        if self.rules.via and not {edge.family, edge.kind} & set(self.rules.via):
            return False
        if edge.family in FAMILIES:
            return True
        return self.rules.credits and (self.rules.hubs or not self._through_hub(edge))

    def _through_hub(self, edge: Edge) -> bool:
        return any(
            self.network.nodes[iri]["entity"].kind in HUBS
            for iri in (edge.origin, edge.target)
            if iri not in self.ends
        )

    def shortest(self) -> list[list[str]]:
        """Paths of the least hops, the cheapest first; one more than `_MOST` at most."""
        one, other = self.ends
        if one not in self.graph or other not in self.graph:
            return []
        try:
            best: list[str] = nx.shortest_path(self.graph, one, other, weight="cost")
        except nx.NetworkXNoPath:
            return []
        if len(best) - 1 > self.rules.max_hops:
            return []
        some = islice(nx.all_shortest_paths(self.graph, one, other), _MOST + 1)
        return sorted({tuple(path): path for path in (best, *some)}.values(), key=self._order)

    def _order(self, path: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        steps = pairwise(path)
        return sum(self.graph.edges[step]["cost"] for step in steps), tuple(path)

    def chain(self, path: Sequence[str]) -> Chain:
        """The path with its statements."""
        hops = []
        for start, end in pairwise(path):
            best, *others = self.edges[frozenset((start, end))]
            entities = self.network.nodes[start]["entity"], self.network.nodes[end]["entity"]
            hops.append(Hop(*entities, best, best.origin == start, tuple(others)))
        return Chain(tuple(hops))


def _in_doubt(network: nx.MultiDiGraph[str], ways: _Ways, most: int) -> int:
    """How many chains of at most so many entities only a connection in doubt would make."""
    if all(data["edge"].certainty != DOUBTFUL for _, _, data in network.edges(data=True)):
        return 0
    with_doubts = _Ways(network, ways.ends, ways.rules, doubts=True)
    return sum(
        any(frozenset(step) not in ways.edges for step in pairwise(path))
        for path in with_doubts.shortest()
        if len(path) <= most
    )


def _worth(edge: Edge) -> tuple[bool, int, str]:
    """A key that puts connections first, then what more sources say."""
    return edge.family not in FAMILIES, -edge.sources, edge.iri


def _check_via(network: nx.MultiDiGraph[str], rules: Rules) -> None:
    edges = [data["edge"] for _, _, data in network.edges(data=True)]
    known = {*FAMILIES, *_OTHERS, *(edge.kind for edge in edges)}
    for name in rules.via:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"did you mean {_or(near)}?" if near else f"families are: {', '.join(FAMILIES)}"
            raise ParameterError(f"no edge is of the kind or family {name!r}; {hint}")
    if not rules.credits:
        of_others = {edge.kind for edge in edges if edge.family in _OTHERS} | set(_OTHERS)
        of_connections = {edge.kind for edge in edges if edge.family in FAMILIES} | set(FAMILIES)
        for name in rules.via:
            if name in of_others - of_connections:
                raise ParameterError(f"{name!r} is no connection; leave out one of the two options")


def _hint(network: nx.MultiDiGraph[str], one: str, other: str, rules: Rules) -> str:
    """The nearest rules under which there is a chain, as words; "" where there are none."""
    most = len(network)
    looser = (
        (not rules.credits, replace(rules, credits=True), "with credits, stories and parts"),
        (bool(rules.via), replace(rules, via=()), "by any kind"),
        (True, replace(rules, max_hops=most), "going further"),
        (rules.credits, replace(rules, hubs=True), f"through {_THROUGH}"),
        (True, Rules((), True, True, most), "by anything, through anything, however far"),
    )
    for applies, loosened, words in looser:
        if applies:
            paths = _Ways(network, (one, other), loosened).shortest()
            if paths:
                return f"{words} there is one of {_hops(len(paths[0]) - 1)}"
    if paths := _Ways(network, (one, other), rules, doubts=True).shortest():
        length = _hops(len(paths[0]) - 1)
        return f"by a connection in doubt, which is not walked, there is one of {length}"
    alone = [iri for iri in (one, other) if not network.degree(iri)]
    if alone:
        names = " and ".join(network.nodes[iri]["entity"].label() for iri in alone)
        return f"nothing here is said that joins {names} to anything"
    return "nothing here joins them, however far"


def _hops(count: int) -> str:
    return f"{count} hop{'s' if count != 1 else ''}"


def _or(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
