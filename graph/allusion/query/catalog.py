"""Canned queries: file headers and typed parameters.

A query file is complete SPARQL 1.1. Each parameter is a block
``VALUES ?name { default }``. Binding (`allusion.query.bound_query`) replaces the data in this
block with terms that were validated and serialized. The grammar of a data block allows nothing
but terms, so a value cannot change the query, and the same text runs on every engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..core.deprecation import renamed_attributes
from ..core.errors import Fault, ParameterError, StoreError, UnknownName
from ..core.vocabulary import FAMILIES
from ..store.manifest import remedy

#: Name of the file beside a store that holds the catalog.
FILE_NAME: Final = "catalog.txt"

#: Parameter types, and what is accepted for each on the command line.
TYPES: Final = {
    "entity": "an IRI, a prefixed name, a slug or a name in any language",
    "node": "like entity, but also a scene, an utterance or a connection",
    "item": "a Wikidata item such as Q766263, or an entity here that is linked to one",
    "source": "the slug or title of a source",
    "kind": f"a kind of connection, such as name-drop, or a family: {', '.join(FAMILIES)}",
    "language": "a BCP 47 tag, such as zh-Hant",
    "year": "a year in four digits or more, with a minus sign before 1 BCE",
    "integer": "a whole number",
    "text": "any text",
}
#: Value that omits an optional parameter. An entity with this name needs its IRI or slug.
ANY: Final = "any"
# Options of `KnowledgeGraph.query`; parameters must have other names.
_RESERVED_NAMES: Final = ("name", "language", "links", "allow_service", "pulled", "warn")
#: Names in the header of some fields of `CannedQuery`, which are also their former names.
_HEADER_NAMES: Final = {"teaches": "sparql_features", "asks": "service_hosts"}
_LITERAL: Final = r'"([^"]*)"(?:@[\w-]+|\^\^\S+)?'


class Parameter(NamedTuple):
    """A parameter of a canned query.

    Attributes:
        name: Name of the variable, without ``?``.
        type: A key of `TYPES`.
        description: Meaning of the parameter.
        default: The default as a SPARQL term; "UNDEF" for an optional parameter.
        registers: Registers in which an entity is searched; empty means all.
        choices: Values that a text may have; empty means any.
    """

    name: str
    type: str
    description: str
    default: str
    registers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def optional(self) -> bool:
        """Whether the parameter may be omitted, which means "any" (UNDEF in the file)."""
        return self.default == "UNDEF"


def shown_default(parameter: Parameter) -> str:
    """Return the default of a parameter for display: "any" for UNDEF.

    >>> shown_default(Parameter("year", "year", "", '"1994"^^xsd:gYear'))
    '1994'
    """
    literal = re.fullmatch(_LITERAL, parameter.default)
    return ANY if parameter.optional else literal[1] if literal else parameter.default


class Column(NamedTuple):
    """A column of the result of a canned query."""

    name: str
    description: str


class CannedQuery(NamedTuple):
    """A canned query in standard SPARQL.

    Attributes:
        name: Name of the file without its suffix.
        summary: The question that the query answers.
        description: Details, or "".
        tags: Topics; the first one is the main topic.
        parameters: Parameters in the order of the header.
        columns: Columns of the result.
        sparql: Text of the file.
        expected: Expected result for the defaults, for tests: ``rows`` (number of rows) and
            ``contains`` (cells that occur together in one row).
        sparql_features: SPARQL features that the query demonstrates; ``teaches`` in the header.
        service_hosts: Hosts that its SERVICE clauses access; ``asks`` in the header. The word
            "service" must not occur in a comment of such a query, see
            `allusion.sparql.federation`.
        empty: What an answer without rows means, and which command to run next.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    expected: dict[str, Any] = {}  # noqa: RUF012 (never changed)
    sparql_features: tuple[str, ...] = ()
    service_hosts: tuple[str, ...] = ()
    empty: str = ""

    def __repr__(self) -> str:
        """Return name, parameters and question."""
        return f"{self.name}({', '.join(p.name for p in self.parameters)}): {self.summary}"

    @property
    def keywords(self) -> tuple[str, ...]:
        """The topics, then the SPARQL features."""
        return (*self.tags, *self.sparql_features)

    def as_row(self) -> dict[str, Any]:
        """Return the fields by their names in the header, also those of parameters and columns."""
        row = self._asdict()
        for key, name in _HEADER_NAMES.items():
            row[key] = row.pop(name)
        parameters = [parameter._asdict() for parameter in self.parameters]
        columns = [column._asdict() for column in self.columns]
        return row | {"parameters": parameters, "columns": columns}

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name.

        Raises:
            ParameterError: If there is none; the message lists the parameters.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise ParameterError(f"{self.name} has no parameter {name!r}; it has: {known}")


