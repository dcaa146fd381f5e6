"""Protocol for progress reports of long work."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Progress sink; the bar of the command line is one."""

    def __call__(self, step: str) -> None:
        """Begin a step."""

    def amount(self, done: int, total: int) -> None:
        """Set how much of the step is done, in any unit."""


class NoProgress:
    """Progress sink that ignores everything."""

    def __call__(self, step: str) -> None:
        """Do nothing."""

    def amount(self, done: int, total: int) -> None:
        """Do nothing."""
