"""Paths between two entities: hops with their statements and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ...core.deprecation import renamed_attributes
from ...core.model import Edge, Entity
from ...core.terminal import visible
from ...core.terms import Iri, Literal
from ...core.vocabulary import PREFIXES
from ...query.results import Result
from ..card import format_citation
from .rules import PathRules, count_hops


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path.

    Attributes:
        start: The entity before the step.
        end: The entity after it.
        edge: The statement that is followed.
        forwards: Whether the statement points from ``start`` to ``end``.
        others: All other usable edges between the two entities.
    """

    start: Entity
    end: Entity
    edge: Edge
    forwards: bool
    others: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class EntityPath:
    """Hops from one entity to another; at least one."""

    hops: tuple[Hop, ...]

    def __len__(self) -> int:
        return len(self.hops)

    def __repr__(self) -> str:
        """Return the entities, and the sentence of each hop."""
        from ...query.text_table import shorten_text

        names = " – ".join(entity.label() for entity in self.entities)
        lines = [f"  {shorten_text(hop.edge.sentence or hop.edge.phrase)}" for hop in self.hops]
        return visible("\n".join([names, *lines]))

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of the path, including both ends."""
        return (self.hops[0].start, *(hop.end for hop in self.hops))


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest paths between two entities, best first.

    Attributes:
        start: The first entity.
        end: The last entity.
        rules: The rules of the search.
        paths: The paths; () if there is none.
        total: Number of paths of this length, including those not in ``paths``.
        truncated: There are more than ``total``; the search stopped there.
        hint: If there is no path: which other rules give one; "" if none does.
        doubtful: Number of paths of at most this length with a doubtful connection.
        stopped: The limit at which the search of an endpoint stopped, so that there may be a path
            or doubtful ones; "" if it did not.
    """

    start: Entity
    end: Entity
    rules: PathRules
    paths: tuple[EntityPath, ...]
    total: int
    truncated: bool = False
    hint: str = ""
    doubtful: int = 0
    stopped: str = ""

    if not TYPE_CHECKING:
        __getattr__ = renamed_attributes(
            one="start", other="end", chains="paths", uncounted="truncated", in_doubt="doubtful"
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[EntityPath]:
        return iter(self.paths)

    def __repr__(self) -> str:
        """Return the summary and the first paths."""
        from ...query.text_table import first_lines

        return f"{visible(self.summary)}\n{first_lines(map(repr, self.paths), 3)}".rstrip()

    @property
    def summary(self) -> str:
        """The result in one sentence, with the number of paths that are not shown."""
        ends = f"{self.start.label()} to {self.end.label()}"
        if self.stopped and not self.paths:
            return f"no path was found from {ends} {self.rules.describe()}: {self.stopped}"
        if not self.paths:
            hint = f"; {self.hint}" if self.hint else ""
            return f"no path from {ends} {self.rules.describe()}{hint}"
        total = f"more than {self.total}" if self.truncated else str(self.total)
        text = f"{ends}: {count_hops(len(self.paths[0]))}"
        if self.total > 1:
            text += f", {len(self.paths)} of {total} paths of this length"
        if self.doubtful:
            text += f"; {self.doubtful} more with doubtful connections"
        return f"{text}; {self.stopped}" if self.stopped else text

    def to_json(self) -> dict[str, Any]:
        """Return the paths as plain dictionaries and lists."""
        return {
            "from": self.start.iri,
            "to": self.end.iri,
            "searched": asdict(self.rules),
            "total": self.total,
            "uncounted": self.truncated,
            "hint": self.hint,
            "inDoubt": self.doubtful,
            "stopped": self.stopped,
            "paths": [
                [
                    {
                        "from": hop.start.iri,
                        "fromLabel": hop.start.label(),
                        "to": hop.end.iri,
                        "toLabel": hop.end.label(),
                        "forwards": hop.forwards,
                        "disputed": hop.edge.disputed,
                        "edge": asdict(hop.edge),
                        "others": [asdict(edge) for edge in hop.others],
                    }
                    for hop in path.hops
                ]
                for path in self.paths
            ],
        }

    def _repr_html_(self) -> str:
        return self.to_result()._repr_html_()

    def to_result(self) -> Result:
        """Return one row for each hop; paths and hops are numbered from 1."""
        integer = PREFIXES["xsd"] + "integer"
        rows = []
        for path_number, path in enumerate(self.paths, 1):
            for hop_number, hop in enumerate(path.hops, 1):
                edge = hop.edge
                rows.append(
                    (
                        Literal(str(path_number), datatype=integer),
                        Literal(str(hop_number), datatype=integer),
                        Iri(hop.start.iri),
                        Literal(hop.start.label()),
                        Iri(hop.end.iri),
                        Literal(hop.end.label()),
                        Literal("forwards" if hop.forwards else "backwards"),
                        Literal(edge.family),
                        Literal(edge.kind_label),
                        Literal(edge.certainty),
                        Literal(edge.sentence or edge.phrase),
                        _citations(edge, disputing=False),
                        _citations(edge, disputing=True),
                        Literal(str(len(hop.others)), datatype=integer),
                    )
                )
        columns = (
            "path", "hop", "from", "fromLabel", "to", "toLabel", "direction", "family", "kind",
            "certainty", "sentence", "sources", "disputedBy", "others",
        )  # fmt: skip
        return Result(columns, rows)


def _citations(edge: Edge, *, disputing: bool) -> Literal:
    """Return the sources that state the edge, or those that dispute it."""
    selected = (item for item in edge.evidence if (item.stance == "disputes") is disputing)
    return Literal("; ".join(dict.fromkeys(map(format_citation, selected))))
