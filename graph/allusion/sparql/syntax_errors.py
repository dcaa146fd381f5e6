"""Readable messages for syntax errors of the engine.

The parser of the engine reports the furthest position that it has reached and what it expected
there. The mistake is seldom at this position, so `diagnose` first searches for common mistakes.
"""

from __future__ import annotations

import re
from typing import Final

from ..core.vocabulary import PREFIXES
from .diagnostics import Diagnostic, diagnose
from .tokenizer import line_of

# Oxigraph formats a syntax error as "error at 3:15: expected ...".
_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# The engine includes character classes in the expected items; they do not help a user.
_CLASS: Final = re.compile(r"\['[^\]]*\]|\[_\]|<unreported>", re.DOTALL)
_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)+"|[^,"]+')
_PREFIXED: Final = re.compile(r"([A-Za-z][\w.-]*)?:[\w.%-]*$")


def explain_syntax_error(message: str, sparql: str, *, update: bool = False) -> str:
    """Format a syntax error of Oxigraph with the line and a caret below the position.

    Args:
        message: Text of the error.
        sparql: The query or update.
        update: Whether it is an update, whose common mistakes are not known.
    """
    found = _POSITION.search(message)
    if not found:
        return f"not a valid SPARQL {'update' if update else 'query'}: {message}"
    line, column, reason = int(found[1]), int(found[2]), found[3]
    lines = sparql.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    diagnostic = None if update else diagnose(sparql)
    if (
        "Prefix not found" in reason
        and (name := _PREFIXED.search(text[: column - 1]))
        and not (diagnostic and name[1] in ("http", "https"))
    ):
        return _place(line, name.start() + 1, _undeclared(name[1] or ""), text)
    if "variable that is unbound" in reason:
        diagnostic = _ungrouped(sparql)
    if diagnostic:
        line = line_of(sparql, diagnostic.place)
        start = sparql.rfind("\n", 0, diagnostic.place) + 1
        text = lines[line - 1]
        return _place(line, diagnostic.place - start + 1, diagnostic.hint, text)
    return _place(line, column, _expected(reason), text)


def _expected(reason: str) -> str:
    """Reduce the expected items of the engine to a sentence, or to at most 8 signs.

    The keywords in the list are left out: they are only those that the parser tried last, so they
    mislead. A sentence in the list is the actual reason.
    """
    listed = _CLASS.sub("", reason).removeprefix("expected").strip().removeprefix("one of")
    items = [item.strip() for item in _ITEM.findall(listed) if item.strip()]
    sentences = [item for item in items if " " in item and not item.startswith('"')]
    if sentences:
        return "; ".join(sentences)
    signs = [item.replace('\\"', '"')[1:-1] for item in items if item.startswith('"')]
    hint = f"; allowed here: {' '.join(signs)}" if 0 < len(signs) <= 8 else ""
    return f"unexpected text from here on{hint}"


def _ungrouped(sparql: str) -> Diagnostic:
    """Find the variable that SELECT projects next to an aggregate without GROUP BY."""
    head = re.search(r"\bselect\b(.*?)(?:\bwhere\b|\{)", sparql, re.IGNORECASE | re.DOTALL)
    groups = " ".join(re.findall(r"\bgroup\s+by\b([^{}]*)", sparql, re.IGNORECASE))
    if head:
        plain = re.sub(r"\((?:[^()]|\([^()]*\))*\)", lambda found: " " * len(found[0]), head[1])
        for found in re.finditer(r"[?$](\w+)", plain):
            if not re.search(rf"[?$]{found[1]}\b", groups):
                return Diagnostic(
                    head.start(1) + found.start(),
                    f"{found[0]} is selected with an aggregate but is not in GROUP BY; add it "
                    f"there, or select one of its values: (SAMPLE({found[0]}) AS ?one)",
                )
    return Diagnostic(
        head.start() if head else 0, "SELECT names a variable that is not in GROUP BY"
    )


def _undeclared(prefix: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(prefix, PREFIXES, n=2, cutoff=0.6)
    hint = (
        f"did you mean {' or '.join(f'{p}:' for p in near)}?"
        if near
        else (f"declare it (PREFIX {prefix}: <...>); predefined: {', '.join(PREFIXES)}")
    )
    return f"the prefix {prefix}: is not declared; {hint}"


def _place(line: int, column: int, reason: str, text: str) -> str:
    """Format the message with the line and a caret; wide characters take two cells.

    A line of more than 160 characters is cut around the position.
    """
    from wcwidth import wcswidth

    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    before = column - 1
    if len(shown) > 160:
        start = max(before - 80, 0)
        shown, before = f"…{shown[start : start + 160]}…", before - start + 1
    indent = " " * max(wcswidth(shown[:before]), 0)
    return (
        f"not a valid SPARQL query: line {line}, column {column}: {reason}\n  {shown}\n  {indent}^"
    )
