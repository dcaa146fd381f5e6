"""Progress reporting: the current step, and how much of it is done."""

from __future__ import annotations

from typing import Protocol


class Teller(Protocol):
    """A progress sink, such as the progress bar of the command line."""

    def __call__(self, step: str) -> None:
        """Report the start of a step."""

    def amount(self, done: int, total: int) -> None:
        """Report the completed part of the current step, in any unit."""


class Silent:
    """Progress sink that ignores everything."""

    def __call__(self, step: str) -> None:
        """Ignore the step."""

    def amount(self, done: int, total: int) -> None:
        """Ignore the amount."""
