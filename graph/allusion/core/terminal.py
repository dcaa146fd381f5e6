"""Text from data, made safe to show on a terminal, at a prompt and in a notebook."""

from __future__ import annotations

from typing import Final

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Embeddings, overrides and isolates reorder the text around them (Trojan Source,
# https://trojansource.codes). The marks LRM, RLM and ALM do not, and names in Hebrew and Arabic
# need them.
_BIDIRECTIONAL: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN: Final = {
    # Control pictures: U+2400 is the picture of NUL, U+241B that of ESC. Tabs and ends of lines
    # are text.
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys((*range(0x80, 0xA0), *_BIDIRECTIONAL), _REPLACEMENT),
}


def visible(text: str) -> str:
    r"""Replace what a terminal would obey by what it shows: one character for each.

    These are the control characters of C0 and C1 except tab and line feed, and those that
    reorder text. Files and pipes get the text as it is; this is for people.

    >>> visible("\x1b[31mred\x00 \u202e")
    '␛[31mred␀ �'
    """
    return text if text.isprintable() else text.translate(_SHOWN)
