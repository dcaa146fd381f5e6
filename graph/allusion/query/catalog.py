"""The canned queries: their headers, their typed parameters, and binding values to them.

A query file is standard SPARQL 1.1 and runs anywhere as it stands: each parameter
is a ``VALUES ?name { default }`` block. Binding replaces the data inside that block
by terms that were validated and serialised as terms; the grammar of a data block
admits nothing else, and the same text runs on every engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from keyword import iskeyword
from pathlib import Path
from typing import Any, Final

from ..core.errors import Fault, ParameterError, UnknownName
from ..core.terms import Iri, Literal, Term
from ..core.vocabulary import ENTITY_REGISTERS, FAMILIES, PREFIXES, WIKIDATA_ENTITY

#: The types that a parameter may have, with what is written on the command line.
TYPES: Final = {
    "entity": "an IRI, a prefixed name, a slug or a name in any language",
    "node": "like entity, but also a scene, an utterance or a connection",
    "item": "a Wikidata item such as Q766263, or an entity here that is linked to one",
    "source": "the slug or title of a source",
    "kind": f"a kind of connection, such as name-drop, or a family: {', '.join(FAMILIES)}",
    "language": "a BCP 47 tag, such as zh-Hant",
    "year": "a year in four digits or more",
    "integer": "a whole number",
    "text": "any text",
}
#: What leaves an optional parameter out; something of that name is given as its IRI or slug.
ANY: Final = "any"
_NODES: Final = (*ENTITY_REGISTERS, "scene", "utterance", "connection", "claim")
# Options of `KnowledgeGraph.query`, beside which the parameters stand.
_TAKEN: Final = ("name", "language", "links", "allow_service", "pulled")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ITEM: Final = re.compile(rf"(?:wd:|{re.escape(WIKIDATA_ENTITY)})?(Q[1-9][0-9]*)")
_LITERAL: Final = re.compile(r'"([^"]*)"(?:@[\w-]+|\^\^\S+)?')
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

Resolver = Callable[[str, tuple[str, ...]], str]
"""Turns a name into an IRI, given the registers in which to look.

Where "item" stands before the registers, the IRI wanted is that of the Wikidata item to which
the entity of that name is linked."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: ``default`` is the term in the file as SPARQL writes it, or "" for none.

    ``registers`` narrows an entity to some registers, ``choices`` a text to some values
    (empty means any).
    """

    name: str
    type: str
    description: str
    default: str
    registers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def optional(self) -> bool:
        """Whether leaving it out means "any" (the file says UNDEF)."""
        return self.default == "UNDEF"


def shown_default(parameter: Parameter) -> str:
    """The default of a parameter as a person reads it: "any" for UNDEF.

    >>> shown_default(Parameter("year", "year", "", '"1994"^^xsd:gYear'))
    '1994'
    """
    literal = _LITERAL.fullmatch(parameter.default)
    return ANY if parameter.optional else literal[1] if literal else parameter.default


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class CannedQuery:
    """A question with a name, in standard SPARQL.

    ``teaches`` names the features of SPARQL that it shows, ``asks`` the hosts that its
    SERVICE asks ("service" may not stand in a comment of such a query, see `federation`).
    ``expected`` is what a test compares the answer to the defaults with: ``rows``
    (how many) and ``contains`` (cells that must stand together in one row). ``empty`` says what
    an answer without rows means, and which command to run next.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    expected: dict[str, Any] = field(default_factory=dict)
    teaches: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    empty: str = ""

    def __repr__(self) -> str:
        """Its name, parameters and question."""
        return f"{self.name}({', '.join(p.name for p in self.parameters)}): {self.summary}"

    def bind(self, values: Mapping[str, Term]) -> str:
        """The query with ``values`` in place of its defaults.

        :raises ParameterError: if a value belongs to no parameter.
        """
        parts = [self.sparql]
        for name, term in values.items():
            self.parameter(name)
            pattern = _block(name)
            # Split, not substitute: an inserted value is never searched again.
            parts = [
                piece
                for part in parts
                for piece in ([part] if isinstance(part, _Bound) else _split(pattern, part, term))
            ]
        return "".join(parts)

    def named(self, values: Sequence[object], others: Mapping[str, object]) -> dict[str, object]:
        """``values`` by the names of the parameters in their order, and ``others`` beside them.

        :raises ParameterError: if there are too many, or one is given twice.
        """
        names = [parameter.name for parameter in self.parameters]
        if len(values) > len(names):
            taken = f"takes {', '.join(names)}" if names else "takes no parameters"
            given = "1 value was" if len(values) == 1 else f"{len(values)} values were"
            raise ParameterError(
                f"{self.name} {taken}, and {given} given; quote a name of several words"
            )
        by_place = dict(zip(names, values, strict=False))
        if twice := next((name for name in by_place if name in others), ""):
            raise ParameterError(f"the parameter {twice} is given twice")
        return by_place | dict(others)

    def parse(self, values: Mapping[str, object], resolve: Resolver) -> dict[str, Term]:
        """Values as people write them, as terms of the types that the header states.

        :raises ParameterError: if one is unknown or not of its type.
        :raises UnknownName: if a name stands for nothing here, or for several things.
        """
        return {
            name: parse_value(self.parameter(name), str(value), resolve)
            for name, value in values.items()
            if not self._is_any(self.parameter(name), value)
        }

    def _is_any(self, parameter: Parameter, value: object) -> bool:
        """Return whether ``value`` leaves the parameter out.

        Raises:
            ParameterError: If it says "any" where the parameter has to have a value.
        """
        if value != ANY or parameter.type == "text":
            return value == ANY and parameter.optional
        if not parameter.optional:
            raise ParameterError(
                f"{self.name} needs one {parameter.name} and cannot answer for any; left out, "
                f"it is {shown_default(parameter)}"
            )
        return True

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


