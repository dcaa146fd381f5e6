"""Answers with types, and the forms in which people want them.

Every format writes all columns; the table for people hides an IRI column whose
label stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..core.errors import ParameterError, QueryStopped
from ..core.terminal import visible
from ..core.terms import Iri, Literal, Term, canonical_tags, type_of_python, xml_text
from ..core.vocabulary import PREFIXES
from ..store.base import Answer, Row, Rows, Triple, Triples
from .serializers import (
    BY_SUFFIX,
    LINE_FORMATS,
    ROW_FORMATS,
    columns_for_people,
    to_python,
    to_text,
    write_rows,
)

if TYPE_CHECKING:
    import networkx as nx
    import pandas
    import polars
    import rdflib

GRAPH_FORMATS: Final = ("ttl", "nt", "rdf-xml", "jsonld")
Record = dict[str, "type_of_python | None"]


Viewer = Callable[..., Any]


def _view(answer: object, viewer: Viewer | None, options: dict[str, Any]) -> Any:
    if viewer is None:
        raise ParameterError("this answer does not know its graph; use kg.view(answer)")
    return viewer(answer, **options)


@dataclass(frozen=True, slots=True)
class RowStream:
    """The rows of a SELECT while they are being found; they can be read once.

    Iterating gives a dictionary a row, values as Python has them; ``rows`` gives the
    terms. Whoever reads no further lets the engine stop.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    #: What is odd in the answer, as of `Result`.
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        for row in self.rows:
            yield dict(zip(self.columns, map(to_python, row), strict=True))

    def pieces(self, form: str) -> Iterator[str]:
        """The rows in one of `ROW_FORMATS` except "table", in pieces that end where rows end.

        :raises ParameterError: if ``form`` is not a format for rows.
        """
        return write_rows(form, self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a SELECT: ``columns`` without ``?``, rows of that width, None for unbound.

    Iterating gives dictionaries. Ways out: `records`, `column`, `to_pandas`, `to_polars`,
    `save` to a file ("cast.csv", .tsv, .json, .ndjson, .md, .srj), `write` to text ("csv"),
    `view` as a picture. Printed, it is a table of the first rows.

    ``about`` are the IRIs of the entities that a canned query was asked about, ``viewer``
    what draws it; neither is part of the answer.

    >>> result = Result(("film", "year"), [(Iri("https://w3id.org/allusion/film/x"), None)])
    >>> result.records()
    [{'film': 'https://w3id.org/allusion/film/x', 'year': None}]
    """

    columns: tuple[str, ...]
    rows: Sequence[Row]
    #: Why there are fewer rows than there should be; "" where all are here.
    stopped: str = ""
    #: What misleads in it: the texts of the warnings (`allusion.QueryWarning`) that came with it.
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    #: The IRIs that a canned query was asked about: the middle of its picture.
    about: tuple[str, ...] = field(default=(), compare=False, repr=False)
    viewer: Viewer | None = field(default=None, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether no limit cut the answer."""
        return not self.stopped

    def view(self, **options: Any) -> Any:
        """The rows as a picture (`allusion.pictures.Picture`); options are those of ``kg.view``.

        :raises ParameterError: if nothing of it can be drawn; the message says what must be there.
        """
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(RowStream(self.columns, iter(self.rows)))

    def records(self) -> list[Record]:
        """One dictionary a row, values as Python has them."""
        return list(self)

    def column(self, name: str) -> list[type_of_python | None]:
        """The values of one column.

        :raises ParameterError: if there is no such column.
        """
        if name not in self.columns:
            raise ParameterError(f"no column {name!r}; there are: {', '.join(self.columns)}")
        index = self.columns.index(name)
        return [to_python(row[index]) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame, columns in order; see `allusion.dataframes`.

        :raises MissingExtra: if pandas is not installed (``allusion[pandas]``).
        """
        from .dataframes import to_pandas

        return to_pandas(self.columns, self.rows)

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars DataFrame, columns in order; see `allusion.dataframes`.

        :raises MissingExtra: if polars is not installed (``allusion[polars]``).
        """
        from .dataframes import to_polars

        return to_polars(self.columns, self.rows)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Not of rows; raises `ParameterError`, which says what to ask instead."""
        raise ParameterError(
            "rows are no graph; ask with CONSTRUCT { ?from ?how ?to }, or take kg.network()"
        )

    def __repr__(self) -> str:
        """A table of the first rows, as at a prompt."""
        from .text_table import table

        return table(self.columns, self.rows, self.stopped)

    def for_people(self) -> Result:
        """The same rows without the IRI columns that have a label beside them.

        ``xLabel`` beside ``x`` is then called ``x``.
        """
        columns, kept = columns_for_people(self.columns)
        rows = [tuple(row[index] for index in kept) for row in self.rows]
        return replace(self, columns=columns, rows=rows)

    def write(self, form: str) -> str:
        """The rows in one of `ROW_FORMATS` except "table", ending with a newline.

        :raises ParameterError: if ``form`` is not a format for rows.
        """
        return "".join(write_rows(form, self.columns, self.rows))

    def save(self, path: str | Path) -> Path:
        """Write the rows to a file, in one step; its ending chooses the format.

        :raises ParameterError: if the ending names no format for rows.
        :raises OutputError: if the file cannot be written.
        """
        return _save(self, path, ROW_FORMATS)

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
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


@dataclass(frozen=True, slots=True)
class TripleResult:
    """The triples of a CONSTRUCT or DESCRIBE.

    Ways out: `to_rdflib`, `to_networkx`, `save` to a file (.ttl, .nt, .rdf, .jsonld), `write`
    to text ("ttl"),
    `view` as a picture. Printed, it is the first triples.
    """

    triples: Sequence[Triple]
    #: Why there are fewer triples than there should be; "" where all are here.
    stopped: str = ""
    #: As of `Result`.
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    viewer: Viewer | None = field(default=None, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether no limit cut the answer."""
        return not self.stopped

    def view(self, **options: Any) -> Any:
        """The triples as a picture, as `Result.view`."""
        return _view(self, self.viewer, options)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        """How many triples, and the first of them."""
        from .text_table import brief, listing

        stopped = f"; {visible(self.stopped)}" if self.stopped else ""
        head = f"{len(self.triples):,} triples{stopped}"
        lines = listing(brief(" ".join(map(to_text, triple))) for triple in self.triples)
        return f"{head}\n{lines}" if lines else head

    def save(self, path: str | Path) -> Path:
        """Write the triples to a file, in one step: .ttl, .nt, .rdf or .jsonld.

        :raises ParameterError: if the ending names none of them.
        :raises OutputError: if the file cannot be written.
        """
        return _save(self, path, GRAPH_FORMATS)

    def write(self, form: str) -> str:
        """The triples in one of `GRAPH_FORMATS`, sorted.

        :raises ParameterError: if ``form`` is not a format for triples, or cannot hold them.
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

                written = rdf_xml(triples, used)
            case _:
                written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b""
        return canonical_tags(written.decode())

    def to_rdflib(self) -> rdflib.Graph:
        """The triples as an rdflib Graph with the project's prefixes bound."""
        import rdflib

        found = rdflib.Graph()
        for prefix, iri in PREFIXES.items():
            found.bind(prefix, iri)
        return found.parse(data=self.write("nt"), format="nt")

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the triples as a networkx graph that GraphML and GEXF can hold.

        Nodes are IRIs and blank nodes as text. A triple with one of these at its end is an
        edge: its key is the IRI of the predicate, its attribute ``label`` the predicate with
        the project's prefix. A triple with a literal is an attribute of its node, named by
        the prefixed predicate, with the language tag behind it where there is one
        ("rdfs:label@zh-Hant"), and with a number where the node has several such values
        ("al:published (2)"). Numbers and truth values are those of Python where all
        values of the name are of one kind, as in `to_pandas`; all others are lexical forms,
        with U+FFFD for characters that XML cannot hold.

        >>> film = Iri("https://w3id.org/allusion/film/2046")
        >>> label = Iri("http://www.w3.org/2000/01/rdf-schema#label")
        >>> dict(TripleResult([(film, label, Literal("2046", language="en"))])
        ...     .to_networkx().nodes[film.value])
        {'rdfs:label@en': '2046'}
        """
        import networkx as nx

        from .dataframes import typed_column

        found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        literals: dict[str, dict[str, list[Literal]]] = {}
        for subject, predicate, value in dict.fromkeys(self.triples):
            found.add_node(str(subject))
            if isinstance(value, Literal):
                name = to_text(predicate) + (f"@{value.language}" if value.language else "")
                of_node = literals.setdefault(name, {})
                of_node.setdefault(str(subject), []).append(value)
            else:
                found.add_edge(
                    str(subject), str(value), key=str(predicate), label=to_text(predicate)
                )
        for name, of_node in literals.items():
            cells = [value for several in of_node.values() for value in several]
            kind, values = typed_column(cells)
            plain = iter(values if kind in _PLAIN_KINDS else [xml_text(str(c)) for c in cells])
            for node, several in of_node.items():
                for count in range(1, len(several) + 1):
                    attribute = name if count == 1 else f"{name} ({count})"
                    found.nodes[node][attribute] = next(plain)
        return found

    def to_pandas(self) -> pandas.DataFrame:
        """Not of triples; raises `ParameterError`, which says what to ask instead."""
        raise ParameterError(_NO_TABLE)

    def to_polars(self) -> polars.DataFrame:
        """Not of triples; raises `ParameterError`, which says what to ask instead."""
        raise ParameterError(_NO_TABLE)


#: What an attribute of GraphML and of GEXF can be, besides text.
_PLAIN_KINDS: Final = ("int", "float", "bool")
_NO_TABLE: Final = "triples are no table; ask with SELECT, or take to_networkx() or to_rdflib()"


def collect(answer: Answer) -> Result | TripleResult | bool:
    """The answer, read to its end; where a limit stops it, the error holds what was read."""
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
    "to_python",
    "to_text",
]
