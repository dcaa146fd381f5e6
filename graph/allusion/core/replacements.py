"""Deprecated IRIs and their replacements (``dcterms:isReplacedBy``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, NamedTuple, TypeVar

from .vocabulary import PREFIXES

#: Property from a deprecated IRI to its replacement.
REPLACED_BY: Final = PREFIXES["dcterms"] + "isReplacedBy"

_Node = TypeVar("_Node", bound=Hashable)


class Replacements(NamedTuple):
    """Replacements of deprecated IRIs, and those that cannot be followed.

    Attributes:
        final: Replacement at the end of the chain, by deprecated IRI. An IRI that leads into a
            cycle has none. Of several replacements, the first in code point order counts.
        several: All replacements, by IRI, if there is more than one.
        cyclic: The IRIs that lead back to themselves.
    """

    final: dict[str, str]
    several: dict[str, tuple[str, ...]]
    cyclic: frozenset[str]


def follow_replacements(pairs: Iterable[tuple[str, str]]) -> Replacements:
    """Follow the chains of replacements to their ends.

    Args:
        pairs: Deprecated IRI and replacement.

    >>> follow_replacements([("a", "b"), ("b", "c")]).final
    {'a': 'c', 'b': 'c'}
    >>> found = follow_replacements([("a", "b"), ("b", "a"), ("x", "a")])
    >>> found.final, sorted(found.cyclic)
    ({}, ['a', 'b'])
    """
    stated: dict[str, set[str]] = defaultdict(set)
    for old, new in pairs:
        stated[old].add(new)
    first = {old: min(values) for old, values in stated.items()}
    final: dict[str, str] = {}
    cyclic: set[str] = set()
    for old in first:
        *passed, end = _chain(first, old)
        if end not in first:
            final[old] = end
        elif end == old:
            cyclic.update(passed)
    several = {old: tuple(sorted(values)) for old, values in stated.items() if len(values) > 1}
    return Replacements(final, several, frozenset(cyclic))


def replaced_by(node: _Node, sources: Callable[[_Node], Iterable[_Node]]) -> Iterator[_Node]:
    """Yield the nodes that lead to a node, in one step or several, each once.

    Args:
        node: The end of the chains.
        sources: Returns the nodes that a node replaces in one step.
    """
    waiting, seen = [node], {node}
    while waiting:
        for source in sources(waiting.pop()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
                yield source


def _chain(first: dict[str, str], old: str) -> list[str]:
    """Return an IRI and its replacements; in a cycle, the last one occurs twice."""
    chain, passed = [old], {old}
    while chain[-1] in first:
        new = first[chain[-1]]
        chain.append(new)
        if new in passed:
            break
        passed.add(new)
    return chain
