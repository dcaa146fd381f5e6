"""Load RDF files of any size into a new store.

The engine reads the files itself, so their size is not limited by memory. They are not checked
like curated files. The result has the layout of a built store and can be opened with
``allusion.open(store=FOLDER)``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from .._version import __version__
from ..core.atomic_files import flush_folder
from ..core.errors import AllusionError, DataError, ParameterError, StoreError
from ..core.resources import Resources
from ..core.unfinished_files import new_folder
from ..core.vocabulary import AL, ENTITY_REGISTERS, ONTOLOGY, PREFIXES
from ..query.catalog import FILE_NAME, read_catalog
from ..search.name_index import NameEntry, write_index
from ..store.adjacency_index import FILE as ADJACENCY
from ..store.default_graph import MAX_COPIED, MergedWriter, merge, size
from ..store.manifest import Manifest, write_manifest
from .adjacency_edges import STATED_PROPERTIES, make_index
from .inference import infer
from .lenient_parsing import Rejects, faults_of, open_rejects, read_leniently, valid_text
from .load_warnings import Warnings, check_loaded
from .name_entries import name_entries
from .rdf_files import STDIN, Amount, RdfFile, find_files, spool_stdin
from .rdf_parsing import SyntaxProblem, faults_in, parse

# Formats that the engine reads by itself, with the position of each syntax error.
_ENGINE_FORMATS: Final = (
    ox.RdfFormat.N_TRIPLES,
    ox.RdfFormat.N_QUADS,
    ox.RdfFormat.TURTLE,
    ox.RdfFormat.TRIG,
)
_NO_GRAPH: Final = ox.DefaultGraph()
#: Properties that the rules derive from connections, in the order of `FAMILIES`. Files may
#: use them without connections.
_SHORTCUTS: Final = ("refersTo", "influencedBy", "comparedWith", "derivedFrom")

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Result of a load.

    Attributes:
        stated: Number of quads in the files.
        quads: Number of quads in the named graphs, including the ontology and inferred
            triples.
        merged: Number of triples in the default graph, each counted once.
        inferred: Number of inferred triples.
        seconds: Run time.
        graphs: IRIs of the graphs that were assigned to triples without a graph; empty if
            these triples stayed in the default graph.
        named: Number of entities in the name index.
        elsewhere: Number of labeled nodes that are in no register.
        example: One of these nodes.
        shortcuts: Properties such as ``refersTo`` in files without any connection.
        triple_terms: Number of statements with an RDF 1.2 triple term.
        passed: Files in folders and archives that were skipped because of their format.
        rejects: Statements that a lenient load skipped.
        warnings: Problems in the loaded data; only checked if names are indexed.
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
) -> LoadReport:
    """Load files and the ontology into a new store.

    At the end the default graph is the union of all named graphs and of the triples without a
    graph.

    Args:
        files: Files, folders, zip archives, or "-" for standard input.
        target: Folder of the new store; must not exist or be empty.
        resources: Ontology, rules and canned queries.
        graph: IRI of the named graph for triples without a graph. If it is empty and
            ``inference`` or ``names`` is set, each file gets its own graph, because cards and
            queries identify sources by graph. Otherwise the triples stay in the default
            graph.
        inference: Run the rules of the ontology. This reads the whole graph.
        names: Create the name index, which queries and cards need to find entities. This
            reads the whole graph.
        form: Format of all files; "" selects it by file suffix.
        base: Base IRI of all files; "" uses the address of each file.
        lenient: Skip invalid statements instead of raising.
        rejects: File for the skipped statements.
        step: Called at each step with its name.
        amount: Called with the bytes read from a file and their total.

    Raises:
        ParameterError: If the format of a file is unknown, or ``graph`` is not an IRI.
        DataError: If a file is not valid; no store is created.
        StoreError: If ``target`` exists and is not empty, or cannot be written.
    """
    began = time.monotonic()
    documents, passed = find_files(files, form, base)
    place = _graph(graph)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} exists already; choose another folder, or remove it first")
    try:
        with (
            new_folder(target) as making,
            open_rejects(rejects, documents) if rejects else nullcontext() as record,
        ):
            store = ox.Store(str(making / "store"))
            apart = inference or names
            documents = [
                spool_stdin(one, making) if one.path == STDIN else one for one in documents
            ]
            own = _graphs_of(documents)
            graphs = [place or (own[one.parts] if apart else None) for one in documents]
            left_out = Rejects(record)
            writer = None
            if apart or (place and not any(document.has_graphs for document in documents)):
                writer = MergedWriter(store, STATED_PROPERTIES, MAX_COPIED if apart else 0)
            has_triple_terms = _load_files(
                store,
                zip(documents, graphs, strict=True),
                left_out if lenient else None,
                writer,
                step=step,
                amount=amount,
            )
            terms = _add_ontology(store, resources)
            if writer:
                writer.extend(store.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY)))
            else:
                quads = len(store)
                step("merging the graphs")
                merge(store)
            copy = writer.copy if writer else store
            # Both numbers are counted one by one; what follows adds new triples only.
            stored, merged = len(store), size(copy)
            if writer:
                quads = stored - merged
            stated = quads - terms
            warnings = (
                check_loaded(store, documents, lenient=lenient, default=copy) if names else []
            )
            triple_terms = _triple_terms(store) if has_triple_terms else 0
            inferred = 0
            if inference:
                step("inferring")
                inferred = infer(store, resources.rule_files(), writer)
                copy = writer.copy if writer else store
            step("writing the store")
            store.flush()
            quads, merged, stored = quads + inferred, merged + inferred, stored + 2 * inferred
            if names:
                step("indexing names")
            index = _NameEntries()
            write_index(making / "names.sqlite", index.of(store, copy) if names else ())
            made = LoadReport(
                stated,
                quads,
                merged,
                inferred,
                round(time.monotonic() - began, 3),
                _non_empty_graphs(store, graphs),
                index.named,
                index.elsewhere,
                index.example,
                _unused_shortcuts(store) if apart else (),
                triple_terms,
                tuple(map(str, passed)),
                left_out,
                tuple(warnings),
            )
            if names:
                step("indexing edges")
                make_index(copy).write(making / ADJACENCY)
            # Closes the engine, which could otherwise change the files after their checksums.
            del store, copy, writer
            (making / "stdin").unlink(missing_ok=True)
            _write_catalog(making / FILE_NAME, resources)
            manifest = Manifest("", __version__, quads, merged, stored, inferred, "", made.seconds)
            write_manifest(making, manifest)
            flush_folder(making)
            making.rename(target)
    except (OSError, RuntimeError) as error:  # the engine raises RuntimeError for some errors
        if isinstance(error, AllusionError):
            raise
        reason = getattr(error, "strerror", "") or error
        raise StoreError(f"{target} could not be written: {reason}") from error
    return made


def _write_catalog(path: Path, resources: Resources) -> None:
    catalog, faults = read_catalog(resources.query_files())
    if faults:
        raise DataError(faults)
    path.write_text(catalog.to_lines(), encoding="utf-8")


def _graph(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError as error:
        raise ParameterError(
            f"{iri!r} cannot be the name of a graph: it is not an absolute IRI"
        ) from error


def _graphs_of(files: Sequence[RdfFile]) -> dict[tuple[str, ...], ox.NamedNode]:
    """Return a graph IRI for each file, made from its name.

    If several files have the same name, parent folders are added until the names differ. Folders
    are separated by colons, because cards display the part after the last slash. Colons in names
    are percent-encoded.
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


