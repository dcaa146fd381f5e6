"""The review of what linking left undecided: one thing, its candidates, one key each."""

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

    from ...wikidata.linking import Clues, Decision, Scored

_SHOWN: Final = 9
_FIRST: Final = ("P57", "P50", "P175")  # those by whom people know a work
_BY_HAND: Final = 0.99
_HELP: Final = (
    "a accepts the one that is marked, n says that it is not this one, 1 to 9 mark another, "
    "o opens its page, s skips, q quits; what was done is saved at once"
)


class Reviewing:
    """Undecided things put before a person; what was decided is saved after each key.

    ``mapping_file`` gets the rows; None writes nothing, for a dry run. What is skipped is
    remembered for the next review, which leaves it out unless ``again``.
    """

    def __init__(
        self,
        undecided: Sequence[Decision],
        seen_in: str,
        mapping_file: Path | None,
        *,
        again: bool = False,
    ) -> None:
        self._undecided = [one for one in undecided if one.ranking]
        self._left = list(undecided)
        self._seen_in = seen_in
        self._file = mapping_file
        self._skipped = {} if again else _read_skipped()

    def run(self) -> list[Decision]:
        """Ask until all are done or the person quits; those that still have no item."""
        waiting = [one for one in self._undecided if one.clues.subject not in self._skipped]
        if before := len(self._undecided) - len(waiting):
            note(f"{before} skipped before are left out; --again shows them too")
        for number, decision in enumerate(waiting, 1):
            if not self._ask(decision, f"{number} of {len(waiting)}"):
                break
        return self._left

    def _ask(self, decision: Decision, place: str) -> bool:
        """Settle one; False to quit."""
        from rich.text import Text

        candidates = list(decision.ranking[:_SHOWN])
        marked = 0
        title = heading(decision.clues)
        title.append(f"  {place}", "dim")
        write_lines([Text(""), title, Text(f"  {decision.why}", "dim")])
        _list(candidates, marked)
        while True:
            key = _key(f"  [a]ccept {marked + 1}  [n]ot {marked + 1}  "
                       f"{_numbers(candidates)}[o]pen  [s]kip  [q]uit ? ")  # fmt: skip
            current = candidates[marked]
            if key == "a":
                self._save(decision, current, negative=False)
                self._left.remove(decision)
                note(f"  linked: {decision.clues.label} is {current.candidate.item}")
                return True
            if key == "n":
                self._save(decision, current, negative=True)
                note(f"  never: {decision.clues.label} is not {current.candidate.item}")
                candidates.remove(current)
                if not candidates:
                    return True
                marked = 0
                _list(candidates, marked)
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
                _list(candidates, marked)
            else:
                note(f"  {_HELP}")

    def _save(self, decision: Decision, scored: Scored, *, negative: bool) -> None:
        from ...build.sssom import add_mappings
        from ...wikidata.linking.entities import row_of

        if self._file is not None:
            row = row_of(
                decision.clues, scored, confidence=_BY_HAND, seen_in=self._seen_in,
                negative=negative, by_person=True,
            )  # fmt: skip
            add_mappings(self._file, [row])

    def _skip(self, decision: Decision) -> None:
        if self._file is not None:
            from ...core.atomic_files import write_atomically

            kept = _read_skipped() | {decision.clues.subject: decision.why}
            _memory().parent.mkdir(parents=True, exist_ok=True)
            write_atomically(_memory(), json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def heading(clues: Clues) -> Text:
    """A thing in one line: label, name, years, who made it."""
    from rich.text import Text

    from ...wikidata.linking.features import is_item

    line = Text(clues.label, "bold")
    parts = sorted(clues.makers.items(), key=lambda pair: pair[0] not in _FIRST)
    people = [one for _, some in parts for one in some if not is_item(one)][:2]
    told = [shorten(clues.subject), ", ".join(map(str, clues.years[:3])), ", ".join(people)]
    line.append(f"  {' · '.join(part for part in told if part)}", "dim")
    return line


def candidate_lines(scored: Scored, confidence: float | None, mark: str = "   ") -> Iterator[Text]:
    """A candidate in two lines: what it is, and why."""
    from rich.text import Text

    candidate = scored.candidate
    first = Text(f"  {mark} ")
    first.append(candidate.item, "cyan")
    first.append(f" {candidate.label}" if candidate.label != candidate.item else "")
    sure = f"confidence {confidence:.2f}" if confidence is not None else f"{scored.points:g} points"
    years = sorted({str(year) for some in candidate.years.values() for year in some})[:3]
    makers = [one.label for prop in _FIRST for one in candidate.makers.get(prop, ())][:2]
    told = [", ".join(years), ", ".join(makers), sure]
    first.append(f"  {' · '.join(part for part in told if part)}", "dim")
    yield first
    for_it = "; ".join(reason.text for reason in scored.reasons if reason.points >= 0)
    against = "; ".join(reason.text for reason in scored.reasons if reason.points < 0)
    second = Text(f"       {for_it}")
    if against:
        second.append(f"{'; ' if for_it else ''}but {against}", "yellow")
    yield second


def _list(candidates: Sequence[Scored], marked: int) -> None:
    write_lines(
        line
        for place, scored in enumerate(candidates)
        for line in candidate_lines(scored, None, f"{'>' if place == marked else ' '}{place + 1}.")
    )


def _numbers(candidates: Sequence[Scored]) -> str:
    return f"[1-{len(candidates)}] mark  " if len(candidates) > 1 else ""


def _key(question: str) -> str:
    click.echo(question, nl=False, err=True)
    try:
        key = click.getchar()
    except (KeyboardInterrupt, EOFError):
        key = "q"
    click.echo("" if key in ("q", "\x03", "\x04") else key, err=True)
    return key.lower()


def _memory() -> Path:
    from ...core.resources import home

    return home() / "wikidata" / "skipped.json"


def _read_skipped() -> dict[str, str]:
    """What was skipped; nothing where that cannot be read: it is only a convenience."""
    try:
        kept = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
