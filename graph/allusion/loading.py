"""RDF files of any size -> a store of their own, as quickly as the engine can.

Nothing of the files is held in Python: the engine reads them itself. They are not
checked as curated files are. The folder that comes of it is what a build makes, and may
be opened in its place: ``allusion.open(store=FOLDER)``.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from .build import Manifest, sync
from .errors import DataError, Fault, ParameterError, StoreError
from .indexing import things
from .inference import infer
from .names import write_index
from .queries import read_catalogue
from .resources import Resources
from .version import __version__
from .vocabulary import ONTOLOGY

#: Endings of the files that can be loaded; each may be followed by ``.gz``.
LOADABLE: Final = {
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
}
_OF_TRIPLES: Final = (".nt", ".ttl")

Step = Callable[[str], None]
Amount = Callable[[int, int], None]


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
) -> Manifest:
    """Load ``files`` and the ontology into a new store in the folder ``target``.

    Triples go into the graph with the IRI ``graph``, or into none; N-Quads and TriG say
    it themselves. ``inference`` runs the rules of the ontology, ``names`` makes the index of
    names, by which canned queries take names and not only IRIs: both read the whole graph.
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
        target.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".making-{target.name}-", dir=target.parent))
    except OSError as error:
        raise StoreError(f"{target} cannot be made: {error.strerror or error}") from error
    try:
        store = ox.Store(str(making / "store"))
        for path in resources.ontology_files():
            store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY))
        for path, kind in zip(files, kinds, strict=True):
            step(f"loading {path.name}")
            _load_file(store, path, kind, place, amount)
        inferred = 0
        if inference:
            step("inferring")
            inferred = infer(store, resources.rule_files())
        step("writing the store")
        store.flush()
        quads = len(store)
        if names:
            step("indexing names")
        write_index(making / "names.sqlite", things(store) if names else ())
        del store  # lets go of the lock
        catalogue, faults = read_catalogue(resources.query_files())
        if faults:
            raise DataError(faults)
        (making / "catalogue.json").write_text(catalogue.to_json(), encoding="utf-8")
        seconds = round(time.monotonic() - began, 3)
        manifest = Manifest("", __version__, quads, inferred, "", seconds)
        (making / "manifest.json").write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        sync(making)
        making.chmod(0o755)  # mkdtemp made it for its owner alone
        making.rename(target)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{target} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


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
        raise DataError([fault]) from error
    except (EOFError, gzip.BadGzipFile) as error:
        fault = Fault(path.name, 0, "", f"is not whole: {error}", "fetch it again", "syntax")
        raise DataError([fault]) from error


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