class _Bound(str):
    """A piece of query text that is a serialised term."""

    __slots__ = ()


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)[^{{}}]*(\}})")


def _split(pattern: re.Pattern[str], text: str, term: Term) -> list[str]:
    pieces: list[str] = []
    last = 0
    for found in pattern.finditer(text):
        pieces += [text[last : found.end(1)], _Bound(f" {term.n3()} "), found[2]]
        last = found.end()
    return [*pieces, text[last:]]


def parse_value(parameter: Parameter, text: str, resolve: Resolver) -> Term:
    """One value as a term of the parameter's type.

    :raises ParameterError: if it is not of that type; the message says what is.
    """
    kind = parameter.type
    if kind in ("entity", "node", "source"):
        usual = {"entity": tuple(ENTITY_REGISTERS), "node": _NODES, "source": ("source",)}[kind]
        return Iri(resolve(text, parameter.registers or usual))
    if kind == "kind":
        return Iri(resolve(text, ("kind",)))
    if kind == "item":
        if item := _ITEM.fullmatch(text):
            return Iri(WIKIDATA_ENTITY + item[1])
        return Iri(resolve(text, ("item", *(parameter.registers or ENTITY_REGISTERS))))
    if parameter.choices and text not in parameter.choices:
        near = [choice for choice in parameter.choices if choice.lower() == text.lower()]
        hint = f"did you mean {near[0]}? " if near else ""
        raise ParameterError(
            f"{parameter.name}={text!r}: {hint}choose from: {', '.join(parameter.choices)}"
        )
    if kind == "language" and _TAG.fullmatch(text):
        return Literal(text)
    if kind == "year" and re.fullmatch(r"0[0-9]{3}|[1-9][0-9]{3,8}", text):
        return Literal(text, datatype=PREFIXES["xsd"] + "gYear")
    if kind == "integer" and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return Literal(str(int(text)), datatype=PREFIXES["xsd"] + "integer")
    if kind == "text":
        return Literal(text)
    raise ParameterError(f"{parameter.name}={text!r}: wanted is {TYPES[kind]}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All canned queries by name."""

    queries: dict[str, CannedQuery]

    def __repr__(self) -> str:
        """The names by topic."""
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
        head = f"{len(self.queries)} canned queries; what one asks: kg.queries.get(name)"
        return "\n".join([head, *lines])

    @property
    def local(self) -> list[CannedQuery]:
        """The queries that ask no other server."""
        return [query for query in self.queries.values() if not query.asks]

    def get(self, name: str) -> CannedQuery:
        """The query of that name.

        :raises UnknownName: if there is none; the message names the nearest.
        """
        if name in self.queries:
            return self.queries[name]
        from difflib import get_close_matches

        near = get_close_matches(name, self.queries, n=3, cutoff=0.4)
        near += [known for known in self.queries if name in known and known not in near]
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise UnknownName(
            f"no query is called {name!r}; {hint}allusion query lists all {len(self.queries)}", near
        )

    def to_json(self) -> str:
        """The catalogue as the build keeps it beside the store."""
        return json.dumps([asdict(query) for query in self.queries.values()], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Catalogue:
        """The catalogue that `to_json` wrote."""
        queries = [
            CannedQuery(
                **{
                    **row,
                    "tags": tuple(row["tags"]),
                    "teaches": tuple(row["teaches"]),
                    "asks": tuple(row["asks"]),
                    "parameters": tuple(
                        Parameter(
                            **{
                                **p,
                                "registers": tuple(p["registers"]),
                                "choices": tuple(p["choices"]),
                            }
                        )
                        for p in row["parameters"]
                    ),
                    "columns": tuple(Column(**column) for column in row["columns"]),
                }
            )
            for row in json.loads(text)
        ]
        return cls({query.name: query for query in queries})


def read_catalogue(paths: list[Path]) -> tuple[Catalogue, list[Fault]]:
    """Every query file, and what is wrong with any header."""
    queries: dict[str, CannedQuery] = {}
    faults: list[Fault] = []
    for path in paths:
        outcome = _read_query(path)
        if isinstance(outcome, Fault):
            faults.append(outcome)
        else:
            queries[outcome.name] = outcome
    return Catalogue(queries), faults


def _read_query(path: Path) -> CannedQuery | Fault:
    import yaml

    name = f"queries/{path.name}"

    def fault(problem: str, fix: str, line: int = 1) -> Fault:
        return Fault(name, line, path.stem, problem, fix, "query-header")

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return fault(f"is not UTF-8 ({error.reason})", "save the file as UTF-8")
    header = "\n".join(
        line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")
    )
    try:
        # Both are safe; the one in C, where it was compiled, takes a tenth of the time.
        meta = yaml.load(header, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        return fault(f"has a header that is not YAML: {error}", "lines #+ key: value")
    if not isinstance(meta, dict) or not {"summary", "tags", "columns"} <= meta.keys():
        return fault("lacks summary, tags or columns", "see queries/README.md for the header")
    if (
        not isinstance(meta["columns"], dict)
        or not isinstance(meta["tags"], list)
        or not meta["tags"]
    ):
        return fault("has columns that are no mapping, or no tags", "see queries/README.md")
    if problem := _problem_of(text, list(meta["columns"])):
        return fault(problem, "mend the query, or the columns of its header")
    parameters = []
    for key, spec in (meta.get("parameters") or {}).items():
        parameter = _read_parameter(key, spec, text)
        if not isinstance(parameter, Parameter):
            return fault(*parameter)
        parameters.append(parameter)
    return CannedQuery(
        path.stem,
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
    """One parameter of a header, or what is wrong with it and how to mend that."""
    block = _block(key).search(text)
    if block is None:
        return f"has no VALUES ?{key} {{ ... }}", "put the default there"
    if iskeyword(key) or key in _TAKEN:
        return (
            f"parameter {key} has a name that Python or kg.query takes for itself",
            f"choose another than {', '.join(_TAKEN)} and Python's keywords",
        )
    if not isinstance(spec, dict) or spec.get("type") not in TYPES:
        return f"parameter {key} has no known type", f"types: {', '.join(TYPES)}"
    return Parameter(
        key,
        spec["type"],
        str(spec.get("description", "")),
        block[0][len(block[1]) : -1].strip(),
        tuple(spec.get("registers", ())),
        tuple(spec.get("choices", ())),
    )


def _problem_of(sparql: str, columns: list[str]) -> str:
    """Why a canned query cannot be run, or gives other columns than its header says; else ""."""
    import pyoxigraph as ox

    try:
        answer = ox.Store().query(sparql)
    except SyntaxError as error:
        return f"is not valid SPARQL: {error}"
    if not isinstance(answer, ox.QuerySolutions):
        return "is not a SELECT query"
    names = [variable.value for variable in answer.variables]
    return "" if names == columns else f"gives the columns {', '.join(names)}"
