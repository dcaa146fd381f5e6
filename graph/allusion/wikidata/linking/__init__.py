"""Record linkage: finding the Wikidata item of an entity, with reasons.

`features` has the records: what is known of an entity and of a candidate. A `CandidateSource`
finds candidates: `index_source` (local file), `sparql_source` or `reconciliation_source`.
`scoring` scores each candidate, and `decision` accepts the best one if its score and its
margin are high enough.
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
