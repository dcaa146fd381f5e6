"""Checks of the canonical style of Turtle files: ``longturtle`` of rdflib.

The serialization is deterministic and idempotent, so a diff shows only changed facts. It loses
``#`` comments; use ``skos:note`` instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from ...core.atomic_files import write_atomically
from ...core.errors import Fault
from ...core.vocabulary import PREFIXES
from ..turtle import CuratedFile, quiet_rdflib

# Strings and IRIs, where # does not start a comment.
_QUOTED = re.compile(r'''"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>''', re.DOTALL)


def canonical(text: str) -> str:
    """Return Turtle in canonical style.

    Prefixes are sorted and only used ones are kept. The text ends with one newline.
    """
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    with quiet_rdflib():
        graph.parse(data=text, format="turtle")
    return graph.serialize(format="longturtle").strip() + "\n"


def has_comments(text: str) -> bool:
    """Return whether Turtle contains a ``#`` comment, which a rewrite would lose."""
    return "#" in _QUOTED.sub("", text)


def _canonical_or_none(text: str) -> str | None:
    from rdflib.plugins.parsers.notation3 import BadSyntax

    try:
        return canonical(text)
    except BadSyntax:
        return None


def style_faults(files: list[CuratedFile]) -> Iterator[Fault]:
    """Yield a fault for each file that is not in canonical style.

    The line is the first one that differs.
    """
    for file in files:
        wanted = _canonical_or_none(file.text)
        if wanted == file.text:
            continue
        if wanted is None:
            yield Fault(
                file.name, 0, "", "is Turtle that rdflib cannot read",
                "look for invalid characters in an IRI", "style",
            )  # fmt: skip
            continue
        ours, theirs = file.text.splitlines(), wanted.splitlines()
        line = next(
            (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False), 1) if a != b),
            min(len(ours), len(theirs)) + 1,
        )
        changed = (
            sum(1 for row in difflib.ndiff(ours, theirs) if row.startswith(("+ ", "- ")))
            if len(ours) < 2000
            else abs(len(ours) - len(theirs)) or 1
        )
        yield Fault(
            file.name,
            line,
            "",
            f"is not in canonical style ({changed} lines differ)",
            "move its # comments to skos:note, then run: allusion check --fix"
            if has_comments(file.text)
            else "run: allusion check --fix",
            "style",
        )


def fix_style(files: list[CuratedFile]) -> list[Path]:
    """Rewrite files that are not in canonical style, each atomically.

    Files with ``#`` comments are not rewritten, because the comments would be lost. `style_faults`
    continues to report them.

    Returns:
        The paths of the rewritten files.
    """
    rewritten = []
    for file in files:
        wanted = _canonical_or_none(file.text)
        if wanted is not None and wanted != file.text and not has_comments(file.text):
            write_atomically(file.path, wanted)
            rewritten.append(file.path)
    return rewritten
