"""Names, and ways out of the graph: light enough for every command to load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A label or alias with its BCP 47 language tag ("" where none is stated)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of the graph.

    ``site`` is "Wikidata", "Wikipedia", "IMDb" or "TMDb". ``confidence`` is 0 to 1
    for a Wikidata item and None for the rest; ``note`` says where it was seen or
    why it is unsure.
    """

    site: str
    url: str
    identifier: str
    confidence: float | None = None
    note: str = ""
