"""Visual style of kinds of entities and families of edges, and the color palettes.

Colors are those of Okabe and Ito, which people with the common kinds of color blindness can
distinguish (https://jfly.uni-koeln.de/color/). Each kind has its own combination of shape
and color. Families differ by dash pattern, not by color. An uncertain edge has a hollow arrowhead,
a disputed or doubtful one also a question mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..core.model import Family
from ..core.vocabulary import DOUBTFUL, FAMILIES

BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
ORANGE: Final = "#E69F00"
VERMILION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GRAY: Final = "#999999"


@dataclass(frozen=True, slots=True)
class KindStyle:
    """How a kind of entity is drawn.

    Attributes:
        shape: Name of a node shape of vis-network.
        color: Fill color.
        singular: Name of one entity of this kind.
        plural: Name of several.
    """

    shape: str
    color: str
    singular: str
    plural: str


@dataclass(frozen=True, slots=True)
class FamilyStyle:
    """How a family of edges is drawn.

    Attributes:
        singular: Name of one edge of this family.
        plural: Name of several.
        description: One line for the legend.
        dash: SVG dash array for a line 1.5 px wide; () for a solid line.
        shown: Whether the page initially shows the family.
    """

    singular: str
    plural: str
    description: str
    dash: tuple[int, ...]
    shown: bool


KINDS: Final[dict[str, KindStyle]] = {
    "film": KindStyle("square", BLUE, "film", "films"),
    "television": KindStyle("square", SKY, "television", "television"),
    "series": KindStyle("hexagon", BLUE, "series", "series"),
    "song": KindStyle("triangle", VERMILION, "song", "songs"),
    "recording": KindStyle("triangleDown", VERMILION, "recording", "recordings"),
    "literature": KindStyle("diamond", YELLOW, "book or text", "books and texts"),
    "artwork": KindStyle("diamond", ORANGE, "artwork", "artworks"),
    "person": KindStyle("dot", ORANGE, "person", "people"),
    "group": KindStyle("hexagon", ORANGE, "group", "groups and couples"),
    "character": KindStyle("dot", PURPLE, "character", "characters"),
    "organisation": KindStyle("square", GRAY, "organization", "organizations"),
    "place": KindStyle("triangleDown", GREEN, "place", "places"),
    "language": KindStyle("diamond", GRAY, "language", "languages"),
    "award": KindStyle("star", YELLOW, "award", "awards"),
    "motif": KindStyle("star", PURPLE, "motif", "motifs"),
    "movement": KindStyle("hexagon", PURPLE, "movement", "movements and genres"),
}

FAMILY_STYLES: Final[dict[Family, FamilyStyle]] = {
    "reference": FamilyStyle("reference", "references", "explicit in the work itself", (), True),
    "influence": FamilyStyle(
        "influence", "influences", "stated by the maker, or claimed by a named critic", (9, 4), True
    ),
    "comparison": FamilyStyle(
        "comparison", "comparisons", "made by a critic or viewer, not by the work", (2, 4), True
    ),
    "derivation": FamilyStyle(
        "derivation", "derivations", "the work is made from another work", (9, 3, 2, 3), True
    ),
    "credit": FamilyStyle("credit", "credits", "makers and performers of a work", (4, 3), False),
    "story": FamilyStyle(
        "story link",
        "story links",
        "characters, and relationships in stories and life",
        (5, 6),
        False,
    ),
    "part": FamilyStyle("part", "parts", "series, members, places within places", (1, 3), False),
}

UNCERTAIN: Final = ("claimed", "reported", "inferred", DOUBTFUL)
"""Certainties below "stated by the maker": the arrowhead of such an edge is hollow."""
CLAIMED: Final = "claimed by others"
"""What a hollow arrowhead means."""
DOUBTED: Final = ("disputed", DOUBTFUL)
"""What the question mark on a line means."""

FAMILY_ORDER: Final[tuple[Family, ...]] = tuple(FAMILY_STYLES)
CONNECTION_FAMILIES: Final[frozenset[Family]] = frozenset(f for f in FAMILY_ORDER if f in FAMILIES)
UNKNOWN_KIND: Final = KindStyle("dot", GRAY, "other", "others")


def kind_style(kind: str) -> KindStyle:
    """Return the style of a kind of entity; a gray dot for an unknown kind."""
    return KINDS.get(kind, UNKNOWN_KIND)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colors that differ between the light and the dark theme.

    The names of the fields are also CSS custom properties of the page. ``ink``, ``muted``
    and ``accent`` on ``paper`` or ``card`` have a contrast of at least 4.5 to 1 (WCAG 2.2,
    1.4.3). The timeline also colors its lines by family, because its arcs run side by side.
    """

    paper: str
    card: str
    ink: str
    muted: str
    hair: str
    line: str
    accent: str
    reference: str
    influence: str
    comparison: str
    derivation: str


LIGHT: Final = Palette(
    paper="#fbfaf7",
    card="#ffffff",
    ink="#1d1c1a",
    muted="#635f57",
    hair="#dcd8cf",
    line="#6f6a61",
    accent="#a3243b",
    reference="#1d1c1a",
    influence="#9a5b00",
    comparison="#1f6fa8",
    derivation="#8a3f86",
)
DARK: Final = Palette(
    paper="#14151a",
    card="#1d1f26",
    ink="#eeece6",
    muted="#a8a69f",
    hair="#383a44",
    line="#918f89",
    accent="#ff92a2",
    reference="#eeece6",
    influence="#e6a54b",
    comparison="#6db3e8",
    derivation="#d79ad2",
)
