"""Which item, if any, is accepted without a person: the best, far enough before the second."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from .features import Candidate, Clues, Source, merge
from .scoring import Scored, rank

Verdict = Literal["accepted", "undecided", "none"]

#: Points from which an item is accepted, and how many it must be before the second.
THRESHOLD: Final = 6.0
MARGIN: Final = 3.0
#: Below this an item is not worth a person's look.
FLOOR: Final = 2.0
# As many points as there is reason to think that Wikidata, or a slice of it, has no item.
_NO_ITEM: Final = 3.0
_MOST_SURE: Final = 0.99
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one thing.

    ``ranking`` holds the candidates worth a look, best first; the first of them is the item
    where the verdict is "accepted". ``why`` says what is in the way where it is not.
    """

    clues: Clues
    verdict: Verdict
    ranking: tuple[Scored, ...] = ()
    why: str = ""

    @property
    def item(self) -> str:
        """The item that was accepted, or ""."""
        return self.ranking[0].candidate.item if self.verdict == "accepted" else ""

    @property
    def best(self) -> Scored | None:
        """The candidate that fits best, accepted or not."""
        return self.ranking[0] if self.ranking else None

    @property
    def second(self) -> Scored | None:
        """The candidate after it."""
        return self.ranking[1] if len(self.ranking) > 1 else None

    @property
    def confidence(self) -> float:
        """How likely the best candidate is the thing, 0 to 0.99, by its points and the others'."""
        if not self.ranking:
            return 0.0
        odds = [math.exp2(min(one.points, 60.0)) for one in self.ranking]
        return min(round(odds[0] / (sum(odds) + math.exp2(_NO_ITEM)), 2), _MOST_SURE)


def decide(
    clues: Clues, candidates: Iterable[Candidate], *, never: Collection[str] = ()
) -> Decision:
    """Judge one thing. Items in ``never`` are not even looked at.

    An item is accepted where it has `THRESHOLD` points, `MARGIN` more than the next, nothing
    that excludes it, and more than a name that speaks for it.
    """
    ranking = rank(clues, [one for one in candidates if one.item not in never])
    kept = tuple(one for one in ranking if one.points >= FLOOR and not one.excluded)
    if not kept:
        return Decision(clues, "none", (), _why_none(ranking))
    best = kept[0]
    why = ""
    if not best.rests_on_more_than_names:
        why = "only the name speaks for it"
    elif best.likeness in (None, "part") and not best.has("identifier", "article"):
        why = "the name is not the same"
    elif best.points < THRESHOLD:
        why = "too little speaks for it"
    elif len(kept) > 1 and best.points - kept[1].points < MARGIN:
        why = f"{kept[1].candidate.item} fits about as well"
    return Decision(clues, "undecided" if why else "accepted", kept, why)


def _why_none(ranking: Sequence[Scored]) -> str:
    if not ranking:
        return "nothing of that name"
    best = ranking[0]
    against = min(best.reasons, key=lambda reason: reason.points)
    return f"{best.candidate.label} ({best.candidate.item}): {against.text}"


def decide_all(
    wanted: Iterable[Clues],
    sources: Sequence[Source],
    *,
    never: dict[str, set[str]] | None = None,
    batch: int = _BATCH,
) -> Iterator[Decision]:
    """Decisions in the order of ``wanted``, which is read ``batch`` at a time.

    ``never`` maps a subject to the items that it must not get.
    """
    waiting = iter(wanted)
    while some := list(islice(waiting, batch)):
        answers = [source.candidates(some) for source in sources]
        for clues, *lists in zip(some, *answers, strict=True):
            yield decide(clues, merge(lists), never=(never or {}).get(clues.subject, ()))
