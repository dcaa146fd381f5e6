"""The embedded engine: Oxigraph, on disk or in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..errors import QueryError, StoreError
from ..guard import refuse_unsafe
from ..terms import XSD_STRING, Blank, Term, canonical_language, sound_iri, sound_literal
from ..vocabulary import PREFIXES
from .answer import Answer, Row, Rows, Triple, Triples

if TYPE_CHECKING:
    import rdflib

_EngineTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# "error at 3:15: expected ..." is how Oxigraph words a syntax error.
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# So many different terms are kept at hand; more would be a copy of the store.
_MOST_REMEMBERED = 50_000
_DAMAGED = "the store could not be read ({}); run: allusion build --force"
# The engine lists character classes among what it expected; nobody types those.
_CLASSES = re.compile(r"\[[^\]]*\](?: ?\|\s*)?", re.DOTALL)
_PREFIXED = re.compile(r"([A-Za-z][\w.-]*)?:[\w.%-]*$")


# Reading a query for what it must not do takes longer than answering a small one; the text of a
# canned query comes again and again. A refusal is not remembered: it is raised.
_refuse_unsafe = lru_cache(maxsize=128)(refuse_unsafe)


_SUBTAGS = re.compile(r'"xml:lang":"([a-z]+-[a-z0-9-]+)"')


class OxigraphStore:
    """A store of quads that answers SPARQL; ``path`` None keeps it in memory.

    On disk it is opened read-only: the only writer is the build, which writes a
    new store beside the old one.

    :raises StoreError: if there is no store at ``path`` or it cannot be read.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known = _Known()
        try:
            self.engine = ox.Store() if path is None else ox.Store.read_only(str(path))
        except (OSError, ValueError, RuntimeError) as error:
            raise StoreError(
                f"the store {path} cannot be opened ({error}); run: allusion build --force"
            ) from error

    def query(self, sparql: str) -> Answer:
        """Answer one query over the union of all named graphs.

        :raises QueryError: if ``sparql`` is not a valid query.
        :raises QueryRefused: if it is an update or asks another server.
        """
        _refuse_unsafe(sparql)
        try:
            found = self.engine.query(sparql, prefixes=PREFIXES, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise QueryError(explain_syntax_error(str(error), sparql)) from error
        except (OSError, RuntimeError) as error:
            raise StoreError(_DAMAGED.format(error)) from error
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            return Triples(_triples(found))
        columns = tuple([variable.value for variable in found.variables])
        return Rows(columns, _rows(found, self._known), partial(_json, found))

    def dataset(self) -> rdflib.Dataset:
        """The same quads as an rdflib Dataset, without a copy (by oxrdflib).

        Its default graph is the union of all graphs.
        """
        import oxrdflib

        from .readonly import ReadOnlyDataset

        dataset = ReadOnlyDataset(oxrdflib.OxigraphStore(store=self.engine), default_union=True)
        for prefix, iri in PREFIXES.items():
            dataset.bind(prefix, iri, replace=True)
        return dataset


def _rows(found: ox.QuerySolutions, known: _Known) -> Iterator[Row]:
    term = known.__getitem__
    try:
        for solution in found:
            yield tuple(map(term, solution))
    except (OSError, RuntimeError) as error:
        raise StoreError(_DAMAGED.format(error)) from error


def _json(found: ox.QuerySolutions) -> str:
    """The answer as the engine writes it, but for the letter case of language tags."""
    try:
        text = (found.serialize(format=ox.QueryResultsFormat.JSON) or b"").decode("utf-8")
    except (OSError, RuntimeError) as error:
        raise StoreError(_DAMAGED.format(error)) from error
    # Inside a string the quotes of this pattern would stand behind backslashes.
    return _SUBTAGS.sub(lambda tag: f'"xml:lang":"{canonical_language(tag[1])}"', text) + "\n"


def _triples(found: ox.QueryTriples) -> Iterator[Triple]:
    for triple in found:
        subject, predicate, value = map(from_engine, triple)
        if subject is not None and predicate is not None and value is not None:
            yield subject, predicate, value


class _Known(dict[_EngineTerm | None, Term | None]):
    """Terms by those of the engine, so that each is made once: answers repeat them."""

    def __missing__(self, term: _EngineTerm | None) -> Term | None:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        made = self[term] = from_engine(term)
        return made


def from_engine(term: _EngineTerm | None) -> Term | None:
    """An Oxigraph term as ours; None stays None."""
    if isinstance(term, ox.NamedNode):
        return sound_iri(term.value)
    if isinstance(term, ox.Literal):
        if language := term.language:
            return sound_literal(term.value, canonical_language(language), XSD_STRING)
        return sound_literal(term.value, "", term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return Blank(term.value)
    if term is None:
        return None
    raise QueryError("triple terms (RDF 1.2) are not supported")


def explain_syntax_error(message: str, sparql: str) -> str:
    """Oxigraph's syntax error with the line itself and a caret under the place."""
    found = _POSITION.search(message)
    if not found:
        return f"not a valid SPARQL query: {message}"
    line, column, reason = int(found[1]), int(found[2]), found[3]
    lines = sparql.splitlines() or [""]
    text = lines[line - 1] if line <= len(lines) else ""
    if "Prefix not found" in reason and (name := _PREFIXED.search(text[: column - 1])):
        return _place(line, name.start() + 1, _undeclared(name[1] or ""), text)
    if "variable that is unbound" in reason:
        return _place(line, column, "SELECT names a variable that is not grouped by", text)
    expected = [
        word
        for word in _CLASSES.sub("", reason).replace("expected one of", "expected").split(", ")
        if word.strip(" ,'\n") and word.strip() not in ('"{|"', '"~"', "_")
    ]
    return _place(line, column, ", ".join(dict.fromkeys(expected)).strip(" ,\n"), text)


def _undeclared(prefix: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(prefix, PREFIXES, n=2, cutoff=0.6)
    hint = (
        f"did you mean {' or '.join(f'{p}:' for p in near)}?"
        if near
        else (f"declare it (PREFIX {prefix}: <...>); known without that: {', '.join(PREFIXES)}")
    )
    return f"the prefix {prefix}: is not declared; {hint}"


def _place(line: int, column: int, reason: str, text: str) -> str:
    """The message with the line and a caret; wide characters take two cells."""
    from wcwidth import wcswidth

    indent = " " * max(wcswidth(text[: column - 1].replace("\t", " ")), 0)
    shown = text.replace("\t", " ")
    return (
        f"not a valid SPARQL query: line {line}, column {column}: {reason}\n  {shown}\n  {indent}^"
    )
