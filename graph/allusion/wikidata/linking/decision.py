"""Automatic acceptance or rejection of the best candidate."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from .features import Candidate, CandidateSource, Features, merge_candidates
from .scoring import ScoredCandidate, rank_candidates

DecisionStatus = Literal["accepted", "undecided", "none"]

#: Least points of an accepted candidate, and its least distance to the second.
THRESHOLD: Final = 6.0
MARGIN: Final = 3.0
#: Least points of a candidate that is shown to a person.
FLOOR: Final = 2.0
# Points of the hypothesis that Wikidata, or a slice of it, has no item.
_NO_ITEM_PRIOR: Final = 3.0
_MAX_CONFIDENCE: Final = 0.99
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """Decision on one entity.

    Attributes:
        features: What is known of the entity.
        status: "accepted" accepts the first of the candidates.
        candidates: Candidates above `FLOOR`, best first.
        reason: Why no candidate was accepted; "" if one was.
    """

    features: Features
    status: DecisionStatus
    candidates: tuple[ScoredCandidate, ...] = ()
    reason: str = ""

    @property
    def item(self) -> str:
        """Q-id of the accepted item, or ""."""
        return self.candidates[0].candidate.item if self.status == "accepted" else ""

    @property
    def best(self) -> ScoredCandidate | None:
        """Best candidate, accepted or not."""
        return self.candidates[0] if self.candidates else None

    @property
    def second(self) -> ScoredCandidate | None:
        """Second-best candidate."""
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def confidence(self) -> float:
        """Probability that the best candidate is right, 0 to 0.99, from all scores."""
        if not self.candidates:
            return 0.0
        odds = [math.exp2(min(one.points, 60.0)) for one in self.candidates]
        return min(round(odds[0] / (sum(odds) + math.exp2(_NO_ITEM_PRIOR)), 2), _MAX_CONFIDENCE)


def decide(
    features: Features, candidates: Iterable[Candidate], *, excluded: Collection[str] = ()
) -> LinkDecision:
    """Decide on one entity; candidates in ``excluded`` are ignored.

    A candidate is accepted if it has `THRESHOLD` points, `MARGIN` more than the next one, no
    excluding reason, and evidence beyond its name.
    """
    ranking = rank_candidates(features, [one for one in candidates if one.item not in excluded])
    kept = tuple(one for one in ranking if one.points >= FLOOR and not one.excluded)
    if not kept:
        return LinkDecision(features, "none", (), _no_candidate_reason(ranking))
    best = kept[0]
    reason = ""
    if not best.has_evidence_beyond_name:
        reason = "only its name supports it"
    elif best.title_similarity in (None, "part") and not best.has_support_from(
        "identifier", "article"
    ):
        reason = "its name is different"
    elif best.points < THRESHOLD:
        reason = "the evidence is too weak"
    elif len(kept) > 1 and best.points - kept[1].points < MARGIN:
        reason = f"{kept[1].candidate.item} fits about as well"
    return LinkDecision(features, "undecided" if reason else "accepted", kept, reason)


def _no_candidate_reason(ranking: Sequence[ScoredCandidate]) -> str:
    if not ranking:
        return "no candidate with this name"
    best = ranking[0]
    against = min(best.reasons, key=lambda reason: reason.points)
    return f"{best.candidate.label} ({best.candidate.item}): {against.text}"


def decide_all(
    queries: Iterable[Features],
    sources: Sequence[CandidateSource],
    *,
    excluded: dict[str, set[str]] | None = None,
    batch: int = _BATCH,
) -> Iterator[LinkDecision]:
    """Yield decisions in the order of the queries.

    Args:
        queries: Features of the entities, read ``batch`` at a time.
        sources: Candidate sources; candidates of an earlier source take precedence.
        excluded: Q-ids by subject that it must not be linked to.
        batch: Number of entities a request.
    """
    waiting = iter(queries)
    while chunk := list(islice(waiting, batch)):
        answers = [source.candidates(chunk) for source in sources]
        for features, *lists in zip(chunk, *answers, strict=True):
            yield decide(
                features,
                merge_candidates(lists),
                excluded=(excluded or {}).get(features.subject, ()),
            )
