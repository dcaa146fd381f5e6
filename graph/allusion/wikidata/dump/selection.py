"""Selection of items: core items by their classes, then each expansion step.

Links are read in parts from files of number pairs. Memory holds one byte for each Q-id, with
one bit for each set, so it depends on the highest Q-id and not on the size of the dump.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .report import SelectionCounts
from .rules import CORE, KEPT, ExpansionStep, SliceRules

_PAIRS_PER_READ: Final = 1 << 20
_KEPT: Final = np.uint8(1)
_FOUND: Final = np.uint8(2)  # by the current step
_CORE: Final = np.uint8(4)
_CLASS: Final = np.uint8(8)  # core class
_FIRST_NAMED: Final = 16

#: Files with the links of each property.
LinkFiles = Mapping[str, Sequence[Path]]
ItemNumbers = NDArray[np.uint32]


def select_items(
    rules: SliceRules,
    link_files: LinkFiles,
    target: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> SelectionCounts:
    """Write the selected items to ``target``, one bit for each Q-id; see `ItemSet`."""
    progress("finding the classes of films and series")
    sets = _ItemSets(link_files)
    without = np.array([int(name[1:]) for name in rules.excluded_classes], np.uint32)
    roots = np.array([int(name[1:]) for name in rules.classes], np.uint32)
    sets.add_found(np.setdiff1d(roots, without))
    while sets.follow([rules.subclass], _FOUND, forward=False, without=without):
        pass
    classes = sets.commit_found(_CLASS)
    progress("finding films and series")
    sets.follow([rules.instance], _CLASS, forward=False)
    core = sets.commit_found(_CORE | _KEPT)
    named = sorted({pull.start for pull in rules.steps} - {CORE, KEPT})
    bits = {CORE: _CORE, KEPT: _KEPT}
    bits |= {name: np.uint8(_FIRST_NAMED << place) for place, name in enumerate(named)}
    added = {}
    for pull in rules.steps:
        progress(f"finding {pull.name}")
        added[pull.name] = _expand(pull, sets, bits)
    return SelectionCounts(classes, core, added, sets.write(target))


def _expand(pull: ExpansionStep, sets: _ItemSets, bits: Mapping[str, np.uint8]) -> int:
    start = bits[pull.start]
    while sets.follow(pull.properties, start, forward=pull.forward) and pull.transitive:
        start |= _FOUND
    return sets.commit_found(_KEPT | bits.get(pull.name, np.uint8(0)))


class _ItemSets:
    """Sets of items as bits of one byte for each item, and the links between items."""

    def __init__(self, links: LinkFiles) -> None:
        self._links = links
        highest = 0
        for name in links:
            for subjects, objects in self._pairs(name):
                highest = max(highest, int(subjects.max()), int(objects.max()))
        # Zero pages take no memory until they are written.
        self._bits = np.zeros(highest + 1, np.uint8)
        self._found: list[ItemNumbers] = []

    def add_found(self, numbers: ItemNumbers) -> int:
        """Add items to the found ones; return the number of new ones."""
        there = numbers[numbers < len(self._bits)]
        new = np.unique(there[(self._bits[there] & _FOUND) == 0])
        self._bits[new] |= _FOUND
        self._found.append(new)
        return len(new)

    def follow(
        self,
        properties: Sequence[str],
        start: np.uint8,
        *,
        forward: bool,
        without: ItemNumbers | None = None,
    ) -> int:
        """Add the items that links lead to, or come from; return the number of new ones."""
        new = 0
        for name in properties:
            for subjects, objects in self._pairs(name):
                near, far = (subjects, objects) if forward else (objects, subjects)
                reached = far[(self._bits[near] & start) != 0]
                if without is not None:
                    reached = reached[~np.isin(reached, without)]
                new += self.add_found(reached)
        return new

    def commit_found(self, mark: np.uint8) -> int:
        """Mark the found items and reset; return the number of items not selected before."""
        found = np.concatenate([np.empty(0, np.uint32), *self._found])
        self._found = []
        bits = self._bits[found]
        self._bits[found] = (bits | mark) & np.uint8(0xFF ^ int(_FOUND))
        return int(np.count_nonzero((bits & _KEPT) == 0))

    def write(self, target: Path) -> int:
        """Write the selected items; return their number."""
        kept, end = 0, 0
        with target.open("wb") as stream:
            for at in range(0, len(self._bits), 1 << 23):
                part = (self._bits[at : at + (1 << 23)] & _KEPT) != 0
                kept += int(np.count_nonzero(part))
                stream.write(np.packbits(part, bitorder="little").tobytes())
                end = stream.tell() if part.any() else end
            stream.truncate(end)  # a single very high number takes no space
        return kept

    def _pairs(self, name: str) -> Iterator[tuple[ItemNumbers, ItemNumbers]]:
        for path in self._links.get(name, ()):
            with path.open("rb") as stream:
                while (read := np.fromfile(stream, np.uint32, 2 * _PAIRS_PER_READ)).size:
                    yield read[::2], read[1::2]
