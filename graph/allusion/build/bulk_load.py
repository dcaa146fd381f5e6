"""RDF files of any size -> a store of their own, as quickly as the engine can.

Nothing of the files is held in Python: the engine reads them itself. They are not
checked as curated files are. The folder that comes of it is what a build makes, and may
be opened in its place: ``allusion.open(store=FOLDER)``.
"""

from __future__ import annotations

import gzip
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from .._version import __version__
from ..core.errors import AllusionError, DataError, Fault, ParameterError, StoreError
from ..core.resources import Resources
from ..core.unfinished import new_folder
from ..core.vocabulary import AL, ENTITY_REGISTERS, ONTOLOGY, PREFIXES
from ..query.catalog import read_catalogue
from ..search.name_index import Thing, write_index
from ..store.default_graph import merge, size
from ..store.manifest import Manifest, write_manifest
from .inference import infer
from .name_entries import things
from .pipeline import sync

#: Endings of the files that can be loaded; each may be followed by ``.gz``.
LOADABLE: Final = {
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
}
_OF_TRIPLES: Final = (".nt", ".ttl")

#: What the rules make of connections, in the order of `FAMILIES`. Files may state these alone.
_SHORTCUTS: Final = ("refersTo", "influencedBy", "comparedWith", "derivedFrom")

