"""Second pass: the lines of selected items."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from .ntriples import LANGUAGE, MalformedLine, format_triple, parse_line
from .rules import NUMBER, SliceRules

# Consecutive lines with the same subject and one space after it: in a dump, all statements
# of an item.
_RUN: Final = re.compile(rb"(<[^<>\s]*+> )[^\n]*+\n(?:\1[^\n]*+\n)*+")
_LANGUAGE: Final = re.compile(LANGUAGE)


class ItemSet:
    """Set of item numbers in a file with one bit for each Q-id, as `selection` writes it."""

    def __init__(self, path: Path) -> None:
        self._bits = path.read_bytes()

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)


class LineFilter:
    """Filter of blocks of whole lines."""

    def __init__(self, rules: SliceRules, kept: Path) -> None:
        self._rules = rules
        self._kept = ItemSet(kept)
        item, page = re.escape(rules.item_prefix), re.escape(rules.page_prefix)
        self._number = re.compile(rf"<(?:{item}|{page})Q({NUMBER})> ".encode(), re.ASCII)
        self._item = re.compile(rf"<{item}Q({NUMBER})>", re.ASCII)
        self._page = re.compile(rf"<{page}Q({NUMBER})>", re.ASCII)
        # A line of the type "about" contains one of these, whatever its subject.
        self._about = tuple(f"<{predicate}>".encode() for predicate in rules.about_prefixes)

    def __call__(self, block: bytes) -> list[bytes]:
        """Return the lines of the block to keep, sorted and without duplicates."""
        rows: set[bytes] = set()
        about = [predicate for predicate in self._about if predicate in block]
        at = 0
        while at < len(block):
            run = _RUN.match(block, at)
            if run is None:
                end = block.index(b"\n", at) + 1
                self._filter_line(block[at:end], rows)
            else:
                end = run.end()
                number = self._number.fullmatch(run[1])
                if (number and int(number[1]) in self._kept) or any(
                    block.find(predicate, at, end) >= 0 for predicate in about
                ):
                    for line in run[0].split(b"\n"):  # not splitlines(), which has other separators
                        self._filter_line(line, rows)
            at = end
        return sorted(rows)

    def _filter_line(self, line: bytes, rows: set[bytes]) -> None:
        with suppress(MalformedLine):  # reported by the first pass
            triple = parse_line(line)
            if triple is not None and self._is_kept(*triple):
                rows.add(format_triple(triple))

    def _is_kept(self, subject: str, predicate: str, thing: str) -> bool:
        kind = self._rules.kinds.get(predicate[1:-1])
        if kind is None:
            return False
        if kind == "about":
            starts = self._rules.about_prefixes[predicate[1:-1]]
            return subject[1:].startswith(starts) and self._contains(self._item, thing)
        if kind == "page":
            return self._contains(self._page, subject)
        if not self._contains(self._item, subject):
            return False
        if kind == "text":
            language = _LANGUAGE.search(thing)
            return language is not None and language[1].lower() in self._rules.languages
        return kind == "value" or self._contains(self._item, thing)

    def _contains(self, form: re.Pattern[str], term: str) -> bool:
        found = form.fullmatch(term)
        return found is not None and int(found[1]) in self._kept
