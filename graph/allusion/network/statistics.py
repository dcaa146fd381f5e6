"""The graph in figures: every canned query with the tag "statistics", as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..core.errors import UnknownName
from ..core.terms import Literal, Term
from ..query.catalog import Catalogue
from ..query.results import Result, to_text

TAG: Final = "statistics"
_PREFIX: Final = "stats-"


@dataclass(frozen=True, slots=True)
class Stats:
    """Tables by name ("graph", "entities", ...), with the question that each answers.

    A row of a table has words first (a kind, a type), then whole numbers; the row whose
    words are "all" is the total.
    """

    tables: dict[str, Result]
    titles: dict[str, str]

    def __getitem__(self, name: str) -> Result:
        """One table; raises `UnknownName`, which is a LookupError."""
        if name not in self.tables:
            raise UnknownName(
                f"no table is called {name!r}; choose from: {', '.join(self.tables)}",
                list(self.tables),
            )
        return self.tables[name]

    def __repr__(self) -> str:
        """What tables there are, by name."""
        width = max(map(len, self.tables), default=0)
        lines = [f"{name:<{width}}  {self.titles[name]}" for name in self.tables]
        return "\n".join(["figures by table, such as stats['entities']:", *lines])

    def long(self) -> Result:
        """All tables as one: a row for each figure, columns table, row, measure, value."""
        return Result(
            ("table", "row", "measure", "value"),
            [
                (Literal(name), Literal(" / ".join(words)), Literal(measure), value)
                for name, table in self.tables.items()
                for words, figures in (_split(table, row) for row in table.rows)
                for measure, value in figures
            ],
        )

    def write(self, form: str) -> str:
        """All tables: "md" with headings, "json" as one object, the other formats as `long`.

        :raises ParameterError: if ``form`` is not a format for rows, or is "table".
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
        """The tables that a notebook shows."""
        return "".join(
            f"<h4>{self.titles[name]}</h4>{table._repr_html_()}"
            for name, table in self.tables.items()
        )


def measure(catalogue: Catalogue, ask: Callable[[str], Result]) -> Stats:
    """The tables of a graph; ``ask`` answers one SPARQL query over it."""
    queries = {
        query.name.removeprefix(_PREFIX): query
        for query in catalogue.queries.values()
        if TAG in query.tags
    }
    # The smallest table first: it is the one that is read by everybody.
    names = sorted(queries, key=lambda name: (len(queries[name].columns), name))
    return Stats(
        {name: ask(queries[name].sparql) for name in names},
        {name: queries[name].summary for name in names},
    )


def _split(
    table: Result, row: tuple[Term | None, ...]
) -> tuple[list[str], list[tuple[str, Term | None]]]:
    """The words of a row, and its figures with the column that each stands in."""
    cells = list(zip(table.columns, row, strict=True))
    figures = [(name, term) for name, term in cells if _is_figure(term)]
    return [to_text(term) for _, term in cells if not _is_figure(term)], figures


def _is_figure(term: Term | None) -> bool:
    return isinstance(term, Literal) and isinstance(term.to_python(), int)
