"""Query results and their output formats.

All formats contain all columns, except tables for display: they omit an IRI column if its
label column is present.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..core.errors import ParameterError, QueryStopped
from ..core.immutable import Immutable
from ..core.terminal import visible
from ..core.terms import Iri, Literal, Term, canonical_tags
from ..core.vocabulary import PREFIXES
from ..store.interface import Answer, Row, Rows, Triple, Triples
from .serializers import (
    BY_SUFFIX,
    LINE_FORMATS,
    ROW_FORMATS,
    display_columns,
    to_python,
    to_text,
    write_rows,
)

if TYPE_CHECKING:
    import networkx as nx
    import pandas
    import polars
    import rdflib

    from ..core.values import PythonValue

GRAPH_FORMATS: Final = ("ttl", "nt", "rdf-xml", "jsonld")
Record = dict[str, "PythonValue | None"]


Viewer = Callable[..., Any]


def _view(answer: object, viewer: Viewer | None, options: dict[str, Any]) -> Any:
    if viewer is None:
        raise ParameterError("this answer is not attached to a graph; use kg.view(answer)")
    return viewer(answer, **options)


class RowStream(Immutable):
    """Rows of a SELECT that are read while the engine runs; can be read once.

    Iterating yields a dictionary per row with Python values. ``rows`` yields tuples of terms.
    If the reader stops, the engine stops.
    """

    __slots__ = _fields = ("columns", "rows", "notes")
    columns: tuple[str, ...]
    rows: Iterator[Row]
    #: Notes on misleading parts of the result, as in `Result`.
    notes: tuple[str, ...]

    def __init__(
        self, columns: tuple[str, ...], rows: Iterator[Row], notes: tuple[str, ...] = ()
    ) -> None:
        self._set(columns=columns, rows=rows, notes=notes)

    def __iter__(self) -> Iterator[Record]:
        for row in self.rows:
            yield dict(zip(self.columns, map(to_python, row), strict=True))

    def pieces(self, form: str) -> Iterator[str]:
        """Yield the rows in an output format, in pieces that end at row boundaries.

        Args:
            form: One of `ROW_FORMATS`, except "table".

        Raises:
            ParameterError: If ``form`` is not a format for rows.
        """
        return write_rows(form, self.columns, self.rows)


class Result(Immutable):
    """Rows of a SELECT.

    Iterating yields a dictionary per row with Python values. `records`, `column`, `to_pandas`
    and `to_polars` convert the rows. `save` writes a file (.csv, .tsv, .json, .ndjson, .md,
    .srj or .srx), `write` returns text, and `view` draws a picture. The repr is a table of the
    first rows.

    Attributes:
        columns: Names of the variables, without ``?``.
        rows: Tuples of terms, as wide as ``columns``; None where unbound.
        stopped: Why rows are missing; "" if the result is complete.
        notes: Texts of the warnings (`allusion.QueryWarning`) on this result.
        about: IRIs of the entities that a canned query is about.
        explain: Returns the `explanation` of a canned query without rows.
        viewer: Draws the result as a picture.

    >>> result = Result(("film", "year"), [(Iri("https://w3id.org/allusion/film/x"), None)])
    >>> result.records()
    [{'film': 'https://w3id.org/allusion/film/x', 'year': None}]
    """

    __slots__ = _fields = (
        "columns", "rows", "stopped", "notes", "about", "viewer", "explain",
    )  # fmt: skip
    _compared = ("columns", "rows", "stopped")
    columns: tuple[str, ...]
    rows: Sequence[Row]
    #: Why rows are missing; "" if the result is complete.
    stopped: str
    #: Texts of the warnings (`allusion.QueryWarning`) on this result.
    notes: tuple[str, ...]
    #: IRIs of the entities that a canned query is about; the center of the picture.
    about: tuple[str, ...]
    viewer: Viewer | None
    explain: Callable[[], str] | None

    def __init__(
        self,
        columns: tuple[str, ...],
        rows: Sequence[Row],
        stopped: str = "",
        notes: tuple[str, ...] = (),
        about: tuple[str, ...] = (),
        viewer: Viewer | None = None,
        explain: Callable[[], str] | None = None,
    ) -> None:
        self._set(
            columns=columns, rows=rows, stopped=stopped, notes=notes, about=about,
            viewer=viewer, explain=explain,
        )  # fmt: skip

    @property
    def explanation(self) -> str:
        """Why a canned query has no rows, and which command to run next; "" if it has rows."""
        return self.explain() if self.explain else ""

    @property
    def complete(self) -> bool:
        """Whether the result has all rows, so that no limit cut it."""
        return not self.stopped

    def view(self, **options: Any) -> Any:
        """Draw the rows as a `Picture`.

        Args:
            **options: Options of `KnowledgeGraph.view`.

        Raises:
            ParameterError: If nothing in the rows can be drawn; the message names the columns
                that a picture needs.
        """
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(RowStream(self.columns, iter(self.rows)))

    def records(self) -> list[Record]:
        """Return one dictionary per row, with Python values."""
        return list(self)

    def column(self, name: str) -> list[PythonValue | None]:
        """Return the values of one column as Python values; None where unbound.

        Raises:
            ParameterError: If there is no such column.
        """
        if name not in self.columns:
            raise ParameterError(f"no column {name!r}; there are: {', '.join(self.columns)}")
        index = self.columns.index(name)
        return [to_python(row[index]) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame, see `allusion.query.dataframes`.

        Raises:
            MissingExtra: If pandas is not installed (``allusion[pandas]``).
        """
        from .dataframes import to_pandas

        return to_pandas(self.columns, self.rows)

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars DataFrame, see `allusion.query.dataframes`.

        Raises:
            MissingExtra: If polars is not installed (``allusion[polars]``).
        """
        from .dataframes import to_polars

        return to_polars(self.columns, self.rows)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Raise an error: rows are not a graph.

        Raises:
            ParameterError: Always; the message names an alternative.
        """
        raise ParameterError(
            "rows are not a graph; use CONSTRUCT { ?from ?how ?to }, or kg.network()"
        )

    def __repr__(self) -> str:
        """Return a table of the first rows."""
        from .text_table import table

        return table(self.columns, self.rows, self.stopped)

    def for_people(self) -> Result:
        """Return the rows without IRI columns that have a label column.

        The column ``xLabel`` is renamed to ``x``.
        """
        columns, kept = display_columns(self.columns)
        rows = [tuple(row[index] for index in kept) for row in self.rows]
        return self._replace(columns=columns, rows=rows)

    def write(self, form: str) -> str:
        """Return the rows in an output format, with a final newline.

        Args:
            form: One of `ROW_FORMATS`, except "table".

        Raises:
            ParameterError: If ``form`` is not a format for rows.
        """
        return "".join(write_rows(form, self.columns, self.rows))

    def save(self, path: str | Path) -> Path:
        """Write the rows to a file atomically.

        Args:
            path: The file; its suffix selects the format: .csv, .tsv, .json, .ndjson, .md,
                .srj (SPARQL JSON) or .srx (SPARQL XML).

        Returns:
            The path.

        Raises:
            ParameterError: If the suffix is not that of a format for rows.
            OutputError: If the file cannot be written.
        """
        return _save(self, path, ROW_FORMATS)

    def _repr_html_(self) -> str:
        """Return an HTML table for notebooks."""
        import html

        shown = self.for_people()
        head = "".join(f"<th>{html.escape(visible(name))}</th>" for name in shown.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{_html(term)}</td>" for term in row) + "</tr>"
            for row in shown.rows
        )
        note = f"<p>{html.escape(visible(self.stopped))}</p>" if self.stopped else ""
        return f"{note}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _save(answer: Result | TripleResult, path: str | Path, forms: tuple[str, ...]) -> Path:
    from ..core.atomic_files import write_atomically

    target = Path(path)
    form = BY_SUFFIX.get(target.suffix.lower(), "")
    if form not in forms or form == "table":
        endings = [end for end, name in BY_SUFFIX.items() if name in forms and name != "table"]
        raise ParameterError(f"{target.name!r} must end with one of: {', '.join(endings)}")
    write_atomically(target, answer.write(form))
    return target


