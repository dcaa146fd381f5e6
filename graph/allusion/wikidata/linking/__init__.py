"""Finding the item of Wikidata that a thing is, with every reason shown.

`clues` holds what is known of a thing and of an item; a `Source` proposes items (`index`, a
local file; `endpoint`, SPARQL; `reconciling`, a public service); `scoring` judges each, and
`deciding` accepts the best where it is good enough and far enough before the second.
"""

from .decision import Decision, decide, decide_all
from .features import Candidate, Clues, Someone, Source
from .index_source import LocalIndex
from .scoring import Reason, Scored, score

__all__ = [
    "Candidate",
    "Clues",
    "Decision",
    "LocalIndex",
    "Reason",
    "Scored",
    "Someone",
    "Source",
    "decide",
    "decide_all",
    "score",
]
