"""What is told of a slice, while it is made and after."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.errors import Fault


@dataclass(frozen=True, slots=True)
class SliceProgress:
    """How far a slice is.

    ``done`` of ``total`` are bytes of the dump as packed, counted once for each pass, 0 of
    0 where that is not known. ``lines``, ``read`` (bytes) and ``seconds`` are of this run
    alone, and not of steps that an earlier one had done.
    """

    step: str
    bytes_done: int
    bytes_total: int
    lines: int
    bytes_read: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """If it goes on as it has; None before there is anything to go by."""
        if self.bytes_read < 1 << 20 or self.seconds < 1:
            return None
        return (self.bytes_total - self.bytes_done) * self.seconds / self.bytes_read


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """How many items there are: classes of the core, its items, what each step added, all."""

    classes: int
    core: int
    added: dict[str, int]
    kept: int


@dataclass(frozen=True, slots=True)
class SliceReport:
    """What was made.

    ``faults`` are the first of the ``malformed`` lines; ``rows`` are the triples written,
    ``resumed`` the steps that an earlier run had done.
    """

    lines: int
    triples: int
    malformed: int
    faults: tuple[Fault, ...]
    selection: SelectionCounts
    rows: int
    resumed: tuple[str, ...] = ()