def _html(term: Term | None) -> str:
    import html

    from ..core.external_links import safe_url

    text = html.escape(visible(to_text(term)))
    if isinstance(term, Iri) and (url := safe_url(term.value)):
        return f'<a href="{html.escape(url)}" rel="noopener noreferrer">{text}</a>'
    if isinstance(term, Literal) and term.language:
        return f'<span lang="{html.escape(term.language)}">{text}</span>'
    return text


class TripleResult(Immutable):
    """Triples of a CONSTRUCT or DESCRIBE.

    `to_rdflib` and `to_networkx` convert the triples. `save` writes a file (.ttl, .nt, .rdf or
    .jsonld), `write` returns text, and `view` draws a picture. The repr shows the first
    triples.

    Attributes:
        triples: Tuples of subject, predicate and object.
        stopped: Why triples are missing; "" if the result is complete.
        notes: Texts of the warnings (`allusion.QueryWarning`) on this result.
        viewer: Draws the result as a picture.
    """

    __slots__ = _fields = ("triples", "stopped", "notes", "viewer")
    _compared = ("triples", "stopped")
    triples: Sequence[Triple]
    #: Why triples are missing; "" if the result is complete.
    stopped: str
    #: Texts of the warnings (`allusion.QueryWarning`) on this result.
    notes: tuple[str, ...]
    viewer: Viewer | None

    def __init__(
        self,
        triples: Sequence[Triple],
        stopped: str = "",
        notes: tuple[str, ...] = (),
        viewer: Viewer | None = None,
    ) -> None:
        self._set(triples=triples, stopped=stopped, notes=notes, viewer=viewer)

    @property
    def complete(self) -> bool:
        """Whether the result has all triples, so that no limit cut it."""
        return not self.stopped

    def view(self, **options: Any) -> Any:
        """Draw the triples as a picture, as `Result.view` does."""
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        """Return the number of triples and the first of them."""
        from .text_table import first_lines, shorten_text

        stopped = f"; {visible(self.stopped)}" if self.stopped else ""
        head = f"{len(self.triples):,} triples{stopped}"
        lines = first_lines(shorten_text(" ".join(map(to_text, triple))) for triple in self.triples)
        return f"{head}\n{lines}" if lines else head

    def save(self, path: str | Path) -> Path:
        """Write the triples to a file atomically.

        Args:
            path: The file; its suffix selects the format: .ttl, .nt, .rdf or .jsonld.

        Returns:
            The path.

        Raises:
            ParameterError: If the suffix is not that of a format for triples, or the format
                cannot represent them.
            OutputError: If the file cannot be written.
        """
        return _save(self, path, GRAPH_FORMATS)

    def write(self, form: str) -> str:
        """Return the triples in an output format, sorted.

        Args:
            form: One of `GRAPH_FORMATS`.

        Raises:
            ParameterError: If ``form`` is not a format for triples, or cannot represent them.
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

        triples = [q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES)]
        used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}
        match form:
            case "jsonld":
                from .jsonld import compact

                return "".join(compact(triples))
            case "rdf-xml":
                from .rdf_xml import rdf_xml

                return rdf_xml(triples, used)
            case _:
                written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b""
        return canonical_tags(written.decode())

    def to_rdflib(self) -> rdflib.Graph:
        """Return an rdflib Graph with the prefixes of the project bound."""
        import rdflib

        found = rdflib.Graph()
        for prefix, iri in PREFIXES.items():
            found.bind(prefix, iri)
        return found.parse(data=self.write("nt"), format="nt")

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the triples as a networkx graph for GraphML and GEXF.

        Nodes are IRIs and blank nodes as text. A triple whose object is an IRI or blank node is
        an edge. Its key is the IRI of the predicate, and its attribute ``label`` is the prefixed
        name of the predicate. A triple whose object is a literal is a node attribute. Its name is
        the prefixed name of the predicate, followed by the language tag if there is one
        ("rdfs:label@zh-Hant"), and by a number for each further value ("al:published (2)"). Numbers
        and booleans are Python values if all values of an attribute are of one type, as in
        `to_pandas`. Other values are lexical forms, with U+FFFD for characters that XML cannot
        represent.

        >>> film = Iri("https://w3id.org/allusion/film/2046")
        >>> label = Iri("http://www.w3.org/2000/01/rdf-schema#label")
        >>> dict(TripleResult([(film, label, Literal("2046", language="en"))])
        ...     .to_networkx().nodes[film.value])
        {'rdfs:label@en': '2046'}
        """
        from .triple_graph import to_networkx

        return to_networkx(self.triples)

    def to_pandas(self) -> pandas.DataFrame:
        """Raise an error: triples are not a table.

        Raises:
            ParameterError: Always; the message names an alternative.
        """
        raise ParameterError(_NO_TABLE_MESSAGE)

    def to_polars(self) -> polars.DataFrame:
        """Raise an error: triples are not a table.

        Raises:
            ParameterError: Always; the message names an alternative.
        """
        raise ParameterError(_NO_TABLE_MESSAGE)


