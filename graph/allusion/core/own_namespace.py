"""Namespaces of collections: IRIs of their own in their files, IRIs of the project in the graph.

A collection whose namespace is ``https://example.org/films/`` writes
``https://example.org/films/song/rain``. In the graph this is ``song:example-org-films-rain``,
because registers, names, pages and pictures go by the IRIs of the project.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from .vocabulary import BASE, ENTITY_REGISTERS, STATEMENT_REGISTERS

SETTINGS: Final = "allusion.toml"
_NAMESPACE: Final = re.compile(r"https?://[^\s<>\"{}|\\^`#?]+/")
_REGISTERS: Final = frozenset((*ENTITY_REGISTERS, *STATEMENT_REGISTERS))


@dataclass(frozen=True, slots=True)
class OwnNamespace:
    """A namespace of IRIs.

    Attributes:
        iri: Its beginning, which ends with a slash.
    """

    iri: str

    @property
    def prefix(self) -> str:
        """What slugs begin with in the graph.

        >>> OwnNamespace("https://example.org/my-films/").prefix
        'example-org-my-films'
        """
        return re.sub("[^a-z0-9]+", "-", self.iri.partition("//")[2].lower()).strip("-")

    def inward(self, iri: str) -> str:
        """Return the IRI in the graph of a node of this namespace; another IRI as it is.

        >>> OwnNamespace("https://example.org/films/").inward("https://example.org/films/song/rain")
        'https://w3id.org/allusion/song/example-org-films-rain'
        """
        if not iri.startswith(self.iri):
            return iri
        register, _, slug = iri.removeprefix(self.iri).partition("/")
        if register not in _REGISTERS or not slug or "/" in slug:
            return iri
        return f"{BASE}{register}/{self.prefix}-{slug}"

    def outward(self, iri: str) -> str:
        """Return the IRI of this namespace of a node in the graph; another IRI as it is.

        >>> own = OwnNamespace("https://example.org/films/")
        >>> own.outward("https://w3id.org/allusion/song/example-org-films-rain")
        'https://example.org/films/song/rain'
        """
        if not iri.startswith(BASE):
            return iri
        register, _, slug = iri.removeprefix(BASE).partition("/")
        start = f"{self.prefix}-"
        return f"{self.iri}{register}/{slug.removeprefix(start)}" if slug.startswith(start) else iri


def own_namespace(text: str) -> OwnNamespace | None:
    """Return the namespace that a setting names; None if it is no IRI that ends with a slash."""
    return OwnNamespace(text) if _NAMESPACE.fullmatch(text) else None


def namespace_of(folder: Path) -> OwnNamespace | None:
    """Return the namespace of IRIs of a collection; None if it has none.

    Settings that are not valid have none; opening the collection reports them.
    """
    path = folder / SETTINGS
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> OwnNamespace | None:
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return own_namespace(str(found.get("namespace", "")))
