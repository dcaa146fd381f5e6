"""Embedded engine: Oxigraph, on disk or in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

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
from .dataset_clause import read_dataset
from .default_graph import Dataset, query_dataset
from .interface import Answer, Row, Rows, Triple, Triples
from .manifest import remedy, require_full_check

if TYPE_CHECKING:
    import rdflib

_Solution = TypeVar("_Solution")
_EngineTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# Maximum of cached terms; more would be a copy of the store.
_MAX_CACHED = 50_000


# Checking a query can take longer than running a small one, and canned queries repeat. A
# refusal is an exception, so it is not cached.
_refuse_unsafe = lru_cache(maxsize=128)(refuse_unsafe)


class Engine:
    """State of the engine in this process, for a watchdog thread.

    A call of the engine cannot be interrupted, but other threads run during it. See
    `allusion.cli.watchdog`.

    Attributes:
        steps: Counts each call and each return, so it is odd during a call.
        quads: Number of quads in the store of the last call.
        folders: Folders of the stores on disk that this process has opened.
    """

    __slots__ = ("folders", "quads", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.quads = 0
        self.folders: set[Path] = set()

    @contextlib.contextmanager
    def call(self, quads: int) -> Iterator[None]:
        """Count a call of the engine, on a store with this number of quads."""
        self.quads = quads
        self.steps += 1
        try:
            yield
        finally:
            self.steps += 1

    def require_full_check(self) -> None:
        """Make the next opening of each store that was opened read every file."""
        for folder in self.folders:
            require_full_check(folder)

    def count_steps(self, found: Iterator[_Solution], quads: int) -> Iterator[_Solution]:
        """Iterate over results of the engine, and count each step as a call."""
        self.quads = quads
        self.steps += 1
        try:
            for one in found:
                self.steps += 1
                yield one
                self.quads = quads
                self.steps += 1
        finally:
            self.steps += self.steps % 2


ENGINE: Final = Engine()


class OxigraphStore:
    """Embedded quad store with SPARQL 1.1.

    Args:
        path: A store on disk, which is opened read-only; None makes an empty store in memory. Only
            the build writes stores to disk, always to a new folder.
        quads: Number of quads in it, for the limits of `ENGINE`; 0 for a small store.

    Raises:
        StoreError: If ``path`` does not exist or cannot be read.
    """

    def __init__(self, path: Path | None = None, *, quads: int = 0) -> None:
        self.path = path
        self._quads = quads
        if path is not None:
            ENGINE.folders.add(path.parent)
        self._known = _TermCache()
        try:
            self.engine = ox.Store() if path is None else ox.Store.read_only(str(path))
        except (OSError, ValueError, RuntimeError) as error:
            assert path is not None
            raise StoreError(
                f"the store {path} cannot be opened ({error}); {remedy(path.parent)}"
            ) from error

    def query(self, sparql: str) -> Answer:
        """Run one query; its default graph is the merge of all named graphs.

        Raises:
            QueryError: If ``sparql`` is not a valid query.
            QueryRefused: If ``sparql`` is an update or accesses another server.
        """
        _refuse_unsafe(sparql)
        try:
            with ENGINE.call(self._quads):
                found = query_dataset(
                    self.engine, sparql, read_dataset(sparql) or Dataset(), prefixes=PREFIXES
                )
        except SyntaxError as error:
            from ..sparql.syntax_errors import explain_syntax_error

            raise QueryError(explain_syntax_error(str(error), sparql)) from error
        except (OSError, RuntimeError) as error:
            raise self._explained(error) from error
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            return Triples(self._triples(found))
        columns = tuple([variable.value for variable in found.variables])
        return Rows(columns, self._rows(found), partial(self._json, found))

    def _explained(self, error: Exception) -> Exception:
        return explain_failure(str(error), self.path)

    def _rows(self, found: ox.QuerySolutions) -> Iterator[Row]:
        term = self._known.__getitem__
        try:
            for solution in ENGINE.count_steps(found, self._quads):
                yield tuple(map(term, solution))
        except (OSError, RuntimeError) as error:
            raise self._explained(error) from error

    def _triples(self, found: ox.QueryTriples) -> Iterator[Triple]:
        try:
            for triple in ENGINE.count_steps(found, self._quads):
                subject, predicate, value = map(from_engine, triple)
                if subject is not None and predicate is not None and value is not None:
                    yield subject, predicate, value
        except (OSError, RuntimeError) as error:
            raise self._explained(error) from error

    def _json(self, found: ox.QuerySolutions) -> str:
        """Serialize the result in the engine, with canonical language tags."""
        try:
            with ENGINE.call(self._quads):
                data = found.serialize(format=ox.QueryResultsFormat.JSON)
        except (OSError, RuntimeError) as error:
            raise self._explained(error) from error
        return canonical_tags((data or b"").decode("utf-8")) + "\n"

    def dataset(self) -> rdflib.Dataset:
        """Return the same quads as an rdflib Dataset, without a copy, through oxrdflib.

        Its default graph is the merge of all named graphs.
        """
        from .readonly_dataset import ReadOnlyDataset

        dataset = ReadOnlyDataset(self.engine)
        for prefix, iri in PREFIXES.items():
            dataset.bind(prefix, iri, replace=True)
        return dataset


def explain_failure(message: str, path: Path | None) -> QueryError | StoreError:
    """Convert an evaluation error of the engine to an exception of this package.

    Args:
        message: Text of the error; its class is the same for all causes.
        path: The store on disk. The next opening compares its folder with its manifest.
    """
    if "not supported" in message:
        return QueryError(f"the query cannot be answered: {message}")
    if path is None:
        return StoreError(f"the store could not be read ({message})")
    require_full_check(path.parent)
    return StoreError(f"the store could not be read ({message}); {remedy(path.parent)}")


class _TermCache(dict[_EngineTerm | None, Term | None]):
    """Cache of converted terms, because results repeat them."""

    def __missing__(self, term: _EngineTerm | None) -> Term | None:
        if len(self) >= _MAX_CACHED:
            self.clear()
        made = self[term] = from_engine(term)
        return made


def from_engine(term: _EngineTerm | None) -> Term | None:
    """Convert a term of Oxigraph; None stays None.

    Raises:
        QueryError: If it is a triple term of RDF 1.2.
    """
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
