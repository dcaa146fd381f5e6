"""Escaping of text from data for terminals, prompts and notebooks."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Embeddings, overrides and isolates reorder the text around them (Trojan Source,
# https://trojansource.codes). The marks LRM, RLM and ALM do not, and Hebrew and Arabic names
# need them.
_BIDIRECTIONAL: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SAFE_CONTROLS: Final = {
    # Control pictures: U+2400 is the picture of NUL, U+241B that of ESC. Tabs and line feeds are
    # kept.
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys((*range(0x80, 0xA0), *_BIDIRECTIONAL), _REPLACEMENT),
}


def visible(text: str) -> str:
    r"""Replace control characters by visible characters, one for each.

    These are the control characters of C0 and C1, except tab and line feed, and the characters
    that reorder text. Use it for display only; files and pipes get the original text.

    >>> visible("\x1b[31mred\x00 \u202e")
    '␛[31mred␀ �'
    """
    if text.isprintable():
        return text
    return _unsafe().sub(lambda found: found[0].translate(_SAFE_CONTROLS), text)


@cache
def _unsafe() -> re.Pattern[str]:
    """Compile the expression at its first use, which many commands do not reach."""
    return re.compile(f"[{''.join(map(chr, _SAFE_CONTROLS))}]+")
