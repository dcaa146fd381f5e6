"""Properties by which the nodes that a record of an entity needs are found from the entity."""

from __future__ import annotations

from typing import Final

from .replacements import REPLACED_BY
from .vocabulary import al_iris

#: Properties from a statement, or a part of a work, to the entities that it joins.
JOINING_PROPERTIES: Final = (
    "inWork", "performer", "character", "contributor", "party", "tookPlaceAt", "releasedIn",
    "distributedBy", "from", "fromWork", "to", "concerns", "narrativePlace", "filmingPlace",
    "features", "speaker", "addressee", "about",
)  # fmt: skip
#: Properties to a statement from nodes that are copied with it: scenes, utterances, claims.
DEPENDENTS: Final = al_iris("inScene", "expressedIn", "reports", "disputes", "about")
#: Properties to an entity from statements that its record does not need: they are edges. The
#: record needs the claims about them.
JOINED_BY_EDGES: Final = frozenset(
    al_iris("performer", "character", "contributor", "from", "fromWork", "to", "concerns")
)
#: Properties to an entity from statements that its record needs.
RECORD_PROPERTIES: Final = frozenset(al_iris("heldBy", *JOINING_PROPERTIES)) - JOINED_BY_EDGES
#: Properties from an entity to another whose record has the inverse fact.
FACT_PROPERTIES: Final = al_iris("awardReceived", "birthPlace")
#: Properties by which the subjects of a node are looked up.
LOOKUP_PROPERTIES: Final = frozenset(
    (REPLACED_BY, *DEPENDENTS, *JOINED_BY_EDGES, *RECORD_PROPERTIES, *FACT_PROPERTIES)
)
