"""How wide a text is without a font at hand, and where to break it.

A picture made on one machine is seen on others, so widths are estimated once:
the published widths of Helvetica for ASCII, terminal cells (wcwidth) for the
rest. Chinese, Japanese and Korean glyphs are two cells, one em, wide.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from wcwidth import wcwidth

# Advance widths of Helvetica, in thousandths of an em, for U+0020 to U+007E:
# Adobe Core 14 AFM files. Arial and Liberation Sans have the same.
_ASCII: Final[tuple[int, ...]] = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_NARROW: Final = 600
_WIDE: Final = 1000
_BOLD: Final = 1.08

# XML 1.0 cannot hold these at all (production 2, Char); the rest of the controls
# and the marks that turn the direction of writing have no place in a label.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_WORD: Final = re.compile(r"[^\s-]+-?|-")
ELLIPSIS: Final = "…"


def measures(used: str) -> dict[str, Any]:
    """All that `width` knows, for characters ``used``, so that a page measures alike."""
    beyond = sorted({character for character in used if not " " <= character <= "~"})
    return {
        "ascii": _ASCII,
        "narrow": _NARROW,
        "wide": _WIDE,
        "bold": _BOLD,
        "wideOnes": "".join(character for character in beyond if wcwidth(character) == 2),
        "noneOnes": "".join(character for character in beyond if wcwidth(character) < 1),
    }


def clean(text: str) -> str:
    r"""``text`` on one line, without control characters.

    >>> clean("two\nlines\x00")
    'two lines'
    """
    return " ".join(_UNSAFE.sub(" ", text).split())


@lru_cache(maxsize=1 << 16)
def width(text: str, size: float, *, bold: bool = False) -> int:
    """An upper estimate, in whole pixels, of a sans-serif text set at ``size`` pixels.

    >>> width("重慶森林", 10)
    40
    """
    units = 0
    for character in text:
        code = ord(character)
        if 0x20 <= code <= 0x7E:
            units += _ASCII[code - 0x20]
        else:
            units += (0, _NARROW, _WIDE)[max(0, wcwidth(character))]
    return int(units * size * (_BOLD if bold else 1) / 1000 + 0.999)


def shorten(text: str, size: float, limit: int, *, bold: bool = False) -> str:
    """``text``, cut with an ellipsis where it is wider than ``limit`` pixels."""
    if width(text, size, bold=bold) <= limit:
        return text
    while text and width(text + ELLIPSIS, size, bold=bold) > limit:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap(text: str, size: float, limit: int, lines: int, *, bold: bool = False) -> tuple[str, ...]:
    """``text`` in at most ``lines`` lines of ``limit`` pixels, the last one cut if need be.

    Breaks at spaces, after hyphens, and between any two wide glyphs.

    >>> wrap("the owner says May looks like", 10, 80, 2)
    ('the owner says', 'May looks like')
    """
    text = clean(text)
    found = _greedy(text, size, limit, lines, bold=bold)
    if len(found) == 2 and not found[1].endswith(ELLIPSIS):
        # Two lines of even length read better than a full one and a stray word.
        words = [] if any(map(_wide, text)) else _WORD.findall(text)
        longest = max((width(word, size, bold=bold) for word in words), default=0)
        for share in (0.53, 0.58, 0.64):
            even = max(longest, int(width(text, size, bold=bold) * share))
            balanced = _greedy(text, size, even, 3, bold=bold)
            if len(balanced) == 2 and even < limit:
                return balanced
    return found


def _greedy(text: str, size: float, limit: int, lines: int, *, bold: bool) -> tuple[str, ...]:
    rest = text
    done: list[str] = []
    while rest and len(done) < lines - 1:
        cut = _break_at(rest, size, limit, bold=bold)
        if cut == len(rest):
            break
        done.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        done.append(shorten(rest, size, limit, bold=bold))
    return tuple(done)


def _break_at(text: str, size: float, limit: int, *, bold: bool) -> int:
    """How many characters go on this line: all, or up to the last good break that fits."""
    if width(text, size, bold=bold) <= limit:
        return len(text)
    fits, good = 0, 0
    for index in range(1, len(text) + 1):
        if width(text[:index], size, bold=bold) > limit:
            break
        fits = index
        following = text[index : index + 1]
        between_wide = following and _wide(following) and _wide(text[index - 1])
        if following.isspace() or text[index - 1] == "-" or between_wide:
            good = index
    return good or max(1, fits)


def _wide(character: str) -> bool:
    return wcwidth(character) == 2
