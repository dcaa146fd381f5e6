"""One way to write a file: what rdflib's ``longturtle`` writes.

The serialisation is byte-stable and idempotent, so a diff shows facts and nothing
else. It keeps no ``#`` comments: remarks belong in ``skos:note``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from ..errors import Fault
from ..files import write_atomically
from ..sources import CuratedFile
from ..vocabulary import PREFIXES


def canonical(text: str) -> str:
    """Turtle in its one style: prefixes sorted and only those used, one trailing newline."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    graph.parse(data=text, format="turtle")
    return graph.serialize(format="longturtle").strip() + "\n"


def style_faults(files: list[CuratedFile]) -> Iterator[Fault]:
    """One fault for each file that is not in canonical style, at its first other line."""
    for file in files:
        wanted = canonical(file.text)
        if wanted == file.text:
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
            "run: allusion check --fix",
            "style",
        )


def fix_style(files: list[CuratedFile]) -> list[Path]:
    """Rewrite the files that need it, each in one atomic step; the paths that were rewritten.

    Turtle comments would be lost: a file that holds any is left alone, and
    `style_faults` goes on naming it.
    """
    rewritten = []
    for file in files:
        wanted = canonical(file.text)
        if wanted != file.text and not any(
            line.lstrip().startswith("#") for line in file.text.splitlines()
        ):
            write_atomically(file.path, wanted)
            rewritten.append(file.path)
    return rewritten
