"""Text width without a font, truncation, and line breaking.

A picture is viewed on other machines than the one that made it, so widths are estimates
that do not depend on installed fonts: the published widths of Helvetica for ASCII, and
terminal cells (wcwidth) for all other characters. A wide character (Chinese, Japanese,
Korean) is two cells, which is one em.
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

# Characters that XML 1.0 does not allow (production 2, Char), the other control
# characters, and the marks that change the writing direction.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_WORD: Final = re.compile(r"[^\s-]+-?|-")
ELLIPSIS: Final = "…"


def font_metrics(text: str) -> dict[str, Any]:
    """Return the tables that `text_width` uses, as JSON data for the page.

    Args:
        text: Contains every character that the page has to measure.
    """
    others = sorted(character for character in set(text) if not " " <= character <= "~")
    return {
        "ascii": _ASCII,
        "narrow": _NARROW,
        "wide": _WIDE,
        "bold": _BOLD,
        "wideOnes": "".join(character for character in others if wcwidth(character) == 2),
        "noneOnes": "".join(character for character in others if wcwidth(character) < 1),
    }


def clean_text(text: str) -> str:
    r"""Replace control characters and runs of white space by one space.

    >>> clean_text("two\nlines\x00")
    'two lines'
    """
    return " ".join(_UNSAFE.sub(" ", text).split())


@lru_cache(maxsize=1 << 16)
def text_width(text: str, size: float, *, bold: bool = False) -> int:
    """Estimate the width of sans-serif text in pixels, rounded up.

    Args:
        text: One line.
        size: Font size in pixels.
        bold: Whether the font is bold.

    >>> text_width("重慶森林", 10)
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


def truncate(text: str, size: float, max_width: int, *, bold: bool = False) -> str:
    """Cut text that is wider than ``max_width`` pixels, and append an ellipsis."""
    if text_width(text, size, bold=bold) <= max_width:
        return text
    while text and text_width(text + ELLIPSIS, size, bold=bold) > max_width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap_text(
    text: str, size: float, max_width: int, max_lines: int, *, bold: bool = False
) -> tuple[str, ...]:
    """Break text into at most ``max_lines`` lines of ``max_width`` pixels.

    Lines break at spaces, after hyphens, and between two wide characters. The last line is
    truncated if the text does not fit.

    >>> wrap_text("the owner says May looks like", 10, 80, 2)
    ('the owner says', 'May looks like')
    """
    text = clean_text(text)
    lines = _break_lines(text, size, max_width, max_lines, bold=bold)
    count = len(lines)
    if count in (2, 3) and not lines[-1].endswith(ELLIPSIS):
        # Prefer lines of similar length to full lines and a short one.
        words = [] if any(map(_is_wide, text)) else _WORD.findall(text)
        longest = max((text_width(word, size, bold=bold) for word in words), default=0)
        for share in (1.06, 1.16, 1.28):
            even = max(longest, int(text_width(text, size, bold=bold) * share / count))
            balanced = _break_lines(text, size, even, count + 1, bold=bold)
            if len(balanced) == count and even < max_width:
                return balanced
    return lines


def _break_lines(
    text: str, size: float, max_width: int, max_lines: int, *, bold: bool
) -> tuple[str, ...]:
    """Fill each line as far as possible (first fit)."""
    rest = text
    lines: list[str] = []
    while rest and len(lines) < max_lines - 1:
        end = _break_position(rest, size, max_width, bold=bold)
        if end == len(rest):
            break
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        lines.append(truncate(rest, size, max_width, bold=bold))
    return tuple(lines)


def _break_position(text: str, size: float, max_width: int, *, bold: bool) -> int:
    """Return how many characters fit on a line, up to the last allowed break."""
    if text_width(text, size, bold=bold) <= max_width:
        return len(text)
    fitting, allowed = 0, 0
    for index in range(1, len(text) + 1):
        if text_width(text[:index], size, bold=bold) > max_width:
            break
        fitting = index
        following = text[index : index + 1]
        between_wide = following and _is_wide(following) and _is_wide(text[index - 1])
        if following.isspace() or text[index - 1] == "-" or between_wide:
            allowed = index
    return allowed or max(1, fitting)


def _is_wide(character: str) -> bool:
    return wcwidth(character) == 2