def _add_ontology(store: ox.Store, resources: Resources) -> int:
    """Load the ontology, unless the files contain it.

    Exports contain it, and loading it twice would duplicate its lists, which are blank nodes.

    Returns:
        The number of added quads.
    """
    declared = (ONTOLOGY, PREFIXES["rdf"] + "type", PREFIXES["owl"] + "Ontology")
    if any(store.quads_for_pattern(*map(ox.NamedNode, declared))):
        return 0
    before = _graph_size(store, ONTOLOGY)
    for path in resources.ontology_files():
        store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY))
    return _graph_size(store, ONTOLOGY) - before


def _graph_size(store: ox.Store, iri: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))


def _non_empty_graphs(store: ox.Store, graphs: Iterable[ox.NamedNode | None]) -> tuple[str, ...]:
    given = dict.fromkeys(graph for graph in graphs if graph is not None)
    return tuple(
        graph.value for graph in given if any(store.quads_for_pattern(None, None, None, graph))
    )


class _NameEntries:
    """Iterator of the entries for the name index, with counts.

    Attributes:
        named: Number of entities with a name.
        elsewhere: Number of labeled nodes that are in no register.
        example: One of these nodes.
    """

    def __init__(self) -> None:
        self.named = self.elsewhere = 0
        self.example = ""

    def of(self, store: ox.Store, default: ox.Store) -> Iterator[NameEntry]:
        ontology = ox.NamedNode(ONTOLOGY)

        def passed(iri: str) -> None:
            if not any(store.quads_for_pattern(ox.NamedNode(iri), None, None, ontology)):
                self.elsewhere += 1
                self.example = self.example or iri

        for thing in name_entries(store, passed, default):
            self.named += thing.register in ENTITY_REGISTERS
            yield thing


