"""The options of a picture, checked once and passed on as one object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, get_args

from ..core.deprecation import warn_renamed
from ..core.errors import ParameterError
from ..core.model import Entity
from .links import primary_url

Layout = Literal["focus", "network", "timeline", "path", "scene"]
Theme = Literal["light", "dark", "auto"]
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
MAX_HOPS: Final = 2


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """What a picture shows, and how.

    Args:
        layout: "focus" puts one entity between the entities it points to and those that
            point to it; "network" draws all entities; "timeline" orders entities by year;
            "scene" lists the scenes of a film; "path" draws paths between two entities.
        hops: Distance from the focus in edges, 1 or 2. None means 1, and the whole network
            for "network".
        kinds: Families of edges, kinds of edges or kinds of entities to show. () means the
            default families, see `allusion.view.neighbors.default_families`.
        scene: For "scene": show only scenes whose name contains this text.
        languages: BCP 47 tags in order of preference. The first selects the main name, the
            second the name below it.
        theme: "auto" follows the color scheme of the reader's system.
        title: Heading; None derives it from the name of the focus.
        max_neighbors: For "focus": neighbors drawn on each side. The others are counted; if
            many are left out, half as many are drawn and the others counted by decade. For
            "timeline", a value above 60 is the number of entities drawn with a year, and
            listed without one.
        max_entities: Entities that the HTML page holds at most.
        attribution: Source and license below a drawing; a `Picture` takes them
            from the description of the dataset.
        url: Returns the address that a drawing links an entity to, or "".
        has_style: Whether a drawing has its rules in itself; without them, the page has.

    Raises:
        ParameterError: If an option has a value that is not allowed.
    """

    layout: Layout = "focus"
    hops: int | None = None
    kinds: tuple[str, ...] = ()
    scene: str = ""
    languages: tuple[str, ...] = ("en",)
    theme: Theme = "light"
    title: str | None = None
    max_neighbors: int = 18
    max_entities: int = 5000
    attribution: str = ""
    url: Callable[[Entity], str] = primary_url
    has_style: bool = True

    def __post_init__(self) -> None:
        _check_choice("layout", self.layout, LAYOUTS)
        _check_choice("theme", self.theme, THEMES)
        if self.hops is not None and not 1 <= self.hops <= MAX_HOPS:
            raise ParameterError(f"hops must be 1 or {MAX_HOPS}, not {self.hops}")
        if self.scene and self.layout != "scene":
            raise ParameterError(
                f"the option scene is only for layout scene, not for layout {self.layout}"
            )


def current_layout(layout: Layout | None) -> Layout | None:
    """Return the name of a layout; the old name "chain" gives a DeprecationWarning."""
    if str(layout) == "chain":
        warn_renamed("layout chain", "layout path")
        return "path"
    return layout


def _check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        close = get_close_matches(value, allowed, n=1)
        suggestion = f"did you mean {close[0]}? " if close else ""
        raise ParameterError(f"unknown {name} {value!r}; {suggestion}allowed: {', '.join(allowed)}")


DEFAULT_OPTIONS: Final = PictureOptions()
