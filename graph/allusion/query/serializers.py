"""Serializers for rows in all output formats.

They yield pieces of text and keep only the current row and a bounded cache of term texts, so
that a result of any length can be written while the engine runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final

from ..core.errors import ParameterError
from ..core.terms import (
    XSD,
    XSD_STRING,
    Blank,
    Iri,
    Literal,
    Term,
    shorten,
    xml_text,
)
from ..store.interface import Row

if TYPE_CHECKING:
    from ..core.values import PythonValue

ROW_FORMATS: Final = (
    "table",
    "csv",
    "tsv",
    "csv-excel",
    "json",
    "ndjson",
    "md",
    "sparql-json",
    "sparql-xml",
)
#: File suffix -> format.
BY_SUFFIX: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".md": "md",
    ".srj": "sparql-json",
    ".srx": "sparql-xml",
    ".ttl": "ttl",
    ".nt": "nt",
    ".rdf": "rdf-xml",
    ".jsonld": "jsonld",
    ".txt": "table",
}
#: Names of formats elsewhere -> format.
_SYNONYMS: Final = {
    **dict.fromkeys(("xlsx", "xls", "ods", "excel"), "csv-excel"),
    **dict.fromkeys(("jsonl", "json-lines"), "ndjson"),
    **dict.fromkeys(("text", "txt"), "table"),
    **dict.fromkeys(("n-triples", "ntriples"), "nt"),
    "json-ld": "jsonld",
    "markdown": "md",
    "rdf": "rdf-xml",
    "srj": "sparql-json",
    "srx": "sparql-xml",
    "turtle": "ttl",
    "xml": "sparql-xml for rows, rdf-xml for triples",
}
_PICTURES: Final = ("svg", "png", "html", "htm")
#: Formats that are read line by line and so can be streamed line by line.
LINE_FORMATS: Final = ("csv", "tsv", "ndjson")
# Spreadsheets interpret cells that begin with one of these as formulas.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LINE_BREAKS: Final = re.compile(r"\r\n|\r|\n")
_DECIMAL: Final = f"{XSD}decimal"
_XML_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
# Maximum number of terms whose text is cached.
_MAX_CACHED: Final = 50_000


def write_rows(form: str, columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield rows in an output format, in pieces that end at row boundaries.

    Args:
        form: One of `ROW_FORMATS`, except "table".
        columns: Names of the columns.
        rows: The rows; read as the output is read.

    Raises:
        ParameterError: If ``form`` is not a format for rows. Raised at the call, not when
            the output is read.
    """
    writers: dict[str, Callable[[tuple[str, ...], Iterable[Row]], Iterator[str]]] = {
        "csv": _csv,
        "csv-excel": _csv_excel,
        "tsv": _tsv,
        "json": _json,
        "ndjson": _ndjson,
        "md": _markdown,
        "sparql-json": _sparql_json,
        "sparql-xml": _sparql_xml,
    }
    if form not in writers:
        raise ParameterError(
            f"{form!r} is not a format for rows; choose from: {', '.join(ROW_FORMATS)}"
        )
    return writers[form](columns, rows)


def to_python(term: Term | None) -> PythonValue | None:
    """Convert a term to a Python value; IRIs and blank nodes become text."""
    if term is None:
        return None
    return term.to_python() if isinstance(term, Literal) else str(term)


def to_text(term: Term | None) -> str:
    """Return a term as text; IRIs of the project become prefixed names."""
    if term is None:
        return ""
    return shorten(term.value) if isinstance(term, Iri) else str(term)


def suggest_format(name: str) -> str:
    """Return a hint on the format that a name or suffix means, or "".

    >>> suggest_format(".xlsx"), suggest_format("parquet")
    ('did you mean -f csv-excel?', '')
    """
    bare = name.lower().removeprefix(".")
    if bare in _PICTURES:
        return f"to write a picture, use -o FILE.{bare}"
    return f"did you mean -f {_SYNONYMS[bare]}?" if bare in _SYNONYMS else ""


def write_ask(answer: bool, form: str | None) -> str:
    """Serialize the answer to ASK.

    Args:
        answer: The answer.
        form: "sparql-json" or "sparql-xml"; any other value gives a word.
    """
    word = "true" if answer else "false"
    if form == "sparql-json":
        return f'{{"head":{{}},"boolean":{word}}}\n'
    if form == "sparql-xml":
        return f"{_XML_HEAD}<head/>\n<boolean>{word}</boolean>\n</sparql>\n"
    return f"{word}\n"