if not TYPE_CHECKING:
    CannedQuery.__getattr__ = renamed_attributes(**_HEADER_NAMES)


def without_header(text: str) -> str:
    """Return the text of a canned query without the lines of its header."""
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("#+"))


def values_block(name: str) -> re.Pattern[str]:
    """Return the pattern of the block of a parameter: its head, its data, its end."""
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)[^{{}}]*(\}})")


class Catalog(NamedTuple):
    """All canned queries by name."""

    queries: Mapping[str, CannedQuery]

    def __repr__(self) -> str:
        """Return the names of the queries, grouped by topic."""
        from textwrap import fill

        topics: dict[str, list[str]] = {}
        for query in self.queries.values():
            topics.setdefault(query.tags[0] if query.tags else "", []).append(query.name)
        lines = [
            fill(
                f"{topic}: {', '.join(names)}",
                100,
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
            for topic, names in topics.items()
        ]
        head = f"{len(self.queries)} canned queries; details of one: kg.queries.get(name)"
        return "\n".join([head, *lines])

    @property
    def local(self) -> list[CannedQuery]:
        """The queries that access no other server."""
        return [query for query in self.queries.values() if not query.service_hosts]

    def get(self, name: str) -> CannedQuery:
        """Return a query by name.

        Raises:
            UnknownName: If there is none; the message lists similar names.
        """
        if name in self.queries:
            return self.queries[name]
        from difflib import get_close_matches

        near = get_close_matches(name, self.queries, n=3, cutoff=0.4)
        near += [known for known in self.queries if name in known and known not in near]
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise UnknownName(
            f"no query is named {name!r}; {hint}allusion query lists all {len(self.queries)}", near
        )

    def to_lines(self) -> str:
        """Return a line for each query, its name and JSON, for the file beside the store."""
        return "".join(f"{name} {json.dumps(q.as_row())}\n" for name, q in self.queries.items())

    @classmethod
    def load(cls, folder: Path) -> Catalog:
        """Read the catalog in the folder of a store.

        Raises:
            StoreError: If the file is missing or damaged.
        """
        path = folder / FILE_NAME
        try:
            return cls.from_lines(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{path.name} is damaged ({error!r}); {remedy(folder)}") from error

    @classmethod
    def from_lines(cls, text: str) -> Catalog:
        """Read the lines of `to_lines`. A query is decoded when it is needed.

        Raises:
            ValueError: If a line has no name.
        """
        lines = (line.split(" ", 1) for line in text.split("\n") if line)
        return cls(_Decoded(dict(lines)))


class _Decoded(Mapping[str, CannedQuery]):
    """Queries by name, decoded from JSON at the first access."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = dict(texts)
        self._known: dict[str, CannedQuery] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __getitem__(self, name: str) -> CannedQuery:
        if name not in self._known:
            self._known[name] = _from_row(json.loads(self._texts[name]))
        return self._known[name]


def _from_row(row: dict[str, Any]) -> CannedQuery:
    for key, name in _HEADER_NAMES.items():
        row[name] = row.pop(key)
    for name in ("tags", *_HEADER_NAMES.values()):
        row[name] = tuple(row[name])
    for parameter in row["parameters"]:
        for name in ("registers", "choices"):
            parameter[name] = tuple(parameter[name])
    row["parameters"] = tuple(Parameter(**one) for one in row["parameters"])
    row["columns"] = tuple(Column(**one) for one in row["columns"])
    return CannedQuery(**row)


def read_catalog(paths: list[Path]) -> tuple[Catalog, list[Fault]]:
    """Read all query files; return the catalog and the faults in the headers."""
    queries: dict[str, CannedQuery] = {}
    faults: list[Fault] = []
    for path in paths:
        outcome = _read_query(path)
        if isinstance(outcome, Fault):
            faults.append(outcome)
        else:
            queries[outcome.name] = outcome
    return Catalog(queries), faults


def _read_query(path: Path) -> CannedQuery | Fault:
    try:
        return _parse_query(path.stem, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        return _fault(path.stem, f"is not UTF-8 ({error.reason})", "save the file as UTF-8")


def _fault(name: str, problem: str, fix: str) -> Fault:
    return Fault(f"queries/{name}.rq", 1, name, problem, fix, "query-header")


@lru_cache(maxsize=128)
def _parse_query(name: str, text: str) -> CannedQuery | Fault:
    import yaml

    def fault(problem: str, fix: str) -> Fault:
        return _fault(name, problem, fix)

    header = "\n".join(
        line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")
    )
    try:
        # Both loaders are safe. The one in C is optional and ten times faster.
        meta = yaml.load(header, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        return fault(f"has a header that is not YAML: {error}", "write lines like #+ key: value")
    if not isinstance(meta, dict) or not {"summary", "tags", "columns"} <= meta.keys():
        return fault("lacks summary, tags or columns", "see queries/README.md for the header")
    if (
        not isinstance(meta["columns"], dict)
        or not isinstance(meta["tags"], list)
        or not meta["tags"]
    ):
        return fault("has columns that are not a mapping, or has no tags", "see queries/README.md")
    if problem := _problem_of(text, list(meta["columns"])):
        return fault(problem, "correct the query, or the columns of its header")
    parameters = []
    for key, spec in (meta.get("parameters") or {}).items():
        parameter = _read_parameter(key, spec, text)
        if not isinstance(parameter, Parameter):
            return fault(*parameter)
        parameters.append(parameter)
    return CannedQuery(
        name,
        str(meta["summary"]).strip(),
        str(meta.get("description", "")).strip(),
        tuple(meta["tags"]),
        tuple(parameters),
        tuple(Column(key, str(value)) for key, value in meta["columns"].items()),
        text,
        meta.get("expected") or {},
        tuple(meta.get("teaches") or ()),
        tuple(meta.get("asks") or ()),
        " ".join(str(meta.get("empty", "")).split()),
    )


def _read_parameter(key: str, spec: Any, text: str) -> Parameter | tuple[str, str]:
    """Return a parameter of a header, or its problem and the fix."""
    block = values_block(key).search(text)
    if block is None:
        return f"has no VALUES ?{key} {{ ... }}", "put the default there"
    if iskeyword(key) or key in _RESERVED_NAMES:
        return (
            f"parameter {key} has a name that Python or kg.query reserves",
            f"choose another than {', '.join(_RESERVED_NAMES)} and Python's keywords",
        )
    if not isinstance(spec, dict) or spec.get("type") not in TYPES:
        return f"parameter {key} has an unknown type", f"types: {', '.join(TYPES)}"
    return Parameter(
        key,
        spec["type"],
        str(spec.get("description", "")),
        block[0][len(block[1]) : -1].strip(),
        tuple(spec.get("registers", ())),
        tuple(spec.get("choices", ())),
    )


def _problem_of(sparql: str, columns: list[str]) -> str:
    """Return why a canned query is invalid, or "".

    A query is invalid if it cannot be parsed, is not a SELECT, or has other columns than its
    header.
    """
    import pyoxigraph as ox

    try:
        answer = ox.Store().query(sparql)
    except SyntaxError as error:
        return f"is not valid SPARQL: {error}"
    if not isinstance(answer, ox.QuerySolutions):
        return "is not a SELECT query"
    names = [variable.value for variable in answer.variables]
    return "" if names == columns else f"has the columns {', '.join(names)}"
