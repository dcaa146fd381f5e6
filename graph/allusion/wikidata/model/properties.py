"""Properties of Wikidata that are read, and the term of our ontology for each.

Labels are as in ``ontology/alignments.ttl`` and in public lists of properties. A statement is
converted only if the registers of its item and of its value fit; other statements stay in
the cache.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: English label of each property for makers and performers.
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
INSTANCE_OF: Final = "P31"

#: All properties that are compared, with their English labels.
COMPARED_PROPERTIES: Final = {INSTANCE_OF: "instance of", **MAKERS, **DATES, **IDENTIFIERS}

#: Registers of works.
WORKS: Final = ("film", "television", "literature", "song", "recording", "artwork", "series")
#: Registers of people and organizations.
AGENTS: Final = ("person", "group", "organisation")
_ENTITIES: Final = (
    *WORKS, *AGENTS, "character", "place", "movement", "award", "language",
)  # fmt: skip

ConnectionClass = Literal["Reference", "Influence", "Derivation"]


class RelationProperty(NamedTuple):
    """A property that becomes the triple ``al:<relation>`` between entities of these registers."""

    label: str
    relation: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]


class ConnectionProperty(NamedTuple):
    """A property that becomes a connection.

    If ``inverse``, the connection leads from the value to the item.
    """

    label: str
    family: ConnectionClass
    kind: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    inverse: bool = False


#: Property -> (label, role of the contribution, registers of the value).
ROLES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "P57": ("director", "director", AGENTS),
    "P58": ("screenwriter", "screenwriter", AGENTS),
    "P162": ("producer", "producer", AGENTS),
    "P1431": ("executive producer", "executive-producer", AGENTS),
    "P344": ("director of photography", "cinematographer", AGENTS),
    "P1040": ("film editor", "editor", AGENTS),
    "P86": ("composer", "composer", AGENTS),
    "P676": ("lyrics by", "lyricist", AGENTS),
    "P175": ("performer", "artist", AGENTS),
    "P50": ("author", "author", AGENTS),
    "P2438": ("narrator", "narrator", AGENTS),
    "P272": ("production company", "production-company", ("organisation",)),
    "P750": ("distributed by", "distributor", ("organisation",)),
    "P449": ("original broadcaster", "broadcaster", ("organisation",)),
}
CAST: Final = "P161"
#: Property by role of a credit, including the cast.
PROPERTY_BY_ROLE: Final = {
    **{role: prop for prop, (_, role, _) in ROLES.items()},
    "performer": CAST,
}
CHARACTER_ROLE: Final = "P453"

RELATIONS: Final[dict[str, RelationProperty]] = {
    "P840": RelationProperty("narrative location", "setIn", WORKS, ("place",)),
    "P915": RelationProperty("filming location", "shotAt", WORKS, ("place",)),
    "P19": RelationProperty("place of birth", "birthPlace", ("person",), ("place",)),
    "P364": RelationProperty(
        "original language of film or TV show", "originalLanguage", WORKS, ("language",)
    ),
    "P179": RelationProperty("part of the series", "partOfSeries", WORKS, ("series",)),
    "P166": RelationProperty("award received", "awardReceived", (*WORKS, *AGENTS), ("award",)),
    "P674": RelationProperty("characters", "presents", WORKS, ("character",)),
    "P1441": RelationProperty("present in work", "presentIn", ("character",), WORKS),
}

CONNECTIONS: Final[dict[str, ConnectionProperty]] = {
    "P144": ConnectionProperty("based on", "Derivation", "derivation", WORKS, WORKS),
    "P4969": ConnectionProperty(
        "derivative work", "Derivation", "derivation", WORKS, WORKS, inverse=True
    ),
    "P941": ConnectionProperty(
        "inspired by", "Influence", "inspired-by", (*WORKS, *AGENTS), _ENTITIES
    ),
    "P737": ConnectionProperty(
        "influenced by", "Influence", "influence", (*WORKS, *AGENTS), _ENTITIES
    ),
    "P8371": ConnectionProperty(
        "references work, tradition or theory", "Reference", "reference", WORKS, _ENTITIES
    ),
    "P6166": ConnectionProperty("quotes work", "Reference", "quotation", WORKS, _ENTITIES),
}

#: Property -> (our property, registers of the item).
DATE_RELATIONS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "P577": ("published", WORKS),
    "P580": ("published", ("television",)),
    "P569": ("born", ("person",)),
    "P570": ("died", ("person",)),
    "P1619": ("opened", ("place",)),
}
IDENTIFIER_RELATIONS: Final = {"P345": "imdbId", "P4947": "tmdbId"}

#: Further properties between items, which are read but not converted.
OTHER_PROPERTIES: Final = {
    "P138": "named after",
    "P155": "follows",
    "P5059": "modified version of",
}

#: All properties that are read from an item, with their English labels.
PROPERTY_LABELS: Final[dict[str, str]] = {
    INSTANCE_OF: "instance of",
    **MAKERS,
    **DATES,
    **IDENTIFIERS,
    **{prop: label for prop, (label, *_) in ROLES.items()},
    CAST: "cast member",
    **{prop: plain.label for prop, plain in RELATIONS.items()},
    **{prop: joining.label for prop, joining in CONNECTIONS.items()},
    **OTHER_PROPERTIES,
}
