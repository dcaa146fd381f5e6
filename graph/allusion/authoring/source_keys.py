"""Sources of a sheet and of its collection, by what rows call them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ..core.labels import fold
from .records import Source


class SourceKeys:
    """Sources by key, title or address; of sources with one key, the first one counts.

    Args:
        sources: The first sources.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._iris: dict[str, str] = {}
        self._faulty: set[str] = set()
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Add a source."""
        for word in (source.key, source.title.text, source.url):
            if word:
                self._iris.setdefault(fold(word), source.iri)

    def add_faulty(self, *words: str) -> None:
        """Add what a row with a fault calls its source."""
        self._faulty.update(fold(word) for word in words if word)

    def is_faulty(self, text: str) -> bool:
        """Return whether a row with a fault describes this source."""
        return fold(text) in self._faulty

    def find(self, text: str) -> str | None:
        """Return the IRI of a source, or None."""
        return self._iris.get(fold(text))

    def near(self, text: str) -> list[str]:
        """Return up to three similar keys or titles."""
        return get_close_matches(fold(text), self._iris, n=3, cutoff=0.6)
