"""What long work says on its way: the step it is at, and how much of it is done."""

from __future__ import annotations

from typing import Protocol


class Teller(Protocol):
    """Whoever wants to know; the bar of the command line is one."""

    def __call__(self, step: str) -> None:
        """A step begins."""

    def amount(self, done: int, total: int) -> None:
        """So much of this step is done, in any unit."""


class Silent:
    """Nobody wants to know."""

    def __call__(self, step: str) -> None:
        """Say nothing."""

    def amount(self, done: int, total: int) -> None:
        """Say nothing."""
