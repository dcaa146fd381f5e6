"""Which statements of Wikidata are read, and what each is in our ontology.

Labels as in ``ontology/alignments.ttl`` and in public lists of properties. A statement says
in our words what its property says, for items whose register and value fit; all others stay
in the cache and are left out.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: Who made or performs in a work. Wikidata property -> its English label.
MAKERS: Final = {
    "P57": "director",
    "P58": "screenwriter",
    "P162": "producer",
    "P161": "cast member",
    "P175": "performer",
    "P86": "composer",
    "P50": "author",
}
DATES: Final = {
    "P577": "publication date",
    "P580": "start time",
    "P569": "date of birth",
    "P570": "date of death",
    "P571": "inception",
    "P1619": "date of official opening",
}
IDENTIFIERS: Final = {"P345": "IMDb ID", "P4947": "TMDb movie ID"}
TYPE: Final = "P31"

#: All properties that a description holds, with their English labels on Wikidata.
PROPERTIES: Final = {TYPE: "instance of", **MAKERS, **DATES, **IDENTIFIERS}

#: The registers of works.
WORKS: Final = ("film", "television", "literature", "song", "recording", "artwork", "series")
_AGENTS: Final = ("person", "group", "organisation")
_ANYTHING: Final = (
    *WORKS, *_AGENTS, "character", "place", "movement", "award", "language",
)  # fmt: skip

Family = Literal["Reference", "Influence", "Derivation"]


class Plain(NamedTuple):
    """A triple: ``al:<relation>`` from an entity of ``of`` to one of ``to``."""

    label: str
    relation: str
    of: tuple[str, ...]
    to: tuple[str, ...]


class Joining(NamedTuple):
    """A connection of ``family`` and ``kind``; ``backwards`` where the value points at the item."""

    label: str
    family: Family
    kind: str
    of: tuple[str, ...]
    to: tuple[str, ...]
    backwards: bool = False


#: Property -> (label, role of a contribution, who can have it).
ROLES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "P57": ("director", "director", _AGENTS),
    "P58": ("screenwriter", "screenwriter", _AGENTS),
    "P162": ("producer", "producer", _AGENTS),
    "P1431": ("executive producer", "executive-producer", _AGENTS),
    "P344": ("director of photography", "cinematographer", _AGENTS),
    "P1040": ("film editor", "editor", _AGENTS),
    "P86": ("composer", "composer", _AGENTS),
    "P676": ("lyrics by", "lyricist", _AGENTS),
    "P175": ("performer", "artist", _AGENTS),
    "P50": ("author", "author", _AGENTS),
    "P2438": ("narrator", "narrator", _AGENTS),
    "P272": ("production company", "production-company", ("organisation",)),
    "P750": ("distributed by", "distributor", ("organisation",)),
    "P449": ("original broadcaster", "broadcaster", ("organisation",)),
}
CAST: Final = "P161"
CHARACTER_ROLE: Final = "P453"

PLAIN: Final[dict[str, Plain]] = {
    "P840": Plain("narrative location", "setIn", WORKS, ("place",)),
    "P915": Plain("filming location", "shotAt", WORKS, ("place",)),
    "P19": Plain("place of birth", "birthPlace", ("person",), ("place",)),
    "P364": Plain("original language of film or TV show", "originalLanguage", WORKS, ("language",)),
    "P179": Plain("part of the series", "partOfSeries", WORKS, ("series",)),
    "P166": Plain("award received", "awardReceived", (*WORKS, *_AGENTS), ("award",)),
    "P674": Plain("characters", "presents", WORKS, ("character",)),
    "P1441": Plain("present in work", "presentIn", ("character",), WORKS),
}

CONNECTIONS: Final[dict[str, Joining]] = {
    "P144": Joining("based on", "Derivation", "derivation", WORKS, WORKS),
    "P4969": Joining("derivative work", "Derivation", "derivation", WORKS, WORKS, backwards=True),
    "P941": Joining("inspired by", "Influence", "inspired-by", (*WORKS, *_AGENTS), _ANYTHING),
    "P737": Joining("influenced by", "Influence", "influence", (*WORKS, *_AGENTS), _ANYTHING),
    "P8371": Joining(
        "references work, tradition or theory", "Reference", "reference", WORKS, _ANYTHING
    ),
    "P6166": Joining("quotes work", "Reference", "quotation", WORKS, _ANYTHING),
}

#: Property -> (our property, the registers it is said of).
DATED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "P577": ("published", WORKS),
    "P580": ("published", ("television",)),
    "P569": ("born", ("person",)),
    "P570": ("died", ("person",)),
    "P1619": ("opened", ("place",)),
}
NUMBERED: Final = {"P345": "imdbId", "P4947": "tmdbId"}

#: What else two items may be joined by; read, and not said in our words.
JOINED: Final = {
    "P138": "named after",
    "P155": "follows",
    "P5059": "modified version of",
}

#: Every property that is read out of an item, with its English label on Wikidata.
READ: Final[dict[str, str]] = {
    TYPE: "instance of",
    **MAKERS,
    **DATES,
    **IDENTIFIERS,
    **{prop: label for prop, (label, *_) in ROLES.items()},
    CAST: "cast member",
    **{prop: plain.label for prop, plain in PLAIN.items()},
    **{prop: joining.label for prop, joining in CONNECTIONS.items()},
    **JOINED,
}
