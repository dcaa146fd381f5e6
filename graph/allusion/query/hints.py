"""Hints on valid queries with empty results: unused variables, unknown names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from typing import Final

from ..core.suggestions import EXPECTED
from ..core.terms import XSD, Iri, Literal, shorten
from ..core.vocabulary import AL, BASE, PREFIXES
from ..sparql.tokenizer import Token, declared_prefixes, tokens_of
from ..store.interface import Store, select
from .results import Result, TripleResult

_ZERO: Final = Literal("0", datatype=f"{XSD}integer")
#: Minimum similarity (0 to 1) of a name to its likely misspelling.
_MIN_SIMILARITY: Final = 0.85
_TERMS: Final = """
SELECT DISTINCT ?term ?other ?definition WHERE {
  ?term rdfs:isDefinedBy <https://w3id.org/allusion/ontology> ; skos:definition ?definition .
  OPTIONAL { ?term rdfs:seeAlso|rdfs:subClassOf|rdfs:subPropertyOf|skos:closeMatch ?aligned
             FILTER(ISIRI(?aligned) && !STRSTARTS(STR(?aligned), STR(al:))) }
  BIND(COALESCE(STR(?aligned), "") AS ?other)
  FILTER(LANG(?definition) = "en")
} ORDER BY ?term ?other STR(?definition)"""


def find_hints(sparql: str, answer: Result | TripleResult | bool, store: Store) -> list[str]:
    """Return hints on unbound columns and on unknown names of the project.

    Names are checked if the answer holds nothing and no limit cut it: no rows, ASK is false, or
    a first row in which a cell is unbound or 0, as in a count or an OPTIONAL that never matches.
    """
    found = list(_unbound_variables(sparql, answer)) if isinstance(answer, Result) else []
    if _is_empty(answer):
        found += _unknown_names(sparql, store)
    return found


def _is_empty(answer: Result | TripleResult | bool) -> bool:
    if isinstance(answer, bool):
        return not answer
    if not answer.complete:
        return False
    if not len(answer):
        return True
    return isinstance(answer, Result) and any(
        cell is None or cell == _ZERO for cell in answer.rows[0]
    )


def _unbound_variables(sparql: str, answer: Result) -> Iterator[str]:
    """Yield hints on columns that are never bound and occur only in SELECT."""
    from difflib import get_close_matches

    tokens = tokens_of(sparql)
    if _selects_all(tokens):
        return
    used = [token.text[1:] for token in tokens if token.kind == "variable"]
    for index, name in enumerate(answer.columns):
        if used.count(name) == 1 and all(row[index] is None for row in answer.rows):
            if re.search(rf"\bAS\s*[?$]{re.escape(name)}\b", sparql, re.IGNORECASE):
                continue
            near = get_close_matches(name, {*used} - {name}, n=1, cutoff=0.6)
            hint = f"; did you mean ?{near[0]}?" if near else ""
            yield f"?{name} is selected and occurs nowhere else{hint}"


def _selects_all(tokens: Sequence[Token]) -> bool:
    """Return whether the outermost SELECT is ``SELECT *``."""
    after = dropwhile(lambda token: token.word != "SELECT", tokens)
    head = (token for token in after if token.word not in ("SELECT", "DISTINCT", "REDUCED"))
    return next((token.text == "*" for token in head), False)


def _unknown_names(sparql: str, store: Store) -> Iterator[str]:
    """Yield hints on names in namespaces of the project that are not in the graph."""
    from difflib import get_close_matches

    for iri in _project_iris(sparql):
        term = Iri(iri).n3()
        if store.query(f"ASK {{ {{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} }}"):
            continue
        space = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
        rows = select(
            store,
            f'SELECT DISTINCT ?s WHERE {{ ?s a ?class FILTER(STRSTARTS(STR(?s), "{space}")) }}',
        )
        known = {str(row[0])[len(space) :]: str(row[0]) for row in rows}
        folded = {name.casefold(): name for name in known}
        local = iri[len(space) :]
        near = [folded[local.casefold()]] if local.casefold() in folded else []
        if space == AL and (meant := EXPECTED.get(local)):
            yield f"{shorten(iri)} does not occur in the graph; did you mean {shorten(meant)}?"
            continue
        near = near or get_close_matches(local, known, n=2, cutoff=_MIN_SIMILARITY)
        if not near and space == AL:
            near = [name for name in _terms_by_definition(store, local) if name in known]
        near = near or get_close_matches(local, known, n=2, cutoff=0.6)
        hint = " or ".join(shorten(known[name]) for name in near)
        yield f"{shorten(iri)} does not occur in the graph" + (
            f"; did you mean {hint}?" if hint else ""
        )


def _terms_by_definition(store: Store, local: str) -> list[str]:
    """Return up to two local names of ontology terms that may mean ``local``.

    A term matches best if it is aligned with a term of another vocabulary that has the same
    words, such as schema:Movie. Otherwise a term matches if its definition contains all words
    of ``local``.
    """
    wanted = _stems(local)
    aligned: dict[str, None] = {}
    worded: dict[str, None] = {}
    for row in select(store, _TERMS):
        term, other, definition = map(str, row)
        name = term.removeprefix(AL)
        if _stems(re.split("[/#]", other)[-1]) == wanted:
            aligned[name] = None
        elif wanted <= _stems(definition):
            worded[name] = None
    if aligned:
        return list(aligned)[:2]
    return [] if len(wanted) < 2 or len(worded) > 2 else list(worded)


def _stems(text: str) -> frozenset[str]:
    """Return the words of a text or camel-case name, cut to five letters.

    "published" and "publication" then have the same stem.
    """
    words = re.findall(r"[A-Z]?[a-z]+", text)
    return frozenset(word.lower()[:5] for word in words if len(word) > 2)


def _project_iris(sparql: str) -> list[str]:
    """Return the distinct IRIs in the query that are in namespaces of the project."""
    tokens = tokens_of(sparql)
    prefixes = PREFIXES | declared_prefixes(tokens)
    found: dict[str, None] = {}
    for token in tokens:
        iri = token.text[1:-1] if token.kind == "iri" else ""
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            iri = prefixes.get(prefix, "") + local if local else ""
        if iri.startswith(BASE) and iri not in PREFIXES.values() and "%" not in iri:
            found[iri] = None
    return [iri for iri in found if re.fullmatch(r"[\w:/#.-]+", iri)]