Step = Callable[[str], None]
Amount = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has made.

    ``quads`` counts a statement once for each named graph that has it, ``merged`` once.
    ``graphs`` are the IRIs that it gave to triples without a graph; () where they stay without.
    ``named`` counts the entities whose names are indexed, ``elsewhere`` what has a label and is
    no node of a register, of which ``example`` is one. ``shortcuts`` are properties such as
    ``refersTo`` that join entities in files without any connection.
    """

    quads: int
    merged: int
    inferred: int
    seconds: float
    graphs: tuple[str, ...] = ()
    named: int = 0
    elsewhere: int = 0
    example: str = ""
    shortcuts: tuple[str, ...] = ()


def load(
    files: Sequence[Path],
    target: Path,
    resources: Resources,
    *,
    graph: str = "",
    inference: bool = False,
    names: bool = False,
    step: Step = lambda _: None,
    amount: Amount | None = None,
) -> Loaded:
    """Load ``files`` and the ontology into a new store in the folder ``target``.

    ``inference`` runs the rules of the ontology, ``names`` makes the index of names, by which
    queries and cards find entities: both read the whole graph. Triples go into the graph with
    the IRI ``graph``. Without it each file is a graph of its own where one of the two is asked
    for, since cards and queries tell by the graph who says a thing; else they stay without a
    graph. With either, what N-Quads and TriG say in no graph goes there too. At the end the
    default graph is the merge of all named graphs and of what is in none.
    ``step`` is told what is done, ``amount`` how many of the bytes of a file are read.

    :raises ParameterError: if a file is not of a kind that can be loaded, or ``graph`` no IRI.
    :raises DataError: if a file is not valid; nothing is made.
    :raises StoreError: if ``target`` is there already, or cannot be written.
    """
    began = time.monotonic()
    kinds = [_kind(path) for path in files]
    place = _graph(graph)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} is there already; choose another folder, or remove it first")
    try:
        with new_folder(target) as making:
            store = ox.Store(str(making / "store"))
            apart = inference or names
            own = _graphs_of(files)
            graphs = [place or (own[path] if apart else None) for path in files]
            for path, kind, into in zip(files, kinds, graphs, strict=True):
                step(f"loading {path.name}")
                _load_file(store, path, kind, into, amount)
                if apart and kind not in _OF_TRIPLES:
                    _gather(store, into)
            _add_ontology(store, resources)
            quads = len(store)
            step("merging the graphs")
            merge(store)
            inferred = 0
            if inference:
                step("inferring")
                inferred = infer(store, resources.rule_files())
            step("writing the store")
            store.flush()
            quads += inferred
            merged, stored = size(store), len(store)
            if names:
                step("indexing names")
            index = _Index()
            write_index(making / "names.sqlite", index.of(store) if names else ())
            made = Loaded(
                quads,
                merged,
                inferred,
                round(time.monotonic() - began, 3),
                _filled(store, graphs),
                index.named,
                index.elsewhere,
                index.example,
                _shortcuts_alone(store) if apart else (),
            )
            del store  # lets go of the lock
            _write_catalogue(making / "catalogue.json", resources)
            manifest = Manifest("", __version__, quads, merged, stored, inferred, "", made.seconds)
            write_manifest(making, manifest)
            sync(making)
            making.rename(target)
    except (OSError, RuntimeError) as error:  # the engine has RuntimeError for some of its own
        if isinstance(error, AllusionError):
            raise
        reason = getattr(error, "strerror", "") or error
        raise StoreError(f"{target} could not be written: {reason}") from error
    return made


def _write_catalogue(path: Path, resources: Resources) -> None:
    catalogue, faults = read_catalogue(resources.query_files())
    if faults:
        raise DataError(faults)
    path.write_text(catalogue.to_json(), encoding="utf-8")


def _kind(path: Path) -> str:
    kind = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if kind not in LOADABLE:
        known = ", ".join(LOADABLE)
        raise ParameterError(
            f"{path.name!r} is not of a kind that can be loaded: {known}, each also with .gz"
        )
    if not path.is_file():
        raise ParameterError(f"{path} is no file")
    return kind


def _graph(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError as error:
        raise ParameterError(f"{iri!r} cannot name a graph: it is not an absolute IRI") from error


def _graphs_of(files: Sequence[Path]) -> dict[Path, ox.NamedNode]:
    """A graph for each file, named after it, and after its folders as far as names are alike.

    Cards show what stands behind the last slash, so folders are set off by colons, which are
    quoted in names.
    """
    parts = {path: path.absolute().parts for path in files}
    alike: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for one in parts.values():
        alike[one[-1]].add(one)
    names = {}
    for path, one in parts.items():
        others = alike[one[-1]] - {one}
        depth = 1
        while any(other[-depth:] == one[-depth:] for other in others):
            depth += 1
        names[path] = ":".join(quote(part, safe="") for part in one[-depth:])
    return {path: ox.NamedNode(f"urn:allusion:file/{name}") for path, name in names.items()}


def _gather(store: ox.Store, graph: ox.NamedNode | None) -> None:
    """Put what is in no graph into ``graph``; what is moved is held in memory till it is gone."""
    nowhere = ox.DefaultGraph()
    if graph is None:
        return
    if not any(store.quads_for_pattern(None, None, None, nowhere)):
        return
    stated = store.quads_for_pattern(None, None, None, nowhere)
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in stated)
    store.clear_graph(nowhere)


def _add_ontology(store: ox.Store, resources: Resources) -> None:
    """Load the ontology, unless the files have it: an export does, and lists would be double."""
    declared = (ONTOLOGY, PREFIXES["rdf"] + "type", PREFIXES["owl"] + "Ontology")
    if not any(store.quads_for_pattern(*map(ox.NamedNode, declared))):
        for path in resources.ontology_files():
            store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY))


def _filled(store: ox.Store, graphs: Iterable[ox.NamedNode | None]) -> tuple[str, ...]:
    given = dict.fromkeys(graph for graph in graphs if graph is not None)
    return tuple(
        graph.value for graph in given if any(store.quads_for_pattern(None, None, None, graph))
    )


class _Index:
    """What goes into the index of names, and a count of what does not."""

    def __init__(self) -> None:
        self.named = self.elsewhere = 0
        self.example = ""

    def of(self, store: ox.Store) -> Iterator[Thing]:
        ontology = ox.NamedNode(ONTOLOGY)

        def passed(iri: str) -> None:
            if not any(store.quads_for_pattern(ox.NamedNode(iri), None, None, ontology)):
                self.elsewhere += 1
                self.example = self.example or iri

        for thing in things(store, passed):
            self.named += thing.register in ENTITY_REGISTERS
            yield thing


def _shortcuts_alone(store: ox.Store) -> tuple[str, ...]:
    """The shortcuts that are stated; none where there are connections to make them of."""
    if any(store.quads_for_pattern(None, ox.NamedNode(AL + "from"), None, None)):
        return ()
    return tuple(
        name
        for name in _SHORTCUTS
        if any(store.quads_for_pattern(None, ox.NamedNode(AL + name), None, None))
    )


def _load_file(
    store: ox.Store, path: Path, kind: str, graph: ox.NamedNode | None, amount: Amount | None
) -> None:
    to_graph = graph if kind in _OF_TRIPLES else None
    form = LOADABLE[kind]
    try:
        if amount is None and path.suffix != ".gz":
            store.bulk_load(path=path, format=form, to_graph=to_graph)
            return
        with path.open("rb") as raw:
            counted = _Counted(raw, path.stat().st_size, amount or (lambda _done, _all: None))
            stream: Any = counted
            if path.suffix == ".gz":
                stream = gzip.GzipFile(fileobj=stream, mode="rb")
            store.bulk_load(stream, format=form, to_graph=to_graph)
    except SyntaxError as error:
        reason = re.sub(r"^Parser error at line \d+ (?:column \d+|.*?): ", "", error.msg)
        fault = Fault(
            path.name,
            error.lineno or 0,
            "",
            f"is not valid {form.name}: {reason}",
            "mend the line, or make the file again",
            "syntax",
        )
        raise DataError([fault], path.name) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        fault = Fault(path.name, 0, "", f"is not whole: {error}", "fetch it again", "syntax")
        raise DataError([fault], path.name) from error


class _Counted:
    """A file that tells how much of it has been read."""

    def __init__(self, raw: IO[bytes], total: int, amount: Amount) -> None:
        self._raw = raw
        self._total = total
        self._amount = amount
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        data = self._raw.read(size)
        self._done += len(data)
        self._amount(self._done, self._total)
        return data
