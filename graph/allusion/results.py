"""Answers with types, and the forms in which people want them.

Every format writes all columns; the table for people hides an IRI column whose
label stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from .errors import ParameterError
from .store.answer import Row, Triple
from .terms import Iri, Literal, Term, shorten, type_of_python
from .vocabulary import PREFIXES

if TYPE_CHECKING:
    import pandas
    import rdflib

ROW_FORMATS: Final = ("table", "csv", "tsv", "json", "ndjson", "md")
GRAPH_FORMATS: Final = ("ttl", "nt")
# A cell that begins with one of these is a formula to a spreadsheet.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


Viewer = Callable[..., Any]


def _view(answer: object, viewer: Viewer | None, options: dict[str, Any]) -> Any:
    if viewer is None:
        raise ParameterError("this answer does not know its graph; use kg.view(answer)")
    return viewer(answer, **options)


def to_python(term: Term | None) -> type_of_python | None:
    """A term as Python has it: IRIs and blank nodes as text, literals by their datatype."""
    if term is None:
        return None
    return term.to_python() if isinstance(term, Literal) else str(term)


def to_text(term: Term | None) -> str:
    """A term as one cell of text; IRIs of the project are shortened."""
    if term is None:
        return ""
    return shorten(term.value) if isinstance(term, Iri) else str(term)


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a SELECT: ``columns`` without ``?``, rows of that width, None for unbound.

    ``about`` are the IRIs of the entities that a canned query was asked about, ``viewer``
    what draws it; neither is part of the answer.

    >>> result = Result(("film", "year"), [(Iri("https://w3id.org/allusion/film/x"), None)])
    >>> result.records()
    [{'film': 'https://w3id.org/allusion/film/x', 'year': None}]
    """

    columns: tuple[str, ...]
    rows: Sequence[Row]
    about: tuple[str, ...] = field(default=(), compare=False, repr=False)
    viewer: Viewer | None = field(default=None, compare=False, repr=False)

    def view(self, **options: Any) -> Any:
        """The rows as a picture (`allusion.pictures.Picture`); options are those of ``kg.view``.

        :raises ParameterError: if nothing of it can be drawn; the message says what must be there.
        """
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, type_of_python | None]]:
        return iter(self.records())

    def records(self) -> list[dict[str, type_of_python | None]]:
        """One dictionary a row, values as Python has them."""
        return [dict(zip(self.columns, map(to_python, row), strict=True)) for row in self.rows]

    def column(self, name: str) -> list[type_of_python | None]:
        """The values of one column.

        :raises ParameterError: if there is no such column.
        """
        if name not in self.columns:
            raise ParameterError(f"no column {name!r}; there are: {', '.join(self.columns)}")
        index = self.columns.index(name)
        return [to_python(row[index]) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a DataFrame, columns in order (needs the extra ``allusion[pandas]``).

        :raises ImportError: if pandas is not installed; the message says how to.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install 'allusion[pandas]'") from error
        return pd.DataFrame(
            [[to_python(term) for term in row] for row in self.rows], columns=list(self.columns)
        )

    def for_people(self) -> Result:
        """The same rows without the IRI columns that have a label beside them.

        ``xLabel`` beside ``x`` is then called ``x``.
        """
        kept = [
            (
                index,
                name.removesuffix("Label") if name.removesuffix("Label") in self.columns else name,
            )
            for index, name in enumerate(self.columns)
            if f"{name}Label" not in self.columns
        ]
        return replace(
            self,
            columns=tuple(name for _, name in kept),
            rows=[tuple(row[index] for index, _ in kept) for row in self.rows],
        )

    def write(self, form: str) -> str:
        """The rows in one of `ROW_FORMATS` except "table", ending with a newline.

        :raises ParameterError: if ``form`` is not a format for rows.
        """
        match form:
            case "csv":
                return self._delimited(",")
            case "tsv":
                return self._tsv()
            case "json":
                import json

                return (
                    json.dumps(self._plain(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
                )
            case "ndjson":
                import json

                lines = (json.dumps(row, ensure_ascii=False) for row in self._plain())
                return "".join(f"{line}\n" for line in lines)
            case "md":
                return self._markdown()
        raise ParameterError(
            f"{form!r} is not a format for rows; choose from: {', '.join(ROW_FORMATS)}"
        )

    def _plain(self) -> list[dict[str, Any]]:
        return [
            {name: value if _is_json(value) else str(value) for name, value in record.items()}
            for record in self.records()
        ]

    def _delimited(self, delimiter: str) -> str:
        import csv
        import io

        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_safe_cell(term) for term in row] for row in self.rows)
        return stream.getvalue()

    def _tsv(self) -> str:
        """SPARQL 1.1 TSV: terms as Turtle writes them (https://www.w3.org/TR/sparql11-results-csv-tsv/)."""
        head = "\t".join(f"?{name}" for name in self.columns)
        lines = ("\t".join("" if t is None else t.n3() for t in row) for row in self.rows)
        return "\n".join([head, *lines]) + "\n"

    def _markdown(self) -> str:
        shown = self.for_people()
        rows = [" | ".join(_md(to_text(term)) for term in row) for row in shown.rows]
        head = " | ".join(map(_md, shown.columns))
        rule = " | ".join("---" for _ in shown.columns)
        return "".join(f"| {line} |\n" for line in (head, rule, *rows))

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        import html

        shown = self.for_people()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in shown.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{_html(term)}</td>" for term in row) + "</tr>"
            for row in shown.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _is_json(value: object) -> bool:
    """Whether JSON has a value of this kind; it has no NaN and no infinity."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, str | int | None)


def _safe_cell(term: Term | None) -> str:
    """A CSV cell that no spreadsheet runs: text that looks like a formula gets an apostrophe."""
    text = "" if term is None else str(term)
    runs = isinstance(term, Literal) and text.startswith(_FORMULA)
    return f"'{text}" if runs and isinstance(to_python(term), str) else text


def _md(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _html(term: Term | None) -> str:
    import html

    text = html.escape(to_text(term))
    if isinstance(term, Iri) and term.value.startswith("https://"):
        return f'<a href="{html.escape(term.value)}">{text}</a>'
    if isinstance(term, Literal) and term.language:
        return f'<span lang="{term.language}">{text}</span>'
    return text


@dataclass(frozen=True, slots=True)
class TripleResult:
    """The triples of a CONSTRUCT or DESCRIBE."""

    triples: Sequence[Triple]
    viewer: Viewer | None = field(default=None, compare=False, repr=False)

    def view(self, **options: Any) -> Any:
        """The triples as a picture, as `Result.view`."""
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.triples)

    def write(self, form: str) -> str:
        """The triples as Turtle ("ttl") or N-Triples ("nt"), sorted.

        :raises ParameterError: if ``form`` is not a format for triples.
        """
        if form not in GRAPH_FORMATS:
            raise ParameterError(
                f"{form!r} is not a format for triples; choose from: {', '.join(GRAPH_FORMATS)}"
            )
        unique = sorted({" ".join(term.n3() for term in row) + " ." for row in self.triples})
        text = "".join(f"{line}\n" for line in unique)
        if form == "nt":
            return text
        import pyoxigraph as ox

        quads = ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES)
        used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}
        written = ox.serialize(
            (quad.triple for quad in quads), format=ox.RdfFormat.TURTLE, prefixes=used
        )
        return (written or b"").decode()

    def to_rdflib(self) -> rdflib.Graph:
        """The triples as an rdflib Graph with the project's prefixes bound."""
        import rdflib

        found = rdflib.Graph()
        for prefix, iri in PREFIXES.items():
            found.bind(prefix, iri)
        return found.parse(data=self.write("nt"), format="nt")


__all__ = ["GRAPH_FORMATS", "ROW_FORMATS", "Result", "TripleResult", "to_python", "to_text"]
