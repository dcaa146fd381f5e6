"""Interactive review of undecided links, one key for each decision."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ...core.terms import shorten
from ..output import browse, note, write_lines

if TYPE_CHECKING:
    from rich.text import Text

    from ...wikidata.linking import Features, LinkDecision, ScoredCandidate

_MAX_CANDIDATES: Final = 9
_PRINCIPAL_PROPERTIES: Final = ("P57", "P50", "P175")  # the best-known makers of a work
_MANUAL_CONFIDENCE: Final = 0.99
_HELP: Final = (
    "a accepts the selected candidate, n rejects it, 1 to 9 select another one, "
    "o opens its page, s skips the entity, q quits; decisions are saved at once"
)


class ReviewSession:
    """Review of undecided links; each decision is saved at once.

    Args:
        undecided: Decisions without an item.
        seen_in: Names of the candidate sources, for the mapping comment.
        mapping_file: File to append rows to; None for a dry run.
        again: Show entities that were skipped in an earlier review.
    """

    def __init__(
        self,
        undecided: Sequence[LinkDecision],
        seen_in: str,
        mapping_file: Path | None,
        *,
        again: bool = False,
    ) -> None:
        self._undecided = [one for one in undecided if one.candidates]
        self._left = list(undecided)
        self._seen_in = seen_in
        self._file = mapping_file
        self._skipped = {} if again else _read_skipped()

    def run(self) -> list[LinkDecision]:
        """Ask about each link until the user quits; return the decisions without an item."""
        waiting = [one for one in self._undecided if one.features.subject not in self._skipped]
        if before := len(self._undecided) - len(waiting):
            note(f"{before} skipped earlier are not shown; use --again to show them")
        for number, decision in enumerate(waiting, 1):
            if not self._ask(decision, f"{number} of {len(waiting)}"):
                break
        return self._left

    def _ask(self, decision: LinkDecision, place: str) -> bool:
        """Ask for one decision; return False to quit."""
        from rich.text import Text

        candidates = list(decision.candidates[:_MAX_CANDIDATES])
        marked = 0
        title = heading(decision.features)
        title.append(f"  {place}", "dim")
        write_lines([Text(""), title, Text(f"  {decision.reason}", "dim")])
        _show_candidates(candidates, marked)
        while True:
            key = _read_key(f"  [a]ccept {marked + 1}  [n]ot {marked + 1}  "
                       f"{_number_keys(candidates)}[o]pen  [s]kip  [q]uit ? ")  # fmt: skip
            current = candidates[marked]
            if key == "a":
                self._save(decision, current, negative=False)
                self._left.remove(decision)
                note(f"  linked: {decision.features.label} is {current.candidate.item}")
                return True
            if key == "n":
                self._save(decision, current, negative=True)
                note(f"  rejected: {decision.features.label} is not {current.candidate.item}")
                candidates.remove(current)
                if not candidates:
                    return True
                marked = 0
                _show_candidates(candidates, marked)
            elif key == "o":
                from ...wikidata.model.items import item_url

                address = item_url(current.candidate.item)
                note(f"  {address}")
                browse(address)
            elif key == "s":
                self._skip(decision)
                return True
            elif key in ("q", "\x03", "\x04"):
                return False
            elif key.isdecimal() and 1 <= int(key) <= len(candidates):
                marked = int(key) - 1
                _show_candidates(candidates, marked)
            else:
                note(f"  {_HELP}")

    def _save(self, decision: LinkDecision, scored: ScoredCandidate, *, negative: bool) -> None:
        from ...build.sssom import add_mappings
        from ...wikidata.linking.entities import sssom_row

        if self._file is not None:
            row = sssom_row(
                decision.features, scored, confidence=_MANUAL_CONFIDENCE, seen_in=self._seen_in,
                negative=negative, by_person=True,
            )  # fmt: skip
            add_mappings(self._file, [row])

    def _skip(self, decision: LinkDecision) -> None:
        if self._file is not None:
            from ...core.atomic_files import write_atomically

            kept = _read_skipped() | {decision.features.subject: decision.reason}
            _skipped_file().parent.mkdir(parents=True, exist_ok=True)
            write_atomically(_skipped_file(), json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def heading(features: Features) -> Text:
    """Return an entity in one line: label, name, years, makers."""
    from rich.text import Text

    from ...wikidata.model.items import is_item_id

    line = Text(features.label, "bold")
    makers = sorted(features.makers.items(), key=lambda pair: pair[0] not in _PRINCIPAL_PROPERTIES)
    people = [one for _, some in makers for one in some if not is_item_id(one)][:2]
    parts = [shorten(features.subject), ", ".join(map(str, features.years[:3])), ", ".join(people)]
    line.append(f"  {' · '.join(part for part in parts if part)}", "dim")
    return line


def candidate_lines(
    scored: ScoredCandidate, confidence: float | None, mark: str = "   "
) -> Iterator[Text]:
    """Return a candidate in two lines: the item, and the reasons."""
    from rich.text import Text

    candidate = scored.candidate
    first = Text(f"  {mark} ")
    first.append(candidate.item, "cyan")
    first.append(f" {candidate.label}" if candidate.label != candidate.item else "")
    sure = f"confidence {confidence:.2f}" if confidence is not None else f"{scored.points:g} points"
    years = sorted({str(year) for some in candidate.years.values() for year in some})[:3]
    makers = [
        one.label for prop in _PRINCIPAL_PROPERTIES for one in candidate.makers.get(prop, ())
    ][:2]
    parts = [", ".join(years), ", ".join(makers), sure]
    first.append(f"  {' · '.join(part for part in parts if part)}", "dim")
    yield first
    for_it = "; ".join(reason.text for reason in scored.reasons if reason.points >= 0)
    against = "; ".join(reason.text for reason in scored.reasons if reason.points < 0)
    second = Text(f"       {for_it}")
    if against:
        second.append(f"{'; ' if for_it else ''}but {against}", "yellow")
    yield second


def _show_candidates(candidates: Sequence[ScoredCandidate], selected: int) -> None:
    write_lines(
        line
        for place, scored in enumerate(candidates)
        for line in candidate_lines(
            scored, None, f"{'>' if place == selected else ' '}{place + 1}."
        )
    )


def _number_keys(candidates: Sequence[ScoredCandidate]) -> str:
    return f"[1-{len(candidates)}] select  " if len(candidates) > 1 else ""


def _read_key(question: str) -> str:
    click.echo(question, nl=False, err=True)
    try:
        key = click.getchar()
    except (KeyboardInterrupt, EOFError):
        key = "q"
    note("" if key in ("q", "\x03", "\x04") else key)
    return key.lower()


def _skipped_file() -> Path:
    from ...core.resources import home

    return home() / "wikidata" / "skipped.json"


def _read_skipped() -> dict[str, str]:
    """Read the skipped entities; empty if the file is not readable."""
    try:
        kept = json.loads(_skipped_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
