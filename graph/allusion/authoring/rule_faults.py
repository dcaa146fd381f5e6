"""Faults that ``allusion check`` would find after an import, at the cells of the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..core.errors import Fault
from ..core.terms import expand
from ..core.vocabulary import BASE
from .check_report import column_of, rule_of
from .records import Content
from .sheet_faults import SheetFault
from .tables import SheetCell, SheetRow
from .to_rdf import connection_slugs, credit_node, evidence_nodes

Ends = tuple[str, str, str]


@dataclass(slots=True)
class RowIndex:
    """Rows of a sheet by what they describe.

    Attributes:
        sources: IRI of a source -> its row.
        things: IRI of an entity -> its rows, each with the sources of the row.
        cells: IRI of an entity -> the first cell that describes it, in brackets or as an agent.
        passages: Ends and kind, source, place in the source -> the row of a connection.
    """

    sources: dict[str, SheetRow] = field(default_factory=dict)
    things: dict[str, list[tuple[SheetRow, tuple[str, ...]]]] = field(default_factory=dict)
    cells: dict[str, SheetCell] = field(default_factory=dict)
    passages: dict[tuple[Ends, str, str], SheetRow] = field(default_factory=dict)


def rule_faults(
    content: Content,
    rows: RowIndex,
    namespace: str,
    faults: list[Fault],
) -> list[SheetFault]:
    """Return the faults of a checked collection that concern rows of a sheet.

    Args:
        content: Content of the collection after the import.
        rows: The rows of the sheet.
        namespace: The namespace of the collection.
        faults: The faults of its files, see `AdditionChecker`.
    """
    finder = _Finder(content, rows, namespace)
    return sorted({one for fault in faults if (one := finder.fault(fault))})


class _Finder:
    """Finds the cell of a node and a property."""

    def __init__(self, content: Content, rows: RowIndex, namespace: str) -> None:
        self._rows = rows
        self._ends: dict[str, Ends] = {}
        self._passages: dict[str, tuple[Ends, str, str]] = {}
        self._credits: dict[str, tuple[str, str]] = {}
        for ends, slug in connection_slugs(content, namespace).items():
            self._ends[f"{BASE}connection/{slug}"] = ends
            evidence = content.connections[ends].evidence
            for node, one in evidence_nodes(evidence, slug, namespace):
                passage = (ends, one.source, one.where)
                parts = [part.iri for part in (one.scene, one.line) if part]
                self._passages |= dict.fromkeys((node, *parts), passage)
        for iri, thing in content.things.items():
            for part in thing.parts:
                work = part.works[0] if part.works and thing.register == "character" else iri
                for role, agent in part.makers:
                    self._credits[credit_node(agent, role, work, namespace)] = (iri, role)

    def fault(self, fault: Fault) -> SheetFault | None:
        """Return a fault at its cell; None if no row of the sheet states it."""
        node = expand(fault.entity) or ""
        source = f"{BASE}source/{fault.file.rpartition('/')[2].removesuffix('.ttl')}"
        column = column_of(fault)
        if credit := self._credits.get(node):
            node, column = credit
        kind, detail, fix = rule_of(fault)
        row = self._row(node, source)
        if row is None:
            cell = self._rows.cells.get(node)
            return SheetFault(cell.place, kind, cell.text, detail, fix) if cell else None
        cell = _cell(row, column)
        return SheetFault(cell.place, kind, cell.text, detail, fix)

    def _row(self, node: str, source: str) -> SheetRow | None:
        if node in self._rows.sources:
            return self._rows.sources[node]
        if node in self._passages:
            return self._rows.passages.get(self._passages[node])
        if ends := self._ends.get(node):
            return next(self._of_connection(ends, source), None)
        several = self._rows.things.get(node, [])
        stated = [row for row, sources in several if source in sources]
        return next(iter([*stated, *(row for row, _ in several)]), None)

    def _of_connection(self, ends: Ends, source: str) -> Iterator[SheetRow]:
        """Yield the rows of a connection, those of one source first."""
        found = [(key[1], row) for key, row in self._rows.passages.items() if key[0] == ends]
        yield from (row for stated_in, row in found if stated_in == source)
        yield from (row for _, row in found)


def _cell(row: SheetRow, column: str) -> SheetCell:
    """Return a cell of a row, or the row if it has no such column."""
    cell = row[column]
    if not cell and (tagged := next(row.tagged(column), None)):
        return tagged[1]
    return cell
