"""RDF files of any size -> a store of their own, as quickly as the engine can.

Nothing of the files is held in Python: the engine reads them itself. They are not
checked as curated files are. The folder that comes of it is what a build makes, and may
be opened in its place: ``allusion.open(store=FOLDER)``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from .._version import __version__
from ..core.errors import AllusionError, DataError, ParameterError, StoreError
from ..core.resources import Resources
from ..core.unfinished import new_folder
from ..core.vocabulary import AL, ENTITY_REGISTERS, ONTOLOGY, PREFIXES
from ..query.catalog import read_catalogue
from ..search.name_index import Thing, write_index
from ..store.default_graph import merge, size
from ..store.manifest import Manifest, write_manifest
from .inference import infer
from .lenient import Rejects, faults_of, open_rejects, read_leniently
from .load_check import Warnings, check_loaded
from .name_entries import things
from .pipeline import sync
from .rdf_files import STDIN, Amount, RdfFile, find_files, spool_stdin
from .rdf_parsing import Problem, faults_in, parse

# What the engine reads by itself, and says of each fault where it is.
_ENGINE_FORMATS: Final = (
    ox.RdfFormat.N_TRIPLES,
    ox.RdfFormat.N_QUADS,
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.TRIG,
)
#: What the rules make of connections, in the order of `FAMILIES`. Files may state these alone.
_SHORTCUTS: Final = ("refersTo", "influencedBy", "comparedWith", "derivedFrom")

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has made.

    ``stated`` counts what the files state, ``quads`` the ontology and what is inferred too:
    a statement once for each named graph that has it; ``merged`` counts it once.
    ``triple_terms`` counts statements with a triple term of RDF 1.2. ``rejects`` is what a
    lenient load left out, ``warnings`` what is wrong with what was loaded, if names are
    indexed, ``passed`` what no format is known of in folders and archives.
    ``graphs`` are the IRIs that it gave to triples without a graph; () where they stay without.
    ``named`` counts the entities whose names are indexed, ``elsewhere`` what has a label and is
    no node of a register, of which ``example`` is one. ``shortcuts`` are properties such as
    ``refersTo`` that join entities in files without any connection.
    """

    stated: int
    quads: int
    merged: int
    inferred: int
    seconds: float
    graphs: tuple[str, ...] = ()
    named: int = 0
    elsewhere: int = 0
    example: str = ""
    shortcuts: tuple[str, ...] = ()
    triple_terms: int = 0
    passed: tuple[str, ...] = ()
    rejects: Rejects = field(default_factory=Rejects)
    warnings: tuple[Warnings, ...] = ()


