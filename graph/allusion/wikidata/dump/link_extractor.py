"""First pass: every line is validated, and links between items are collected as numbers."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Final

from .ntriples import SIMPLE_LINES, MalformedLine, format_triple, parse_line
from .rules import NUMBER, SliceRules

#: Maximum number of malformed lines that are reported; others are only counted.
MAX_REPORTED_FAULTS: Final = 100


@dataclass(slots=True)
class BlockResult:
    """Result for one block of lines.

    Attributes:
        faults: Line in this block, from 1, and problem.
        links: By property, pairs of subject and object as unsigned 32-bit integers.
    """

    lines: int = 0
    triples: int = 0
    malformed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    links: dict[str, bytes] = field(default_factory=dict)


class LinkExtractor:
    """Extractor of links from blocks of whole lines."""

    def __init__(self, rules: SliceRules) -> None:
        names = "|".join(name[1:] for name in rules.link_properties)
        item, prop = re.escape(rules.item_prefix), re.escape(rules.property_prefix)
        # The pattern begins with the constant text of the predicate, because re searches for a
        # literal prefix fastest. The subject is matched backwards from there.
        self._link = re.compile(
            rf"> <{prop}P({names})> <{item}Q({NUMBER})> \.\n".encode(), re.ASCII
        )
        self._subject = re.compile(rf"<{item}Q({NUMBER})\Z".encode(), re.ASCII)

    def __call__(self, block: bytes) -> BlockResult:
        """Validate the lines of a block and collect the links among them."""
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
        """Collect links of the simple lines from ``start``; return where these end."""
        plain = SIMPLE_LINES.match(block, start)
        assert plain is not None  # it also matches zero lines
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
