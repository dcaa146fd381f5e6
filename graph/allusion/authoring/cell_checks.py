"""Checks of a cell of text: traces of wrong encodings, of formulas, and of look-alike letters."""

from __future__ import annotations

import re
from typing import Final

_ERROR: Final = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_ADDRESS: Final = re.compile(r"https?://\S+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile("[A-Za-z]")
_ALIKE: Final = re.compile("[\u0370-\u03ff\u0400-\u04ff]")


def problem_of(text: str) -> tuple[str, str, str] | None:
    """Return code, detail and fix of what is wrong with a text; None if nothing is.

    >>> problem_of("#N/A"), problem_of("Zessh\u014d")
    (('formula', '', ''), None)
    >>> problem_of("Pok\u00c3\u00a9mon")[2]
    'import the file again as UTF-8; it was: Pok\u00e9mon'
    >>> problem_of("St\u0430r")[1]
    'has letters of two alphabets in one word: \u0430'
    >>> problem_of("https://ru.wikipedia.org/wiki/\u0421\u043e\u043b\u044f\u0440\u0438\u0441")
    >>> problem_of("\u03a9-Level")
    """
    if _ERROR.fullmatch(text):
        return "formula", "", ""
    if text.isascii():
        return None
    if meant := _decoded(text):
        return "encoding", "", f"import the file again as UTF-8; it was: {meant}"
    for word in _WORD.findall(_ADDRESS.sub(" ", text)):
        if _LATIN.search(word) and (alike := _ALIKE.findall(word)):
            detail = f"has letters of two alphabets in one word: {', '.join(sorted(set(alike)))}"
            return "alphabet", detail, "type the word again"
    return None


def _decoded(text: str) -> str:
    """Return the text that was read in a wrong encoding; "" if it was not."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode()
        except UnicodeError:
            continue
    return ""
