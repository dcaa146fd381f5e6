"""The second pass: the lines that are written of kept items."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from .ntriples import LANGUAGE, Malformed, terms, written
from .rules import NUMBER, Rules

# Lines that follow one another with the same subject and one space after it: in a dump, all
# that it says of an item.
_RUN: Final = re.compile(rb"(<[^<>\s]*+> )[^\n]*+\n(?:\1[^\n]*+\n)*+")
_LANGUAGE: Final = re.compile(LANGUAGE)


class KeptItems:
    """The set of kept items, from the file that `selecting.select` wrote: a bit for each Q-id."""

    def __init__(self, path: Path) -> None:
        self._bits = path.read_bytes()

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)


class LinePicker:
    """Called with blocks of whole lines; gives those that stay, sorted, without repetition."""

    def __init__(self, rules: Rules, kept: Path) -> None:
        self._rules = rules
        self._kept = KeptItems(kept)
        item, page = re.escape(rules.item), re.escape(rules.page)
        self._number = re.compile(rf"<(?:{item}|{page})Q({NUMBER})> ".encode(), re.ASCII)
        self._item = re.compile(rf"<{item}Q({NUMBER})>", re.ASCII)
        self._page = re.compile(rf"<{page}Q({NUMBER})>", re.ASCII)
        # Whatever its subject, a line of this kind has one of these in it.
        self._about = tuple(f"<{predicate}>".encode() for predicate in rules.about)

    def __call__(self, block: bytes) -> list[bytes]:
        """The rows of this block, as lines of the slice."""
        rows: set[bytes] = set()
        about = [predicate for predicate in self._about if predicate in block]
        at = 0
        while at < len(block):
            run = _RUN.match(block, at)
            if run is None:
                end = block.index(b"\n", at) + 1
                self._pick(block[at:end], rows)
            else:
                end = run.end()
                number = self._number.fullmatch(run[1])
                if (number and int(number[1]) in self._kept) or any(
                    block.find(predicate, at, end) >= 0 for predicate in about
                ):
                    for line in run[0].split(b"\n"):  # and nowhere else, as it was read
                        self._pick(line, rows)
            at = end
        return sorted(rows)

    def _pick(self, line: bytes, rows: set[bytes]) -> None:
        with suppress(Malformed):  # the first pass has told of it
            triple = terms(line)
            if triple is not None and self._stays(*triple):
                rows.add(written(triple))

    def _stays(self, subject: str, predicate: str, thing: str) -> bool:
        kind = self._rules.kinds.get(predicate[1:-1])
        if kind is None:
            return False
        if kind == "about":
            starts = self._rules.about[predicate[1:-1]]
            return subject[1:].startswith(starts) and self._has(self._item, thing)
        if kind == "page":
            return self._has(self._page, subject)
        if not self._has(self._item, subject):
            return False
        if kind == "text":
            language = _LANGUAGE.search(thing)
            return language is not None and language[1].lower() in self._rules.languages
        return kind == "value" or self._has(self._item, thing)

    def _has(self, form: re.Pattern[str], term: str) -> bool:
        found = form.fullmatch(term)
        return found is not None and int(found[1]) in self._kept
