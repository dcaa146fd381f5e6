"""What a line of N-Triples is: one grammar, for Python and for Spark.

The patterns use only what Python's ``re`` and Java's ``Pattern`` read alike. Quantifiers
are possessive, so that neither goes back, and Java does not nest its calls on long texts.

Source: https://www.w3.org/TR/n-triples/#n-triples-grammar; terms are kept as written, and
an IRI needs a scheme, for it has to be absolute (section 2.2).
"""

from __future__ import annotations

import re
from typing import Final

#: What may stand around a line: a carriage return is part of the end of a line.
WHITESPACE: Final = " \t\r"

_UCHAR: Final = (
    r"\\u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|\\U(?!0000[Dd][89A-Fa-f])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
)
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*+:"
_IRI: Final = rf'<{_SCHEME}(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*+>'
# PN_CHARS_BASE, with its ranges as characters: the two engines escape them differently.
_BASE: Final = "A-Za-z" + "".join(
    f"{chr(first)}-{chr(last)}"
    for first, last in (
        (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF),
        (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
        (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
    )
)  # fmt: skip
_NAME: Final = rf"{_BASE}_:0-9\-{chr(0xB7)}{chr(0x300)}-{chr(0x36F)}{chr(0x203F)}-{chr(0x2040)}"
_BLANK: Final = rf"_:[{_BASE}_:0-9](?:\.*+[{_NAME}])*+"
_LITERAL: Final = (
    rf'"(?:[^"\\\n\r]++|\\[tbnrf"\'\\]|{_UCHAR})*+"'
    rf"(?:\^\^{_IRI}|@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)?+"
)
_SUBJECT: Final = f"(?:{_IRI}|{_BLANK})"
_OBJECT: Final = f"(?:{_IRI}|{_BLANK}|{_LITERAL})"
_SPACE: Final = r"[ \t]*+"

#: A triple, to be matched with the whole of a line; its terms are the groups 1 to 3.
TRIPLE: Final = (
    rf"({_SUBJECT}){_SPACE}({_IRI}){_SPACE}({_OBJECT}){_SPACE}\.{_SPACE}(?:#[^\n\r]*+)?+"
)
#: The language tag at the end of an object; texts without one, and IRIs, have no match.
LANGUAGE: Final = r'"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)$'

_TRIPLE: Final = re.compile(TRIPLE)
# What almost every line of a dump is: one space between terms, nothing after the dot, and no
# escape in an IRI. What is not of this form is judged by the grammar, line by line.
_SIMPLE_IRI: Final = rb'<[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20<>"{}|^`\\]*+>'
_SIMPLE_BLANK: Final = rb"_:[A-Za-z0-9][A-Za-z0-9_\-]*+"
_SIMPLE_LITERAL: Final = (
    rb'"[^"\\\n\r]*+(?:(?:\\[tbnrf"\'\\]|' + _UCHAR.encode() + rb')[^"\\\n\r]*+)*+"'
    rb"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^" + _SIMPLE_IRI + rb")?+"
)
#: As many plain lines as follow one another, all of them valid if they are UTF-8.
SIMPLE_LINES: Final = re.compile(
    rb"(?:(?:%b|%b) %b (?:%b|%b|%b) \.\n)*+"
    % (_SIMPLE_IRI, _SIMPLE_BLANK, _SIMPLE_IRI, _SIMPLE_IRI, _SIMPLE_LITERAL, _SIMPLE_BLANK)
)


class MalformedLine(ValueError):
    """A line that is no N-Triples; says what is wrong with it."""


def parse_line(raw: bytes) -> tuple[str, str, str] | None:
    r"""The three terms of a line, as they are written; None where it is empty or a comment.

    :raises Malformed: if it is neither.

    >>> terms(b'<a:s>\t<a:p> "x"@en. # why')
    ('<a:s>', '<a:p>', '"x"@en')
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedLine(f"is not UTF-8 (byte {error.start + 1})") from error
    line = text.strip(WHITESPACE + "\n")
    if not line or line.startswith("#"):
        return None
    found = _TRIPLE.fullmatch(line)
    if found is None:
        raise MalformedLine(_describe_fault(text.rstrip(WHITESPACE + "\n")))
    return found[1], found[2], found[3]


def format_triple(triple: tuple[str, str, str]) -> bytes:
    """A triple as a line of the slice."""
    return " ".join((*triple, ".\n")).encode()


def _describe_fault(line: str) -> str:
    """The first term that cannot be read."""
    at = 0
    parts = (
        ("subject (an IRI with a scheme, or a blank node)", _SUBJECT),
        ("predicate (an IRI with a scheme)", _IRI),
        ("object (an IRI, a blank node or a text in quotes)", _OBJECT),
        ("dot at the end", r"\."),
    )
    for name, pattern in parts:
        found = re.compile(_SPACE + pattern).match(line, at)
        if found is None:
            shown = line[at : at + 40].strip() or "the line ends"
            return f"no {name} at column {at + 1}: {shown}"
        at = found.end()
    return f"something follows the dot at column {at + 1}: {line[at : at + 40].strip()}"