def load(
    files: Sequence[Path],
    target: Path,
    resources: Resources,
    *,
    graph: str = "",
    inference: bool = False,
    names: bool = False,
    form: str = "",
    base: str = "",
    lenient: bool = False,
    rejects: Path | None = None,
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
    ``form`` is the format of all files, else their endings choose it; ``base`` resolves
    relative IRIs, else the address of each file does. ``lenient`` leaves out what is not RDF
    and goes on; ``rejects`` is a file that takes what was left out.
    ``step`` is told what is done, ``amount`` how many of the bytes of a file are read.

    :raises ParameterError: if a file is of no known format, or ``graph`` no IRI.
    :raises DataError: if a file is not valid; nothing is made.
    :raises StoreError: if ``target`` is there already, or cannot be written.
    """
    began = time.monotonic()
    documents, passed = find_files(files, form, base)
    place = _graph(graph)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} is there already; choose another folder, or remove it first")
    try:
        with new_folder(target) as making:
            store = ox.Store(str(making / "store"))
            apart = inference or names
            documents = [
                spool_stdin(one, making) if one.path == STDIN else one for one in documents
            ]
            own = _graphs_of(documents)
            graphs = [place or (own[one.parts] if apart else None) for one in documents]
            with open_rejects(rejects) if rejects else nullcontext() as record:
                left_out = Rejects(record)
                has_triple_terms = _load_files(
                    store,
                    zip(documents, graphs, strict=True),
                    left_out if lenient else None,
                    step=step,
                    amount=amount,
                    gather=apart,
                )
            stated = len(store)
            _add_ontology(store, resources)
            quads = len(store)
            step("merging the graphs")
            merge(store)
            warnings = check_loaded(store, documents, lenient=lenient) if names else []
            triple_terms = _triple_terms(store) if has_triple_terms else 0
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
                stated,
                quads,
                merged,
                inferred,
                round(time.monotonic() - began, 3),
                _filled(store, graphs),
                index.named,
                index.elsewhere,
                index.example,
                _shortcuts_alone(store) if apart else (),
                triple_terms,
                tuple(map(str, passed)),
                left_out,
                tuple(warnings),
            )
            del store  # lets go of the lock
            (making / "stdin").unlink(missing_ok=True)
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


def _graph(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError as error:
        raise ParameterError(f"{iri!r} cannot name a graph: it is not an absolute IRI") from error


def _graphs_of(files: Sequence[RdfFile]) -> dict[tuple[str, ...], ox.NamedNode]:
    """A graph for each file, named after it, and after its folders as far as names are alike.

    Cards show what stands behind the last slash, so folders are set off by colons, which are
    quoted in names.
    """
    parts = dict.fromkeys(file.parts for file in files)
    alike: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for one in parts:
        alike[one[-1]].add(one)
    names = {}
    for one in parts:
        others = alike[one[-1]] - {one}
        depth = 1
        while any(other[-depth:] == one[-depth:] for other in others):
            depth += 1
        names[one] = ":".join(quote(part, safe="") for part in one[-depth:])
    return {one: ox.NamedNode(f"urn:allusion:file/{name}") for one, name in names.items()}


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


def _load_files(
    store: ox.Store,
    documents: Iterable[tuple[RdfFile, ox.NamedNode | None]],
    rejects: Rejects | None,
    *,
    step: Step,
    amount: Amount | None,
    gather: bool,
) -> bool:
    """Load documents into their graphs; whether one of them may hold triple terms."""
    has_triple_terms = False
    for document, graph in documents:
        step(f"loading {document.name}")
        has_triple_terms |= _load_file(store, document, graph, amount, rejects)
        if gather and document.has_graphs:
            _gather(store, graph)
    return has_triple_terms


def _load_file(
    store: ox.Store,
    file: RdfFile,
    graph: ox.NamedNode | None,
    amount: Amount | None,
    rejects: Rejects | None,
) -> bool:
    """Load one document; whether it may hold triple terms.

    Raises:
        DataError: If it is not valid, with its first faults, and ``rejects`` is None.
    """
    to_graph = None if file.has_graphs else graph
    if rejects is not None or file.format not in _ENGINE_FORMATS:
        quads = _quads(file, rejects)
        if to_graph is not None:
            quads = (ox.Quad(quad.subject, quad.predicate, quad.object, to_graph) for quad in quads)
        store.bulk_extend(quads)
        return True
    try:
        with file.open(amount) as stream:
            store.bulk_load(
                stream,  # type: ignore[arg-type]  # anything with read()
                format=file.format,
                base_iri=file.base or None,
                to_graph=to_graph,
            )
            return stream.has_triple_terms
    except (SyntaxError, MemoryError) as error:
        raise faults_in(file, faults_of(file)) from error


def _quads(file: RdfFile, rejects: Rejects | None) -> Iterator[ox.Quad]:
    if rejects is not None:
        yield from read_leniently(file, rejects)
        return
    for item in parse(file):
        if isinstance(item, Problem):
            raise faults_in(file, faults_of(file))
        yield item.quad


def _triple_terms(store: ox.Store) -> int:
    found = store.query("SELECT ?s { ?s ?p ?o FILTER(isTRIPLE(?o)) }")
    return sum(1 for _ in found) if isinstance(found, ox.QuerySolutions) else 0
