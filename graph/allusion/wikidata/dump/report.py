"""Progress and result of a slice."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.errors import Fault


@dataclass(frozen=True, slots=True)
class SliceProgress:
    """Progress of a slice.

    Attributes:
        step: Current step.
        bytes_done: Compressed bytes processed in all passes.
        bytes_total: Compressed bytes of all passes; 0 if unknown.
        lines: Lines read in this run.
        bytes_read: Compressed bytes read in this run.
        seconds: Duration of this run.
    """

    step: str
    bytes_done: int
    bytes_total: int
    lines: int
    bytes_read: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """Estimated remaining time; None if there is too little data."""
        if self.bytes_read < 1 << 20 or self.seconds < 1:
            return None
        return (self.bytes_total - self.bytes_done) * self.seconds / self.bytes_read


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """Number of core classes, core items, items added by each step, and all items."""

    classes: int
    core: int
    added: dict[str, int]
    kept: int


@dataclass(frozen=True, slots=True)
class SliceReport:
    """Result of a slice.

    Attributes:
        faults: First of the malformed lines.
        rows: Number of triples written.
        resumed: Steps that an earlier run had finished.
    """

    lines: int
    triples: int
    malformed: int
    faults: tuple[Fault, ...]
    selection: SelectionCounts
    rows: int
    resumed: tuple[str, ...] = ()