class _CellCache(dict[Term | None, str]):
    """Cache of the texts of terms, because terms repeat in a column."""

    def __init__(self, write: Callable[[Term | None], str]) -> None:
        self._write = write

    def __missing__(self, term: Term | None) -> str:
        if len(self) > _MAX_CACHED:
            self.clear()
        text = self[term] = self._write(term)
        return text


def _csv(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield SPARQL 1.1 CSV.

    Source: https://www.w3.org/TR/sparql11-results-csv-tsv/
    """
    return _csv_lines(columns, rows, lambda term: "" if term is None else str(term), "\n")


def _csv_excel(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield CSV for spreadsheets: no cell is a formula; with byte order mark.

    An apostrophe before a text prevents a spreadsheet from running it as a formula. Without the
    byte order mark, Excel reads UTF-8 as Latin-1.
    """
    mark = "\ufeff"
    for line in _csv_lines([*map(safe_text, columns)], rows, _safe_cell, "\r\n"):
        yield mark + line
        mark = ""


def _csv_lines(
    columns: Sequence[str], rows: Iterable[Row], write: Callable[[Term | None], str], end: str
) -> Iterator[str]:
    import csv

    class Echo:
        def write(self, text: str) -> str:
            return text

    # csv quotes the line breaks in the terminator; "\n" would leave a lone CR unquoted.
    line = csv.writer(Echo(), lineterminator="\r\n").writerow
    cell = _CellCache(write).__getitem__
    yield str(line(columns)).removesuffix("\r\n") + end
    for row in rows:
        yield str(line(map(cell, row))).removesuffix("\r\n") + end


def _safe_cell(term: Term | None) -> str:
    """Return a CSV cell that is not a formula; "-1" is a number, "-INF" a formula."""
    text = "" if term is None else str(term)
    is_text = not isinstance(term, Literal) or isinstance(to_python(term), str)
    return safe_text(text) if is_text or text.endswith("INF") else text


def safe_text(text: str) -> str:
    """Escape text for CSV: a text that looks like a formula gets an apostrophe.

    >>> safe_text("=1+1"), safe_text("2046")
    ("'=1+1", '2046')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _tsv(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield SPARQL 1.1 TSV, with terms in Turtle syntax.

    Source: https://www.w3.org/TR/sparql11-results-csv-tsv/
    """
    yield "\t".join(f"?{name}" for name in columns) + "\n"
    cell = _CellCache(lambda term: "" if term is None else term.n3()).__getitem__
    for row in rows:
        yield "\t".join(map(cell, row)) + "\n"


def _json(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a JSON array of objects, indented by two.

    The indenting encoder of the standard library is slow, so it is not used.
    """
    before = "[\n"
    for record in _objects(columns, rows, "  {\n    %s\n  }", ",\n    "):
        yield before + record
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _ndjson(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    return _objects(columns, rows, "{%s}\n", ", ")


def _objects(
    columns: tuple[str, ...], rows: Iterable[Row], frame: str, comma: str
) -> Iterator[str]:
    names = [_encode(name).replace("%", "%%") for name in columns]
    pattern = frame % comma.join([f"{name}: %s" for name in names])
    cell = _JSON_CELLS.__getitem__
    for row in rows:
        yield pattern % tuple(map(cell, row))


def _json_cell(term: Term | None) -> str:
    """Return a JSON value: numbers and booleans as such, else the lexical form."""
    value = to_python(term)
    if isinstance(value, float) and not isfinite(value):
        # JSON has no NaN and no infinity; use the names of SPARQL.
        return _encode("NaN" if value != value else "INF" if value > 0 else "-INF")
    if value is None or isinstance(value, bool | int | float):
        return _encode(value)
    if isinstance(term, Literal) and term.datatype == _DECIMAL and not isinstance(value, str):
        return f"{value:f}"  # all digits, without an exponent
    return _encode(str(term))


# Kept between results, because consecutive results often share terms.
_JSON_CELLS: Final = _CellCache(_json_cell)


def _sparql_json(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield SPARQL 1.1 JSON.

    Source: https://www.w3.org/TR/sparql11-results-json/
    """
    keys = [f"{_encode(name)}:" for name in columns]
    cell = _CellCache(_sparql_json_cell).__getitem__
    yield f'{{"head":{{"vars":[{",".join(map(_encode, columns))}]}},"results":{{"bindings":['
    comma = ""
    for row in rows:
        bound = ",".join(
            [key + cell(term) for key, term in zip(keys, row, strict=True) if term is not None]
        )
        yield f"{comma}\n{{{bound}}}"
        comma = ","
    yield "\n]}}\n"


def _sparql_json_cell(term: Term | None) -> str:
    match term:
        case Iri():
            return f'{{"type":"uri","value":{_encode(term.value)}}}'
        case Blank():
            return f'{{"type":"bnode","value":{_encode(term.name)}}}'
        case Literal():
            more = ""
            if term.language:
                more = f',"xml:lang":{_encode(term.language)}'
            elif term.datatype != XSD_STRING:
                more = f',"datatype":{_encode(term.datatype)}'
            return f'{{"type":"literal","value":{_encode(term.value)}{more}}}'
    return ""


def _sparql_xml(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Yield SPARQL Query Results XML.

    Source: https://www.w3.org/TR/rdf-sparql-XMLres/

    Raises:
        ParameterError: If a text has a character that XML does not allow.
    """
    from html import escape

    tags = [f'<binding name="{escape(name)}">' for name in columns]
    cell = _CellCache(_sparql_xml_cell).__getitem__
    variables = "".join(f'<variable name="{escape(name)}"/>' for name in columns)
    yield f"{_XML_HEAD}<head>{variables}</head>\n<results>\n"
    for row in rows:
        bound = "".join(
            f"{tag}{cell(term)}</binding>"
            for tag, term in zip(tags, row, strict=True)
            if term is not None
        )
        yield f"<result>{bound}</result>\n"
    yield "</results>\n</sparql>\n"


def _sparql_xml_cell(term: Term | None) -> str:
    from html import escape

    match term:
        case Iri():
            return f"<uri>{escape(term.value, quote=False)}</uri>"
        case Blank():
            return f"<bnode>{escape(term.name, quote=False)}</bnode>"
        case Literal():
            if xml_text(term.value) != term.value:
                raise ParameterError(
                    f"XML cannot hold the control character in {term.value!r}; "
                    "choose -f sparql-json"
                )
            more = ""
            if term.language:
                more = f' xml:lang="{escape(term.language)}"'
            elif term.datatype != XSD_STRING:
                more = f' datatype="{escape(term.datatype)}"'
            # An XML parser reads a bare CR as a line feed.
            text = escape(term.value, quote=False).replace("\r", "&#13;")
            return f"<literal{more}>{text}</literal>"
    return ""


def _markdown(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    shown, kept = display_columns(columns)
    cell = _CellCache(lambda term: _escape_markdown(to_text(term))).__getitem__
    yield f"| {' | '.join(map(_escape_markdown, shown))} |\n"
    yield f"| {' | '.join('---' for _ in shown)} |\n"
    for row in rows:
        yield f"| {' | '.join([cell(row[index]) for index in kept])} |\n"


_STATEMENT_COLUMNS: Final = frozenset({"statement", "connection", "claim", "opinion"})


def display_columns(columns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the names and indexes of the columns of a table for display.

    An IRI column with a label column is omitted, and ``xLabel`` is renamed to ``x``. The IRI
    column of a statement is omitted if its sentence is present.
    """
    told = _STATEMENT_COLUMNS if "sentence" in columns else frozenset()
    kept = [
        index
        for index, name in enumerate(columns)
        if f"{name}Label" not in columns and name not in told
    ]

    def short(name: str) -> str:
        return name.removesuffix("Label") if name.removesuffix("Label") in columns else name

    return tuple(short(columns[index]) for index in kept), tuple(kept)


# Escape cells, so that data cannot create tags or links.
_MARKDOWN: Final = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;", "[": "\\[", "]": "\\]"})


def _escape_markdown(text: str) -> str:
    """Return text for a Markdown table cell, with line breaks replaced."""
    return _LINE_BREAKS.sub(" ", text).translate(_MARKDOWN)
