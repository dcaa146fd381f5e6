"""Checks of the layers: collections among themselves and over the shipped facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ...core.errors import Fault
from ...core.terms import shorten
from ...core.vocabulary import AL, PREFIXES
from ..turtle import CuratedFile, Statement, statements
from .structure import RDF_TYPE, RDFS_LABEL

#: Properties that describe what a thing is. If two layers give one IRI different values of
#: them, they describe two different things. All other properties may differ: sources disagree.
_DESCRIBING: Final = frozenset(
    (
        RDF_TYPE, RDFS_LABEL, PREFIXES["dcterms"] + "title", AL + "url",
        AL + "from", AL + "to", AL + "kind", AL + "source",
    )
)  # fmt: skip
#: Codes of faults that a change of the shipped graph can cause in a collection.
_DRIFT: Final = frozenset(("dangling", "no-type"))

_Found = tuple[CuratedFile, Statement]


def is_drift(fault: Fault, files: list[CuratedFile]) -> bool:
    """Return whether a fault is a reference to something the shipped graph lacks.

    A collection with such faults can be opened; pictures omit what is missing.
    """
    return fault.code in _DRIFT and any(f.collection and f.name == fault.file for f in files)


def layer_faults(files: list[CuratedFile]) -> Iterator[Fault]:
    """Yield a fault for each IRI that two layers describe differently."""
    if not any(file.collection for file in files):
        return
    described: dict[tuple[str, str, str], dict[Path | None, list[_Found]]] = defaultdict(
        lambda: defaultdict(list)
    )
    layered = {s.subject.value for file, s in statements(files) if file.collection}
    for file, statement in statements(files):
        subject, predicate = statement.subject.value, statement.predicate.value
        if subject in layered and predicate in _DESCRIBING:
            language = getattr(statement.object, "language", None) or ""
            described[subject, predicate, language][file.collection].append((file, statement))
    reported: set[str] = set()
    for (subject, predicate, _), layers in sorted(described.items()):
        (_, first), *others = sorted(layers.items(), key=lambda one: str(one[0] or ""))
        for _, other in others:
            if subject not in reported and _values(first).isdisjoint(_values(other)):
                reported.add(subject)
                yield _conflict(subject, predicate, first[0], other[0])


def _values(found: list[_Found]) -> set[str]:
    return {str(getattr(statement.object, "value", "")) for _, statement in found}


def _conflict(subject: str, predicate: str, one: _Found, other: _Found) -> Fault:
    file, statement = other
    first, value = one
    line = first.line_of(value.subject, value.predicate, value.object)
    return Fault(
        file.name,
        file.line_of(statement.subject, statement.predicate, statement.object),
        shorten(subject),
        f"{shorten(predicate)} is {_shown(statement)} here, and {_shown(value)} in "
        f"{first.name}:{line}",
        "if these are two things, change the namespace of one collection in its allusion.toml "
        "and import its sheet again; otherwise remove one of the two values",
        "layers",
    )


def _shown(statement: Statement) -> str:
    value = statement.object
    return shorten(value.value) if isinstance(value, ox.NamedNode) else f'"{value.value}"'
