"""Progress bar on stderr for work that takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from ..core.terminal import visible

if TYPE_CHECKING:
    from rich.progress import Progress

#: Seconds before the bar appears.
SHOW_BAR_AFTER_S: Final = 1.0


class Bar:
    """Progress sink that shows a bar if stderr is a terminal.

    Args:
        quiet: If stderr is not a terminal, print nothing. By default each step is a line.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._step = ""
        self._done, self._total = 0, 0
        self._shown: Progress | None = None
        self._timer = threading.Timer(SHOW_BAR_AFTER_S, self._show)
        self._timer.daemon = True
        if self._terminal:
            self._timer.start()

    @property
    def is_on_terminal(self) -> bool:
        """Whether stderr is a terminal."""
        return self._terminal

    def __call__(self, step: str) -> None:
        """Begin a step."""
        if not self._terminal and not self._quiet:
            click.echo(visible(step), err=True)
        with self._lock:
            self._step, self._done, self._total = visible(step), 0, 0
            self._update()

    def amount(self, done: int, total: int) -> None:
        """Set the completed part of the step, in any unit."""
        with self._lock:
            self._done, self._total = done, total
            self._update()

    def close(self) -> None:
        """Remove the bar."""
        self._timer.cancel()
        with self._lock:
            self._terminal = False
            if self._shown:
                self._shown.stop()
                self._shown = None

    def _update(self) -> None:
        if self._shown:
            self._shown.update(
                self._shown.task_ids[0],
                description=self._step,
                completed=self._done,
                total=self._total or None,
            )

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if not self._terminal:
                return
            self._shown = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._shown.add_task(self._step, total=None)
            self._update()
            self._shown.start()


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Bar]:
    """Show a bar while the block runs."""
    bar = Bar(quiet=quiet)
    try:
        yield bar
    finally:
        bar.close()
