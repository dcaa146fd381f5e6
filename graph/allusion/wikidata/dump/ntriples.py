"""Grammar of N-Triples as regular expressions, for Python and for Spark.

The patterns use only constructs that Python's ``re`` and Java's ``Pattern`` share.
Quantifiers are possessive: no engine backtracks, and Java does not recurse on long texts.

Source: https://www.w3.org/TR/n-triples/#n-triples-grammar; terms keep their spelling, and an
IRI needs a scheme, because it must be absolute (section 2.2).
"""

from __future__ import annotations

import re
from typing import Final

#: Characters allowed around a line; a carriage return is part of the line end.
WHITESPACE: Final = " \t\r"

_UCHAR: Final = (
    r"\\u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|\\U(?!0000[Dd][89A-Fa-f])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
)
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*+:"
_IRI: Final = rf'<{_SCHEME}(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*+>'
# PN_CHARS_BASE with literal characters, because the engines differ in escapes.
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

#: Pattern of a whole line with a triple; the terms are groups 1 to 3.
TRIPLE: Final = (
    rf"({_SUBJECT}){_SPACE}({_IRI}){_SPACE}({_OBJECT}){_SPACE}\.{_SPACE}(?:#[^\n\r]*+)?+"
)
#: Pattern of the language tag at the end of an object.
LANGUAGE: Final = r'"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)$'

_TRIPLE: Final = re.compile(TRIPLE)
# Almost all lines of a dump have one space between terms, nothing after the dot, and no
# escape in an IRI. Other lines are parsed one by one.
_SIMPLE_IRI: Final = rb'<[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20<>"{}|^`\\]*+>'
_SIMPLE_BLANK: Final = rb"_:[A-Za-z0-9][A-Za-z0-9_\-]*+"
_SIMPLE_LITERAL: Final = (
    rb'"[^"\\\n\r]*+(?:(?:\\[tbnrf"\'\\]|' + _UCHAR.encode() + rb')[^"\\\n\r]*+)*+"'
    rb"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^" + _SIMPLE_IRI + rb")?+"
)
#: A sequence of simple lines, which are all valid if they are UTF-8.
SIMPLE_LINES: Final = re.compile(
    rb"(?:(?:%b|%b) %b (?:%b|%b|%b) \.\n)*+"
    % (_SIMPLE_IRI, _SIMPLE_BLANK, _SIMPLE_IRI, _SIMPLE_IRI, _SIMPLE_LITERAL, _SIMPLE_BLANK)
)


class MalformedLine(ValueError):
    """A line that is not valid N-Triples; the message describes the problem."""


def parse_line(raw: bytes) -> tuple[str, str, str] | None:
    r"""Return the three terms of a line as written; None for an empty line or a comment.

    Raises:
        MalformedLine: If the line is invalid.

    >>> parse_line(b'<a:s>\t<a:p> "x"@en. # why')
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
    """Return a triple as a line of the slice."""
    return " ".join((*triple, ".\n")).encode()


def _describe_fault(line: str) -> str:
    """Describe the first term that is invalid."""
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
    return f"unexpected text after the dot at column {at + 1}: {line[at : at + 40].strip()}"
