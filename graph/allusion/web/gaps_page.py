"""The page of what is missing, and the first page, which sums it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..authoring.gaps import GAPS, Gap, find_gaps
from ..query.results import Result, expect_rows
from .news_page import news_of
from .site import PLACEHOLDER, Site

#: Maximum number of gaps of each kind on the page.
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class GapList:
    """The gaps of one kind: its name, "works without connections", and the gaps."""

    name: str
    title: str
    gaps: tuple[Gap, ...]

    @property
    def count(self) -> str:
        """The number of gaps."""
        return f"{len(self.gaps):,}"


def gap_lists(site: Site) -> list[GapList]:
    """Return the gaps of all kinds that have any."""

    def ask(sparql: str) -> Result:
        return expect_rows(site.graph.sparql(sparql))

    found = (
        GapList(name, kind.title, tuple(find_gaps(name, ask, site.collection_name)))
        for name, kind in GAPS.items()
    )
    return [one for one in found if one.gaps]


def first_page(site: Site) -> str:
    """Return the home page; that of a graph that is not large counts what is missing."""
    news = next(iter(news_of(site)), None)
    return site.home_page(gap_lists(site) if site.near is None else (), news)


def gaps_page(site: Site) -> str:
    """Return the page of what is missing, each with a command that helps."""
    return site.renderer.render(
        "gaps", "gaps", section="gaps", title="What is missing", lists=gap_lists(site),
        most=_MOST, example="" if site.graph.resources.collections else PLACEHOLDER,
    )  # fmt: skip
