"""Parsers for SPARQL responses, in each format of the protocol.

A value that is not a valid RDF term does not make the response invalid: it becomes plain text,
with a note.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ..core.terms import XSD, XSD_STRING, Blank, Iri, Literal, Term
from ..core.text import count_text
from ..sparql.query_info import Form
from .interface import Row, Rows, Triple, Triples

_BOOLEAN_VALUES: Final = {"1": "true", "0": "false"}
_BOOLEAN: Final = f"{XSD}boolean"
_NOT_IN_A_LABEL: Final = re.compile(r"[^A-Za-z0-9]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_RESULTS: Final = "{http://www.w3.org/2005/sparql-results#}"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
#: Maximum of invalid terms that the note lists.
_EXAMPLES: Final = 3
_MAX_EXAMPLE_LENGTH: Final = 60
_NO_TYPES: Final = "the endpoint answered in CSV, which has no types: every value is text"
# Error codes of expat for a document that ends too early.
_XML_CUT: Final = (3, 5)
# https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
_TSV_TERM: Final = re.compile(
    r"""<(?P<iri>[^>]*)>|_:(?P<blank>\S+)
    |(?P<quote>["'])(?P<text>.*)(?P=quote)(?:@(?P<tag>\S+)|\^\^<(?P<datatype>[^>]*)>)?
    |(?P<integer>[+-]?[0-9]+)|(?P<decimal>[+-]?[0-9]*\.[0-9]+)
    |(?P<double>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+)|(?P<boolean>true|false)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class MalformedAnswer(ValueError):
    """Response that does not conform to the SPARQL protocol.

    Attributes:
        is_cut: Whether it ends too early, so that a smaller response can be complete.
    """

    def __init__(self, message: str, *, is_cut: bool = False) -> None:
        super().__init__(message)
        self.is_cut = is_cut


class _Terms:
    """Reader of the terms of one response; counts the invalid ones."""

    def __init__(self) -> None:
        self._odd = 0
        self._examples: list[str] = []

    def read(self, make: Callable[[], Term], raw: object, place: str) -> Term:
        """Return the result of ``make``, or ``raw`` as text if it is not a valid term.

        Args:
            make: Parses the term.
            raw: The term in the response.
            place: Position of the term, for the note.
        """
        try:
            return make()
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            problem = str(error)
        self._odd += 1
        if len(self._examples) < _EXAMPLES:
            self._examples.append(f"{place}: {problem[:_MAX_EXAMPLE_LENGTH]}")
        return Literal(_as_text(raw))

    def notes(self) -> tuple[str, ...]:
        """Return a note about the invalid terms; () if there are none."""
        if not self._odd:
            return ()
        more = self._odd - len(self._examples)
        examples = "; ".join(self._examples) + (f"; and {more:,} more" if more else "")
        what = count_text(self._odd, "value is", "values are")
        return (
            _SURROGATES.sub("\ufffd", f"{what} not a valid RDF term and kept as text ({examples})"),
        )


def _as_text(raw: object) -> str:
    value = raw.get("value", raw) if isinstance(raw, dict) else raw
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _SURROGATES.sub("\ufffd", text)


def read_rows(body: bytes, content_type: str, form: Form) -> Rows | bool:
    """Parse the response to SELECT or ASK.

    Args:
        body: The response body.
        content_type: One of `ROW_TYPES`.
        form: SELECT or ASK.

    Raises:
        MalformedAnswer: If the body is incomplete or does not conform to its format.
    """
    return ROW_TYPES[content_type](body, form)


def _json(body: bytes, form: Form) -> Rows | bool:
    """Parse SPARQL 1.1 JSON (https://www.w3.org/TR/sparql11-results-json/)."""
    try:
        found: Any = json.loads(body)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip()) or "Unterminated" in error.msg
        raise MalformedAnswer("an answer that is cut off or not JSON", is_cut=is_cut) from error
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer("an answer that is not JSON") from error
    try:
        if form == "ASK":
            return _json_boolean(found)
        columns = _columns(_member(_member(found, "head"), "vars"))
        bindings = _member(_member(found, "results"), "bindings")
        if not isinstance(bindings, list):
            raise TypeError("its bindings are not a list")
        terms = _Terms()
        rows = [
            _json_row(binding, columns, terms, number) for number, binding in enumerate(bindings, 1)
        ]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise MalformedAnswer(f"JSON that is not a SPARQL result ({error})") from error
    return Rows(columns, rows, notes=terms.notes())


def _member(found: object, name: str) -> Any:
    if not isinstance(found, dict) or name not in found:
        raise TypeError(f"it has no {name!r}")
    return found[name]


def _columns(names: object) -> tuple[str, ...]:
    if not isinstance(names, list):
        raise TypeError("its variables are not a list")
    columns = [name for name in names if isinstance(name, str) and name]
    if len(columns) != len(names) or len(set(columns)) != len(columns):
        raise ValueError("a variable name is empty, repeated or not text")
    if any(_SURROGATES.search(name) for name in columns):
        raise ValueError("a variable has a lone surrogate")
    return tuple(columns)


def _json_boolean(found: object) -> bool:
    if isinstance(found, dict) and "boolean" in found:
        answer = found["boolean"]
        if not isinstance(answer, bool):
            raise TypeError("its boolean is neither true nor false")
        return answer
    # Virtuoso 7 answers ASK with one binding of 1 (true) or 0 (false), or with none (false).
    names = _columns(_member(_member(found, "head"), "vars"))
    bindings = _member(_member(found, "results"), "bindings")
    if bindings == [] and [name.upper() for name in names] == ["__ASK_RETVAL"]:
        return False
    try:
        (binding,) = bindings
        (term,) = binding.values()
        return {"0": False, "1": True, "false": False, "true": True}[term["value"]]
    except (LookupError, TypeError, ValueError, AttributeError):
        raise ValueError("it has no 'boolean'") from None


def _json_row(binding: dict[str, Any], columns: tuple[str, ...], terms: _Terms, number: int) -> Row:
    if not isinstance(binding, dict):
        raise TypeError(f"row {number} is not an object")
    if unknown := binding.keys() - set(columns):
        raise ValueError(f"a row has {min(unknown)!r}, which is not a column")
    return tuple(
        None
        if (cell := binding.get(name)) is None
        else terms.read(lambda cell=cell: _json_term(cell), cell, f"row {number}, ?{name}")  # type: ignore[misc]
        for name in columns
    )


def _json_term(found: dict[str, Any]) -> Term:
    value = _member(found, "value")
    if not isinstance(value, str):
        raise TypeError("its value is not text")
    return _term(found["type"], value, found.get("xml:lang"), found.get("datatype"))


def _term(kind: str, value: str, language: str | None, datatype: str | None) -> Term:
    match kind:
        case "uri":
            return Iri(value)
        case "bnode":
            return Blank(_label(value))
        case "literal" | "typed-literal":  # the latter from before SPARQL 1.1
            if language:
                return Literal(value, language=language)
            # Virtuoso stores "true" as 1 and returns it so: the same value in another lexical form.
            text = _BOOLEAN_VALUES.get(value, value) if datatype == _BOOLEAN else value
            return Literal(text, datatype=datatype or XSD_STRING)
    raise ValueError(f"a term of the type {kind!r}")


def _label(name: str) -> str:
    """Return a blank node label that is valid in Turtle.

    Virtuoso uses labels such as nodeID://b10023.
    """
    return _NOT_IN_A_LABEL.sub(lambda sign: f"_{ord(sign[0]):x}_", name)


def _xml(body: bytes, form: Form) -> Rows | bool:
    """Parse SPARQL XML (https://www.w3.org/TR/rdf-sparql-XMLres/)."""
    try:
        root = ET.fromstring(body)  # noqa: S314 (expat fetches nothing, and limits entities)
    except ET.ParseError as error:
        is_cut = error.code in _XML_CUT
        raise MalformedAnswer("an answer that is cut off or not XML", is_cut=is_cut) from error
    except (ValueError, LookupError) as error:  # an unknown encoding
        raise MalformedAnswer(f"XML that cannot be read ({error})") from error
    if form == "ASK":
        return _content_kind(root.findtext(f"{_RESULTS}boolean") or "")
    results = root.find(f"{_RESULTS}results")
    if root.tag != f"{_RESULTS}sparql" or results is None:
        raise MalformedAnswer(f"XML that is not a SPARQL result ({root.tag[:80]})")
    terms = _Terms()
    try:
        variables = root.findall(f"{_RESULTS}head/{_RESULTS}variable")
        columns = _columns([variable.get("name") for variable in variables])
        rows = [
            _xml_row(result, columns, terms, number)
            for number, result in enumerate(results.iter(f"{_RESULTS}result"), 1)
        ]
    except (TypeError, ValueError) as error:
        raise MalformedAnswer(f"XML that is not a SPARQL result ({error})") from error
    return Rows(columns, rows, notes=terms.notes())


def _xml_row(result: ET.Element, columns: tuple[str, ...], terms: _Terms, number: int) -> Row:
    cells: dict[str, Term] = {}
    for binding in result.findall(f"{_RESULTS}binding"):
        name = binding.get("name") or ""
        if name not in columns:
            raise ValueError(f"a row has {name!r}, which is not a column")
        cells[name] = terms.read(
            lambda binding=binding: _xml_term(binding),  # type: ignore[misc]
            "".join(binding.itertext()).strip(),
            f"row {number}, ?{name}",
        )
    return tuple(cells.get(name) for name in columns)


def _xml_term(binding: ET.Element) -> Term:
    (found,) = binding
    kind = found.tag.removeprefix(_RESULTS)
    return _term(kind, found.text or "", found.get(_XML_LANG), found.get("datatype"))


def _tsv(body: bytes, form: Form) -> Rows | bool:
    """Parse SPARQL TSV (https://www.w3.org/TR/sparql11-results-csv-tsv/)."""
    text = _text(body)
    if form == "ASK":
        return _content_kind(text)
    head, *lines = text.removesuffix("\n").split("\n")
    terms = _Terms()

    def cell(found: str, place: str) -> Term | None:
        return terms.read(lambda: _tsv_term(found), found, place) if found else None

    columns = [name.lstrip("?$") for name in head.rstrip("\r").split("\t")] if head.strip() else []
    cells = (line.rstrip("\r").split("\t") for line in lines)
    return _table(columns, cells, cell, terms.notes)


def _tsv_term(text: str) -> Term:
    found = _TSV_TERM.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an RDF term")
    kind = found.lastgroup or ""
    if found["iri"] is not None:
        return Iri(_unescaped(found["iri"]))
    if found["blank"] is not None:
        return Blank(_label(found["blank"]))
    if found["quote"]:
        return _term("literal", _unescaped(found["text"]), found["tag"], found["datatype"])
    return Literal(text, datatype=XSD + kind)


def _unescaped(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

    return _ESCAPE.sub(plain, text)


def _csv(body: bytes, form: Form) -> Rows | bool:
    """Parse SPARQL CSV: an empty cell is unbound, any other cell is plain text."""
    text = _text(body)
    if form == "ASK":
        return _content_kind(text)
    try:
        head, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        is_cut = "unexpected end" in str(error)
        raise MalformedAnswer(
            f"an answer that is cut off or not CSV ({error})", is_cut=is_cut
        ) from error
    except ValueError as error:
        raise MalformedAnswer("an empty answer", is_cut=True) from error

    def cell(found: str, _: str) -> Term | None:
        if found.startswith("_:"):
            return Blank(_label(found[2:]))
        return Literal(found) if found else None

    # A row with one empty cell is an empty line, for which csv.reader returns no cells.
    cells = (line or [""] for line in lines)
    return _table(head, cells, cell, lambda: (_NO_TYPES,))


def _table(
    head: list[str],
    lines: Iterable[list[str]],
    cell: Callable[[str, str], Term | None],
    notes: Callable[[], tuple[str, ...]],
) -> Rows:
    try:
        columns = _columns(head)
    except (TypeError, ValueError) as error:
        raise MalformedAnswer(f"a table that is not a SPARQL result ({error})") from error
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        if not columns and line == [""]:
            line = []
        if len(line) != len(columns):
            raise MalformedAnswer(
                f"a table with {len(line)} cells in row {number}, not {len(columns)}"
            )
        rows.append(
            tuple(
                cell(found, f"row {number}, ?{name}")
                for name, found in zip(columns, line, strict=True)
            )
        )
    return Rows(columns, rows, notes=notes())


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedAnswer(f"an answer that is not UTF-8 (byte {error.start:,})") from error


def _content_kind(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.strip().lower()]
    except KeyError as error:
        raise MalformedAnswer("an answer to ASK that is neither true nor false") from error


def _boolean_text(body: bytes, form: Form) -> Rows | bool:
    if form != "ASK":
        raise MalformedAnswer("plain text, which holds no rows")
    return _content_kind(_text(body))


#: Media type -> parser of the response to SELECT and ASK, preferred types first.
ROW_TYPES: Final[dict[str, Callable[[bytes, Form], Rows | bool]]] = {
    "application/sparql-results+json": _json,
    "application/json": _json,
    "application/sparql-results+xml": _xml,
    "application/xml": _xml,
    "text/xml": _xml,
    "text/tab-separated-values": _tsv,
    "text/csv": _csv,
    "text/boolean": _boolean_text,
}
#: Media type -> name of the format in pyoxigraph, and its usual name.
TRIPLE_TYPES: Final[dict[str, tuple[str, str]]] = {
    "application/n-triples": ("N_TRIPLES", "N-Triples"),
    "text/turtle": ("TURTLE", "Turtle"),
    "application/turtle": ("TURTLE", "Turtle"),
    "application/x-turtle": ("TURTLE", "Turtle"),
    "application/rdf+xml": ("RDF_XML", "RDF/XML"),
    "application/xml": ("RDF_XML", "RDF/XML"),
    "text/xml": ("RDF_XML", "RDF/XML"),
    "application/ld+json": ("JSON_LD", "JSON-LD"),
}


def read_triples(body: bytes, content_type: str) -> Triples:
    """Parse the response to CONSTRUCT or DESCRIBE.

    Args:
        body: The response body.
        content_type: One of `TRIPLE_TYPES`. Remote JSON-LD contexts are never fetched.

    Raises:
        MalformedAnswer: If the body is not well-formed.
    """
    import pyoxigraph as ox

    format_, name = TRIPLE_TYPES[content_type]
    terms = _Terms()
    try:
        # Lenient: an IRI with a space invalidates its triple, not the whole response.
        parser = ox.parse(body, getattr(ox.RdfFormat, format_), lenient=True)
        triples = list(_triples(parser, terms))
    except (SyntaxError, ValueError, OSError) as error:
        line = getattr(error, "lineno", None)
        is_cut = line is None or line >= body.rstrip(b"\n").count(b"\n") + 1
        raise MalformedAnswer(
            f"an answer that is cut off or not {name} ({error})", is_cut=is_cut
        ) from error
    return Triples(triples, notes=terms.notes())


def _triples(quads: Iterable[Any], terms: _Terms) -> Iterator[Triple]:
    for number, quad in enumerate(quads, 1):
        found = [
            terms.read(
                lambda node=node: _check_node(node),  # type: ignore[misc]
                getattr(node, "value", str(node)),
                f"triple {number}",
            )
            for node in (quad.subject, quad.predicate, quad.object)
        ]
        # Plain text can only be an object; a triple with another invalid term is dropped.
        if not isinstance(found[0], Literal) and isinstance(found[1], Iri):
            yield found[0], found[1], found[2]


def _check_node(node: Any) -> Term:
    """Convert a term from the lenient parser, and validate it."""
    import pyoxigraph as ox

    if isinstance(node, ox.NamedNode):
        return Iri(node.value)
    if isinstance(node, ox.BlankNode):
        return Blank(node.value)
    if isinstance(node, ox.Literal):
        if node.language:
            return Literal(node.value, language=node.language)
        return Literal(node.value, datatype=node.datatype.value)
    raise ValueError("triple terms (RDF 1.2) are not supported")
