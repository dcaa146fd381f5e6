"""The first pass: every line is judged, and the links between items are kept as numbers."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Final

from .ntriples import SIMPLE_LINES, MalformedLine, format_triple, parse_line
from .rules import NUMBER, SliceRules

#: So many malformed lines of a file are told one by one; the rest is counted.
MAX_REPORTED_FAULTS: Final = 100


@dataclass(slots=True)
class BlockResult:
    """What one block of lines holds.

    ``links`` maps a property to pairs of numbers, subject and object, as bytes of
    unsigned 32-bit integers. ``faults`` are (line from 1 in this block, problem).
    """

    lines: int = 0
    triples: int = 0
    malformed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    links: dict[str, bytes] = field(default_factory=dict)


class LinkExtractor:
    """Called with blocks of whole lines."""

    def __init__(self, rules: SliceRules) -> None:
        names = "|".join(name[1:] for name in rules.link_properties)
        item, prop = re.escape(rules.item_prefix), re.escape(rules.property_prefix)
        # It begins with the predicate, whose constant text the engine of re looks for as fast
        # as memory is read; the subject is what stands before it.
        self._link = re.compile(
            rf"> <{prop}P({names})> <{item}Q({NUMBER})> \.\n".encode(), re.ASCII
        )
        self._subject = re.compile(rf"<{item}Q({NUMBER})\Z".encode(), re.ASCII)

    def __call__(self, block: bytes) -> BlockResult:
        """Judge the lines, and find the links among those that are triples."""
        found = BlockResult(lines=block.count(b"\n"))
        pairs: dict[bytes, array[int]] = {}
        plain = _is_utf8(block)
        at, empty = 0, 0
        while at < len(block):
            if plain:
                upto = self._collect_simple_lines(block, at, pairs)
                if upto == len(block):
                    break
                at = upto
            end = block.index(b"\n", at) + 1
            try:
                triple = parse_line(block[at:end])
            except MalformedLine as problem:
                found.malformed += 1
                if len(found.faults) < MAX_REPORTED_FAULTS:
                    found.faults.append((block.count(b"\n", 0, at) + 1, str(problem)))
            else:
                if triple is None:
                    empty += 1
                else:
                    self._collect_links(format_triple(triple), 0, None, pairs)
            at = end
        found.triples = found.lines - found.malformed - empty
        found.links = {f"P{name.decode()}": got.tobytes() for name, got in pairs.items()}
        return found

    def _collect_simple_lines(
        self, block: bytes, start: int, pairs: dict[bytes, array[int]]
    ) -> int:
        """Take what is plain from ``start`` on; where it ends."""
        plain = SIMPLE_LINES.match(block, start)
        assert plain is not None  # it matches no line at all, too
        self._collect_links(block, start, plain.end(), pairs)
        return plain.end()

    def _collect_links(
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
