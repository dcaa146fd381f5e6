"""The embedded engine: Oxigraph, on disk or in memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..core.errors import QueryError, StoreError
from ..core.terms import (
    XSD_STRING,
    Blank,
    Term,
    canonical_language,
    canonical_tags,
    sound_iri,
    sound_literal,
)
from ..core.vocabulary import PREFIXES
from ..sparql.guard import refuse_unsafe
from .base import Answer, Row, Rows, Triple, Triples

if TYPE_CHECKING:
    import rdflib

_EngineTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# So many different terms are kept at hand; more would be a copy of the store.
_MOST_REMEMBERED = 50_000


# Reading a query for what it must not do takes longer than answering a small one; the text of a
# canned query comes again and again. A refusal is not remembered: it is raised.
_refuse_unsafe = lru_cache(maxsize=128)(refuse_unsafe)


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
        """Answer one query over the default graph, the merge of all named graphs.

        :raises QueryError: if ``sparql`` is not a valid query.
        :raises QueryRefused: if it is an update or asks another server.
        """
        _refuse_unsafe(sparql)
        try:
            found = self.engine.query(sparql, prefixes=PREFIXES)
        except SyntaxError as error:
            from ..sparql.syntax_errors import explain_syntax_error

            raise QueryError(explain_syntax_error(str(error), sparql)) from error
        except (OSError, RuntimeError) as error:
            raise _explained(error) from error
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            return Triples(_triples(found))
        columns = tuple([variable.value for variable in found.variables])
        return Rows(columns, _rows(found, self._known), partial(_json, found))

    def dataset(self) -> rdflib.Dataset:
        """The same quads as an rdflib Dataset, without a copy (by oxrdflib).

        Its default graph is the merge of all named graphs.
        """
        import oxrdflib

        from .readonly_dataset import ReadOnlyDataset

        dataset = ReadOnlyDataset(oxrdflib.OxigraphStore(store=self.engine))
        for prefix, iri in PREFIXES.items():
            dataset.bind(prefix, iri, replace=True)
        return dataset


def _explained(error: Exception) -> Exception:
    from ..sparql.syntax_errors import explain_failure

    return explain_failure(str(error))


def _rows(found: ox.QuerySolutions, known: _Known) -> Iterator[Row]:
    term = known.__getitem__
    try:
        for solution in found:
            yield tuple(map(term, solution))
    except (OSError, RuntimeError) as error:
        raise _explained(error) from error


def _json(found: ox.QuerySolutions) -> str:
    """The answer as the engine writes it, but for the letter case of language tags."""
    try:
        text = (found.serialize(format=ox.QueryResultsFormat.JSON) or b"").decode("utf-8")
    except (OSError, RuntimeError) as error:
        raise _explained(error) from error
    return canonical_tags(text) + "\n"


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
