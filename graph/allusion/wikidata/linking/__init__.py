"""Finding the item of Wikidata that a thing is, with every reason shown.

`clues` holds what is known of a thing and of an item; a `Source` proposes items (`index`, a
local file; `endpoint`, SPARQL; `reconciling`, a public service); `scoring` judges each, and
`deciding` accepts the best where it is good enough and far enough before the second.
"""

from .decision import LinkDecision, decide, decide_all
from .features import Candidate, CandidateSource, Contributor, Features
from .index_source import IndexSource
from .scoring import ScoredCandidate, ScoreReason, score_candidate

__all__ = [
    "Candidate",
    "CandidateSource",
    "Contributor",
    "Features",
    "IndexSource",
    "LinkDecision",
    "ScoreReason",
    "ScoredCandidate",
    "decide",
    "decide_all",
    "score_candidate",
]
