"""Explanations of canned queries without rows, from the values of their parameters.

Either the values do not fit the query (a value is outside the range of the graph, or of another
kind than the query reads), or the graph has no data, or none in English. The rules depend on the
types of the parameters and on the triple patterns of the query, not on single queries.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ..core.errors import NetworkError
from ..core.terms import Iri, Literal, Term, canonical_language, expand, shorten
from ..core.text import count_text, join_names
from ..core.values import year_of
from ..core.vocabulary import BASE, PREFIXES
from ..store.interface import Store, select
from .bound_query import BoundQuery, bind_terms
from .catalog import ANY, CannedQuery, Parameter
from .results import Result

if TYPE_CHECKING:
    from rdflib.term import Node

    from ..search.name_index import NameIndex

#: Returns the label of an IRI, or the IRI with a prefix.
Label = Callable[[str], str]

NO_DATA: Final = "no data: "
WRONG_VALUES: Final = "the values do not fit this query: "
NOT_IN_ENGLISH: Final = "no label in English: "
#: The condition of canned queries on labels; the rules of the ontology provide one for each node.
_LABEL_FILTER: Final = re.compile(r'IF\(LANG\(\?\w+\) = "", "en", LANG\(\?\w+\)\) = "en"')
_VALUE: Final = "allusionValue"
_REGISTER: Final = f'STRBEFORE(STRAFTER(STR(?{_VALUE}), "{BASE}"), "/")'
#: Every entity matches patterns with these properties, so they are ignored.
_COMMON: Final = frozenset((PREFIXES["rdfs"] + "label", PREFIXES["rdf"] + "type"))
_DATES: Final = """
SELECT DISTINCT ?date {
  VALUES ?property { al:published al:born al:died al:opened al:releaseDate al:began }
  ?thing ?property ?date
}"""
_LANGUAGES: Final = """
SELECT DISTINCT ?tag {
  { ?thing dcterms:language ?tag FILTER(!ISIRI(?tag)) }
  UNION { ?thing rdfs:label ?label BIND(LANG(?label) AS ?tag) FILTER(?tag != "") }
}"""


def with_explanation(
    result: Result, bound: BoundQuery, store: Store, names: Callable[[], NameIndex]
) -> Result:
    """Return an empty result with its explanation, which is computed when it is read.

    Args:
        result: The result of the query, without rows.
        bound: The query.
        store: The store that was queried.
        names: Opens the index of names.
    """

    def label(iri: str) -> str:
        name = names().label(iri, "en")
        return name.text if name else shorten(iri)

    def explain() -> str:
        try:
            return explain_empty(bound, store, label)
        except NetworkError as error:
            return f"{NO_DATA}the endpoint has not answered why ({error})"

    return result._replace(explain=cache(explain))


def explain_empty(bound: BoundQuery, store: Store, label: Label) -> str:
    """Return why a query has no rows, and which command to run next.

    Args:
        bound: The query, which has no rows.
        store: The store that was queried.
        label: Returns the label of an entity.
    """
    query = bound.query
    if query.service_hosts:
        return _header(bound) or (
            f"{NO_DATA}neither this graph nor {', '.join(query.service_hosts)} has such "
            "statements; to list the linked entities: allusion query wikidata-links"
        )
    values = {p.name: _value(bound, p) for p in query.parameters}
    given = [(p, term) for p in query.parameters if (term := values[p.name]) is not None]
    for parameter, term in given:
        if problem := _outside(parameter, term, store):
            return WRONG_VALUES + problem
    entities = [(p, term) for p, term in given if isinstance(term, Iri) and p.type != "kind"]
    if len(entities) > 1 and len({term for _, term in entities}) == 1:
        both = " and ".join(p.name for p, _ in entities)
        same = _named(entities[0][1], label)
        return f"{WRONG_VALUES}{both} are both {same}; give two different ones"
    places = [(term, list(_patterns(query, p.name))) for p, term in entities]
    for term, patterns in places:
        if known := _other_registers(patterns, term, store):
            what = f"{_named(term, label)} is of kind {_register(term)}"
            return (
                f"{WRONG_VALUES}it reads {join_names(known, 'or')}, but {what}; {_next(entities)}"
            )
    if change := _relaxed(bound, given, store):
        return WRONG_VALUES + change
    if rows := _in_other_languages(bound, store):
        return (
            f"{NOT_IN_ENGLISH}{count_text(rows, 'row has', 'rows have')} names or descriptions in "
            "other languages alone, "
            "and no rule of the ontology added labels without language; to add them: allusion "
            "load FILE --into FOLDER --names --infer"
        )
    header = _header(bound)
    if header.startswith(NO_DATA):
        return header
    return _unused(places, entities, store, label) or header or _unmet(entities, label)


def _value(bound: BoundQuery, parameter: Parameter) -> Term | None:
    """Return the value of a parameter, given or by default; None for "any"."""
    if parameter.name in bound.given:
        return bound.terms.get(parameter.name)
    if iri := expand(parameter.default):
        return Iri(iri)
    literal = re.fullmatch(r'"([^"]*)"(?:\^\^xsd:(\w+))?|([+-]?[0-9]+)', parameter.default)
    if not literal:
        return None
    datatype = literal[2] or ("integer" if literal[3] else "")
    text = literal[3] or literal[1]
    return Literal(text, datatype=PREFIXES["xsd"] + datatype) if datatype else Literal(text)


def _header(bound: BoundQuery) -> str:
    """Return the explanation of the header, with the values in its commands."""

    def written(found: re.Match[str]) -> str:
        parameter = bound.query.parameter(found[1])
        term = _value(bound, parameter)
        return _argument(term) if term is not None else ANY

    return re.sub(r"\{(\w+)\}", written, bound.query.empty)


def _argument(term: Term) -> str:
    """Return a term as an argument of a command."""
    return shlex.quote(shorten(term.value) if isinstance(term, Iri) else str(term))


def _named(term: Iri, label: Label) -> str:
    short = shorten(term.value)
    name = label(term.value)
    return short if name == short else f"{name} ({short})"


def _outside(parameter: Parameter, term: Term, store: Store) -> str:
    """Return why a value is outside the values of its type in the graph, or ""."""
    text = str(term)
    if parameter.type == "kind":
        pattern = f"?any al:kind/skos:broader* {term.n3()}"
        if list(select(store, f"SELECT ?any {{ {pattern} }} LIMIT 1")):
            return ""
        return (
            f"no connection here is of the kind {shorten(text)}; to count the kinds: "
            "allusion query kinds"
        )
    if parameter.type == "language":
        known = {str(row[0]).lower() for row in select(store, _LANGUAGES)}
        wanted = text.lower()
        if not known or any(tag == wanted or tag.startswith(f"{wanted}-") for tag in known):
            return ""
        return (
            f"nothing here is in the language {text}; languages here: "
            f"{', '.join(sorted(map(canonical_language, known)))}"
        )
    if parameter.type == "year":
        years = sorted(
            {year for row in select(store, _DATES) if (year := year_of(str(row[0]))) is not None}
        )
        wanted_year = int(text)
        if not years or years[0] <= wanted_year <= years[-1]:
            return _nearest_years(parameter, wanted_year, years)
        return f"the dates here go from {years[0]} to {years[-1]}, but {parameter.name} is {text}"
    return ""


def _nearest_years(parameter: Parameter, wanted: int, years: list[int]) -> str:
    if wanted in years or not years:
        return ""
    before = max(year for year in years if year < wanted)
    after = min(year for year in years if year > wanted)
    return (
        f"no date here is in {wanted}; the nearest are in {before} and {after}: "
        f"-p {parameter.name}={before}"
    )


def _patterns(query: CannedQuery, name: str) -> Iterator[str]:
    """Yield the triple patterns of a query with one variable, which is renamed.

    Patterns in OPTIONAL, MINUS and EXISTS are left out, because rows need none of them.
    """
    from rdflib import BNode, Variable
    from rdflib.paths import Path
    from rdflib.plugins.sparql import prepareQuery

    wanted = Variable(name)

    def written(node: Node | Path, place: int) -> str:
        if node == wanted:
            return f"?{_VALUE}"
        if isinstance(node, Variable | BNode):
            return f"?allusion{place}"
        return f"({node.n3()})" if isinstance(node, Path) else node.n3()

    found: dict[str, None] = {}
    for triple in _required_triples(prepareQuery(query.sparql).algebra):
        subject, predicate, value = triple
        if wanted in (subject, value) and str(predicate) not in _COMMON:
            found[" ".join(written(node, place) for place, node in enumerate(triple))] = None
    yield from found


def _required_triples(part: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triples of an algebra tree, except those that rows do not need."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if not isinstance(part, CompValue):
        return
    yield from part.triples or ()
    if part.name in ("LeftJoin", "Minus"):
        yield from _required_triples(part.p1)
        return
    for inner in (part.p, part.p1, part.p2):
        yield from _required_triples(inner)


def _register(term: Iri) -> str:
    """Return the register of an entity; "" for an IRI outside of this project."""
    return term.value.partition(BASE)[2].partition("/")[0]


def _other_registers(patterns: Sequence[str], term: Iri, store: Store) -> list[str]:
    """Return the registers that a query reads, if that of ``term`` is not one of them."""
    if not patterns or not _register(term):
        return []
    union = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
    rows = select(
        store,
        f"SELECT ?register (COUNT(*) AS ?n) {{ SELECT DISTINCT ?{_VALUE} "
        f"({_REGISTER} AS ?register) {{ {union} FILTER(ISIRI(?{_VALUE})) }} }} "
        "GROUP BY ?register ORDER BY DESC(?n) ?register",
    )
    known = [register for row in rows if (register := str(row[0]))]
    return [] if _register(term) in known else known


def _unused(
    places: list[tuple[Iri, list[str]]],
    entities: Sequence[tuple[Parameter, Iri]],
    store: Store,
    label: Label,
) -> str:
    """Return which entity is in none of the patterns that the query reads, or ""."""
    for term, patterns in places:
        head = f"SELECT * {{ VALUES ?{_VALUE} {{ {term.n3()} }}"
        queries = [f"{head} {pattern} }} LIMIT 1" for pattern in patterns]
        if queries and not any(True for query in queries for _ in select(store, query)):
            what = f"{_named(term, label)} is in no statement that this query reads"
            return f"{NO_DATA}{what}; {_next(entities)}"
    return ""


def _relaxed(bound: BoundQuery, given: list[tuple[Parameter, Term]], store: Store) -> str:
    """Return which wider value of one parameter gives rows, or "".

    An optional parameter is left out; a whole number becomes 1, or its default.
    """
    for parameter, term in sorted(given, key=lambda pair: pair[0].type != "integer"):
        for wider in _wider(parameter, term):
            others = {name: one for name, one in bound.terms.items() if name != parameter.name}
            new = others if wider is None else {**others, parameter.name: wider}
            if rows := len(list(select(store, bind_terms(bound.query, new)))):
                name, value = parameter.name, ANY if wider is None else str(wider)
                return (
                    f"{name}={_argument(term)} has no rows, but {name}={value} has {rows:,}; "
                    f"write: -p {name}={value}"
                )
    return ""


def _in_other_languages(bound: BoundQuery, store: Store) -> int:
    """Return how many rows the query has without its condition on the language of labels."""
    text = _LABEL_FILTER.sub("true", bound.text)
    return 0 if text == bound.text else sum(1 for _ in select(store, text))


def _wider(parameter: Parameter, term: Term) -> Iterator[Term | None]:
    if parameter.type == "integer":
        default = re.fullmatch(r"[0-9]+", parameter.default)
        for number in dict.fromkeys(("1", default[0] if default else "1")):
            if number != str(term):
                yield Literal(number, datatype=PREFIXES["xsd"] + "integer")
    elif parameter.optional and not isinstance(term, Iri):
        yield None


def _next(entities: Sequence[tuple[Parameter, Iri]]) -> str:
    """Return the commands that show what is known of the values."""
    arguments = [_argument(term) for _, term in entities]
    if len(entities) > 1:
        return f"to see what else connects them: allusion path {' '.join(arguments[:2])}"
    parameter = entities[0][0]
    if parameter.type == "source":
        return f"to see what it states: allusion query what-a-source-says {arguments[0]}"
    every = f"; to list everything: -p {parameter.name}={ANY}" if parameter.optional else ""
    return f"to see its card: allusion show {arguments[0]}{every}"


def _unmet(entities: Sequence[tuple[Parameter, Iri]], label: Label) -> str:
    if not entities:
        return f"{NO_DATA}this graph has no statement of the kind that the query reads"
    names = " and ".join(_named(term, label) for _, term in entities)
    if len(entities) > 1:
        return f"{NO_DATA}no statement of this kind connects {names}; {_next(entities)}"
    what = f"no statement about {names} meets all conditions of the query"
    return f"{NO_DATA}{what}; {_next(entities)}"