def _unused_shortcuts(store: ox.Store) -> tuple[str, ...]:
    """Return the shortcut properties in use, or () if there are connections."""
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
    writer: MergedWriter | None,
    *,
    step: Step,
    amount: Amount | None,
) -> bool:
    """Load documents into their graphs, with ``writer`` into the default graph too.

    Returns:
        Whether a document may contain triple terms.
    """
    has_triple_terms = False
    for document, graph in documents:
        step(f"loading {document.name}")
        has_triple_terms |= _load_file(store, document, graph, amount, rejects, writer)
    return has_triple_terms


def _load_file(
    store: ox.Store,
    file: RdfFile,
    graph: ox.NamedNode | None,
    amount: Amount | None,
    rejects: Rejects | None,
    writer: MergedWriter | None,
) -> bool:
    """Load one document.

    Returns:
        Whether it may contain triple terms.

    Raises:
        DataError: If it is not valid and ``rejects`` is None; holds its first faults.
    """
    to_graph = None if file.has_graphs and writer is None else graph
    extend = store.bulk_extend if writer is None else writer.extend
    if file.format not in _ENGINE_FORMATS:
        extend(_in_graph(_quads(file, rejects), to_graph))
        return True
    try:
        with file.open(amount) if rejects is None else valid_text(file, rejects, amount) as stream:
            source: Any = stream
            base = file.base or None
            if writer is None:
                store.bulk_load(source, format=file.format, base_iri=base, to_graph=to_graph)
            else:
                quads = ox.parse(source, file.format, base_iri=base, rename_blank_nodes=True)
                writer.extend(_in_graph(quads, to_graph))
            return stream.has_triple_terms
    except (SyntaxError, MemoryError) as error:
        raise faults_in(file, faults_of(file)) from error


def _in_graph(quads: Iterable[ox.Quad], graph: ox.NamedNode | None) -> Iterable[ox.Quad]:
    """Put the quads of the default graph into ``graph``."""
    if graph is None:
        return quads
    return (
        quad
        if quad.graph_name != _NO_GRAPH
        else ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in quads
    )


def _quads(file: RdfFile, rejects: Rejects | None) -> Iterator[ox.Quad]:
    if rejects is not None:
        yield from read_leniently(file, rejects)
        return
    for item in parse(file):
        if isinstance(item, SyntaxProblem):
            raise faults_in(file, faults_of(file))
        yield item.quad


def _triple_terms(store: ox.Store) -> int:
    found = store.query("SELECT ?s { ?s ?p ?o FILTER(isTRIPLE(?o)) }")
    return sum(1 for _ in found) if isinstance(found, ox.QuerySolutions) else 0
