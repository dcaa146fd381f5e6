"""Networks of any size as our records, for benchmarks of the page.

Films, people and places in circles of some dozens to some hundreds, most statements within a
circle and some between; who is joined to how many follows Zipf's law. Every statement has a
sentence and its evidence, so that a page of it weighs what a page of real things does. The
same size gives the same network.
"""

from __future__ import annotations

import itertools
import random
from typing import Final

import networkx as nx

from allusion.core.labels import Name
from allusion.core.model import Edge, Entity, Evidence, Family
from allusion.core.vocabulary import BASE
from allusion.network.networkx_graph import build_network

_KINDS: Final = ("film", "film", "person", "person", "song", "literature", "place", "character")
_FAMILIES: Final[tuple[tuple[Family, str, str], ...]] = (
    ("reference", "name drop", "names"),
    ("comparison", "similar style", "critics set it beside"),
    ("influence", "critic claims influence", "is said to have shaped"),
    ("derivation", "adaptation", "was made from"),
    ("credit", "performer", "with"),
)
_WORDS: Final = (
    "Night", "Rain", "Station", "Letters", "Harbour", "Pineapple", "Summer", "Stairs", "Tiger",
    "Jukebox", "Corridor", "Snow", "Ferry", "Neon", "Mirror", "Orchard", "Clock", "Island",
)  # fmt: skip


def make_network(size: int, edges_each: float = 2.2, seed: int = 223) -> nx.MultiDiGraph[str]:
    """``size`` entities and ``edges_each`` times as many statements."""
    dice = random.Random(seed)
    entities = [_entity(number, dice) for number in range(size)]
    circles = [0]
    while circles[-1] < size:
        circles.append(circles[-1] + int(dice.paretovariate(1.1) * 30))
    circles[-1] = size
    ends = list(itertools.pairwise(circles))

    def one_of(first: int, last: int) -> int:
        # A share falls off as one over the rank (Zipf).
        return first + int((last - first + 1) ** dice.random()) - 1

    edges = []
    for number in range(int(size * edges_each)):
        first, last = ends[min(len(ends) - 1, int(dice.random() * len(ends)))]
        origin = dice.randrange(first, last)
        target = one_of(first, last) if dice.random() < 0.85 else one_of(0, size)
        if origin != target:
            edges.append(_edge(number, entities[origin], entities[target], dice))
    return build_network({entity.iri: entity for entity in entities}, edges)


def _entity(number: int, dice: random.Random) -> Entity:
    kind = dice.choice(_KINDS)
    words = " ".join(dice.sample(_WORDS, dice.randint(1, 3)))
    labels = {"en": f"{words} {number}"}
    if number % 3 == 0:
        labels["zh-Hant"] = f"電影{number}"
    return Entity(
        f"{BASE}{kind}/thing-{number}",
        kind,
        kind.capitalize(),
        labels,
        (Name(f"Also {words}", "en"),) if number % 5 == 0 else (),
        None if number % 9 == 0 else 1920 + number * 37 % 105,
    )


def _edge(number: int, origin: Entity, target: Entity, dice: random.Random) -> Edge:
    family, kind, phrase = dice.choice(_FAMILIES)
    source = number % 400
    return Edge(
        f"{BASE}connection/c{number}",
        origin.iri,
        target.iri,
        family,
        kind.replace(" ", "-"),
        kind,
        phrase,
        f"{origin.label()} {phrase} {target.label()}, as a reader sees in the third act.",
        certainty="explicit",
        evidence=(
            Evidence(
                f"{BASE}evidence/e{number}",
                f"{BASE}source/s{source}",
                f"Essay number {source}",
                "A critic",
                "2011",
                f"https://example.org/essays/{source}",
                f"paragraph {1 + number % 40}",
                "It is set beside the other for its third act.",
                "supports",
            ),
        ),
    )