_NO_TABLE_MESSAGE: Final = "triples are not a table; use SELECT, to_networkx() or to_rdflib()"


def expect_rows(answer: Result | TripleResult | bool) -> Result:
    """Return the answer of a SELECT.

    Raises:
        ParameterError: If it is the answer of another form of query.
    """
    if not isinstance(answer, Result):
        raise ParameterError("not a SELECT query; use kg.sparql(...)")
    return answer


def collect(answer: Answer) -> Result | TripleResult | bool:
    """Read an answer to its end.

    Raises:
        QueryStopped: If a limit stops the query; ``partial`` holds what was read.
    """
    if isinstance(answer, Rows):
        rows: list[Row] = []
        try:
            rows.extend(answer)
        except QueryStopped as stop:
            stop.partial = Result(answer.columns, rows, str(stop), answer.notes)
            raise
        return Result(answer.columns, rows, notes=answer.notes)
    if isinstance(answer, Triples):
        triples: list[Triple] = []
        try:
            triples.extend(answer)
        except QueryStopped as stop:
            stop.partial = TripleResult(triples, str(stop), answer.notes)
            raise
        return TripleResult(triples, notes=answer.notes)
    return answer


__all__ = [
    "GRAPH_FORMATS",
    "LINE_FORMATS",
    "ROW_FORMATS",
    "Record",
    "Result",
    "RowStream",
    "TripleResult",
    "collect",
    "expect_rows",
    "to_python",
    "to_text",
]
