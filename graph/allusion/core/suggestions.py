"""Suggestions for unknown terms of the ontology."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from .terms import shorten
from .vocabulary import AL, PREFIXES

#: Names from common usage -> property with that meaning in the ontology.
EXPECTED: Final = {
    "date": AL + "published",
    "label": PREFIXES["rdfs"] + "label",
    "name": PREFIXES["rdfs"] + "label",
    "releaseDate": AL + "published",
    "title": PREFIXES["rdfs"] + "label",
    "type": PREFIXES["rdf"] + "type",
    "year": AL + "published",
}
# Minimum similarity (0 to 1) of a name to its misspelling.
_MIN_SIMILARITY: Final = 0.75


def similar_terms(iri: str, known: Collection[str]) -> list[str]:
    """Return up to three of the ``known`` IRIs that ``iri`` may stand for.

    >>> similar_terms(AL + "year", [AL + "years"])
    ['https://w3id.org/allusion/ontology#published']
    """
    if iri.startswith(AL) and (meant := EXPECTED.get(iri.removeprefix(AL))):
        return [meant]
    space = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    names = {one.removeprefix(space): one for one in known if one.startswith(space)}
    local = iri.removeprefix(space)
    folded = [one for name, one in names.items() if name.casefold() == local.casefold()]
    return folded or [
        names[name]
        for name in get_close_matches(local, names, n=3, cutoff=_MIN_SIMILARITY)
        or get_close_matches(local, names, n=2, cutoff=0.6)
    ]


def did_you_mean(iri: str, known: Collection[str]) -> str:
    """Return a question with the most similar terms, or ""."""
    near = similar_terms(iri, known)
    return f"did you mean {' or '.join(map(shorten, near))}?" if near else ""
