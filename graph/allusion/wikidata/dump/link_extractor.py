"""The first pass: every line is judged, and the links between items are kept as numbers."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Final

from .ntriples import PLAIN_LINES, Malformed, terms, written
from .rules import NUMBER, Rules

#: So many malformed lines of a file are told one by one; the rest is counted.
TOLD: Final = 100


@dataclass(slots=True)
class Block:
    """What one block of lines holds.

    ``links`` maps a property to pairs of numbers, subject and object, as bytes of
    unsigned 32-bit integers. ``faults`` are (line from 1 in this block, problem).
    """

    lines: int = 0
    triples: int = 0
    malformed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    links: dict[str, bytes] = field(default_factory=dict)


class LinkReader:
    """Called with blocks of whole lines."""

    def __init__(self, rules: Rules) -> None:
        names = "|".join(name[1:] for name in rules.linking)
        item, prop = re.escape(rules.item), re.escape(rules.direct)
        # It begins with the predicate, whose constant text the engine of re looks for as fast
        # as memory is read; the subject is what stands before it.
        self._link = re.compile(
            rf"> <{prop}P({names})> <{item}Q({NUMBER})> \.\n".encode(), re.ASCII
        )
        self._subject = re.compile(rf"<{item}Q({NUMBER})\Z".encode(), re.ASCII)

    def __call__(self, block: bytes) -> Block:
        """Judge the lines, and find the links among those that are triples."""
        found = Block(lines=block.count(b"\n"))
        pairs: dict[bytes, array[int]] = {}
        plain = _is_utf8(block)
        at, empty = 0, 0
        while at < len(block):
            if plain:
                upto = self._plain(block, at, pairs)
                if upto == len(block):
                    break
                at = upto
            end = block.index(b"\n", at) + 1
            try:
                triple = terms(block[at:end])
            except Malformed as problem:
                found.malformed += 1
                if len(found.faults) < TOLD:
                    found.faults.append((block.count(b"\n", 0, at) + 1, str(problem)))
            else:
                if triple is None:
                    empty += 1
                else:
                    self._collect(written(triple), 0, None, pairs)
            at = end
        found.triples = found.lines - found.malformed - empty
        found.links = {f"P{name.decode()}": got.tobytes() for name, got in pairs.items()}
        return found

    def _plain(self, block: bytes, start: int, pairs: dict[bytes, array[int]]) -> int:
        """Take what is plain from ``start`` on; where it ends."""
        plain = PLAIN_LINES.match(block, start)
        assert plain is not None  # it matches no line at all, too
        self._collect(block, start, plain.end(), pairs)
        return plain.end()

    def _collect(
        self, text: bytes, start: int, end: int | None, pairs: dict[bytes, array[int]]
    ) -> None:
        stop = len(text) if end is None else end
        for link in self._link.finditer(text, start, stop):
            head = text.rfind(b"\n", start, link.start()) + 1 or start
            subject = self._subject.match(text, head, link.start())
            if subject is not None:
                name = link[1]
                if name not in pairs:
                    pairs[name] = array("I")
                pairs[name].append(int(subject[1]))
                pairs[name].append(int(link[2]))


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
