"""Statistics: the results of all canned queries with the tag "statistics"."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..core.errors import UnknownName
from ..core.terms import Literal, Term
from ..query.catalog import Catalog
from ..query.results import Result, to_text

TAG: Final = "statistics"
_PREFIX: Final = "stats-"


@dataclass(frozen=True, slots=True)
class Stats:
    """Tables of numbers by name ("graph", "entities", ...).

    In each row, text columns (a kind, a type) come first, then integers. The row with the
    text "all" is the total.

    Attributes:
        tables: The tables.
        titles: The question that each table answers.
    """

    tables: dict[str, Result]
    titles: dict[str, str]

    def __getitem__(self, name: str) -> Result:
        """Return one table.

        Raises:
            UnknownName: If there is no such table; it is a LookupError.
        """
        if name not in self.tables:
            raise UnknownName(
                f"unknown table {name!r}; tables: {', '.join(self.tables)}",
                list(self.tables),
            )
        return self.tables[name]

    def __repr__(self) -> str:
        """Return the names and titles of all tables."""
        width = max(map(len, self.tables), default=0)
        lines = [f"{name:<{width}}  {self.titles[name]}" for name in self.tables]
        return "\n".join(["tables, for example stats['entities']:", *lines])

    def long(self) -> Result:
        """Return all tables as one: table, row, measure and value of each number."""
        return Result(
            ("table", "row", "measure", "value"),
            [
                (Literal(name), Literal(" / ".join(texts)), Literal(measure), value)
                for name, table in self.tables.items()
                for texts, numbers in (_split_row(table, row) for row in table.rows)
                for measure, value in numbers
            ],
        )

    def write(self, form: str) -> str:
        """Return all tables as text.

        Args:
            form: "md" gives tables with headings, "json" one object; any other format of
                rows gives the table of `long`.

        Raises:
            ParameterError: If ``form`` is not a format of rows, or is "table".
        """
        if form == "md":
            return "\n".join(
                f"**{self.titles[name]}**\n\n{table.write('md')}"
                for name, table in self.tables.items()
            )
        if form == "json":
            tables = {name: json.loads(table.write("json")) for name, table in self.tables.items()}
            return json.dumps(tables, ensure_ascii=False, indent=2) + "\n"
        return self.long().write(form)

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{self.titles[name]}</h4>{table._repr_html_()}"
            for name, table in self.tables.items()
        )


def compute_stats(catalog: Catalog, select: Callable[[str], Result]) -> Stats:
    """Run the statistics queries; return a table for each.

    Args:
        catalog: The canned queries.
        select: Evaluates a SELECT query over the graph.
    """
    queries = {
        query.name.removeprefix(_PREFIX): query
        for query in catalog.queries.values()
        if TAG in query.tags
    }
    # The table with the fewest columns first.
    names = sorted(queries, key=lambda name: (len(queries[name].columns), name))
    return Stats(
        {name: select(queries[name].sparql) for name in names},
        {name: queries[name].summary for name in names},
    )


def _split_row(
    table: Result, row: tuple[Term | None, ...]
) -> tuple[list[str], list[tuple[str, Term | None]]]:
    """Split a row into its texts and its (column, number) pairs."""
    cells = list(zip(table.columns, row, strict=True))
    numbers = [(name, term) for name, term in cells if _is_integer(term)]
    return [to_text(term) for _, term in cells if not _is_integer(term)], numbers


def _is_integer(term: Term | None) -> bool:
    return isinstance(term, Literal) and isinstance(term.to_python(), int)
