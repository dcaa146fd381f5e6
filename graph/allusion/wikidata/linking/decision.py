"""Which item, if any, is accepted without a person: the best, far enough before the second."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from .features import Candidate, CandidateSource, Features, merge_candidates
from .scoring import ScoredCandidate, rank_candidates

DecisionStatus = Literal["accepted", "undecided", "none"]

#: Points from which an item is accepted, and how many it must be before the second.
THRESHOLD: Final = 6.0
MARGIN: Final = 3.0
#: Below this an item is not worth a person's look.
FLOOR: Final = 2.0
# As many points as there is reason to think that Wikidata, or a slice of it, has no item.
_NO_ITEM_PRIOR: Final = 3.0
_MAX_CONFIDENCE: Final = 0.99
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """What became of one thing.

    ``ranking`` holds the candidates worth a look, best first; the first of them is the item
    where the verdict is "accepted". ``why`` says what is in the way where it is not.
    """

    features: Features
    status: DecisionStatus
    candidates: tuple[ScoredCandidate, ...] = ()
    reason: str = ""

    @property
    def item(self) -> str:
        """The item that was accepted, or ""."""
        return self.candidates[0].candidate.item if self.status == "accepted" else ""

    @property
    def best(self) -> ScoredCandidate | None:
        """The candidate that fits best, accepted or not."""
        return self.candidates[0] if self.candidates else None

    @property
    def second(self) -> ScoredCandidate | None:
        """The candidate after it."""
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def confidence(self) -> float:
        """How likely the best candidate is the thing, 0 to 0.99, by its points and the others'."""
        if not self.candidates:
            return 0.0
        odds = [math.exp2(min(one.points, 60.0)) for one in self.candidates]
        return min(round(odds[0] / (sum(odds) + math.exp2(_NO_ITEM_PRIOR)), 2), _MAX_CONFIDENCE)


def decide(
    features: Features, candidates: Iterable[Candidate], *, excluded: Collection[str] = ()
) -> LinkDecision:
    """Judge one thing. Items in ``never`` are not even looked at.

    An item is accepted where it has `THRESHOLD` points, `MARGIN` more than the next, nothing
    that excludes it, and more than a name that speaks for it.
    """
    ranking = rank_candidates(features, [one for one in candidates if one.item not in excluded])
    kept = tuple(one for one in ranking if one.points >= FLOOR and not one.excluded)
    if not kept:
        return LinkDecision(features, "none", (), _no_candidate_reason(ranking))
    best = kept[0]
    reason = ""
    if not best.has_evidence_beyond_name:
        reason = "only the name speaks for it"
    elif best.title_similarity in (None, "part") and not best.has_support_from(
        "identifier", "article"
    ):
        reason = "the name is not the same"
    elif best.points < THRESHOLD:
        reason = "too little speaks for it"
    elif len(kept) > 1 and best.points - kept[1].points < MARGIN:
        reason = f"{kept[1].candidate.item} fits about as well"
    return LinkDecision(features, "undecided" if reason else "accepted", kept, reason)


def _no_candidate_reason(ranking: Sequence[ScoredCandidate]) -> str:
    if not ranking:
        return "nothing of that name"
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
    """Decisions in the order of ``wanted``, which is read ``batch`` at a time.

    ``never`` maps a subject to the items that it must not get.
    """
    waiting = iter(queries)
    while chunk := list(islice(waiting, batch)):
        answers = [source.candidates(chunk) for source in sources]
        for clues, *lists in zip(chunk, *answers, strict=True):
            yield decide(
                clues, merge_candidates(lists), excluded=(excluded or {}).get(clues.subject, ())
            )
