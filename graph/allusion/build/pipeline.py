"""Build: check the curated files, run the rules, and write the store.

A store is a folder whose name is the hash of its inputs. It is written under a temporary name
and renamed when it is complete, so readers never see an incomplete store. The next build
removes the temporary folder of a build that was killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .._version import __version__
from ..core.atomic_files import flush_folder
from ..core.errors import AllusionError, DataError, StoreError
from ..core.resources import Resources
from ..core.unfinished_files import new_folder
from ..query.catalog import FILE_NAME, read_catalog
from ..search.name_index import write_index
from ..store.adjacency_index import FILE as ADJACENCY
from ..store.default_graph import named_quads, size
from ..store.manifest import Manifest, check_folder, read_manifest, write_manifest
from ..store.remote_inventory import DataVersion
from .adjacency_edges import make_index
from .check import build_faults
from .curated_data import build_in_memory, read_curated
from .name_entries import name_entries

# Stores of other inputs are kept, for switching between branches
_MAX_UNUSED_S: Final = 14 * 24 * 3600
_REPLACED_PREFIX: Final = ".old-"  # prefix of a replaced store that is being removed
_BLANK_NODE: Final = re.compile(r"_:[0-9A-Za-z]+")

Report = Callable[[str], None]


def build_or_last(
    resources: Resources, report: Report = lambda _: None, *, last: bool = True
) -> tuple[Resources, str]:
    """Build the store of these inputs, or find the last one if that fails.

    Args:
        resources: The input files.
        report: Called with a message before the build.
        last: Whether the last store may be used.

    Returns:
        The inputs with the key of the store, and why it is outdated ("" if it is not).

    Raises:
        DataError: If the inputs have faults, and there is no last store, or ``last`` is False.
        StoreError: If the store cannot be written, under the same conditions.
    """
    report("building the graph (first use, or the facts have changed) ...")
    try:
        build(resources, report=lambda _: None)
    except (DataError, StoreError) as error:
        found = resources.last_built
        if found is None or not last:
            raise
        if isinstance(error, StoreError):
            return (
                found,
                f"the facts have changed, and the store that was last built answers: {error}",
            )
        count = len(error.faults)
        more = f"; and {count - 1:,} more" if count > 1 else ""
        return found, (
            "the facts have faults, so the store that was last built of them answers:\n"
            f"{error.faults[0]}{more}\nevery fault: allusion check"
        )
    return resources, ""


def build(
    resources: Resources, report: Report = lambda _: None, *, force: bool = False
) -> Manifest:
    """Build the store of these inputs.

    Args:
        resources: The input files.
        report: Called with a message at each step.
        force: Replace an existing store of the same inputs.

    Returns:
        The manifest of the store.

    Raises:
        DataError: If the curated files have structural faults; no store is created.
        StoreError: If the folder cannot be written, or a file changes during the build.
    """
    started = time.monotonic()
    target = resources.store
    if resources.is_built and not force:
        try:
            return check_folder(target)
        except StoreError:
            force = True
    report("reading and checking the facts")
    curated = read_curated(resources)
    catalog, query_faults = read_catalog(resources.query_files())
    faults = [*build_faults(resources, curated), *query_faults]
    if faults:
        raise DataError(faults)
    try:
        with new_folder(target) as making:
            report("inferring")
            memory, inferred = build_in_memory(resources, curated)
            merged = size(memory)
            report("writing the store")
            digest = _write_store(memory, making / "store")
            write_index(making / "names.sqlite", name_entries(memory))
            make_index(memory).write(making / ADJACENCY)
            (making / FILE_NAME).write_text(catalog.to_lines(), encoding="utf-8")
            manifest = Manifest(
                resources.key,
                __version__,
                len(memory) - merged,
                merged,
                len(memory),
                inferred,
                digest,
                round(time.monotonic() - started, 3),
            )
            manifest = write_manifest(making, manifest)
            if resources.digest() != resources.key:
                raise StoreError("the files changed while they were read; run the command again")
            flush_folder(making)
            _move_into_place(making, target, force=force)
        resources.remember()
        _remove_old_stores(target)
    except (OSError, RuntimeError) as error:  # the engine raises RuntimeError for some errors
        if isinstance(error, AllusionError):
            raise
        raise StoreError(
            f"the store could not be written to {target.parent}: "
            f"{getattr(error, 'strerror', '') or error}; set ALLUSION_HOME to a writable folder"
        ) from error
    return manifest


def data_version(folder: Path) -> DataVersion:
    """Return the version of a built store, for comparison with other stores.

    Raises:
        StoreError: If its manifest is missing or damaged.
    """
    manifest = read_manifest(folder)
    return DataVersion(manifest.version, manifest.digest)


def digest_of(store: ox.Store) -> str:
    """Return the SHA-256 of the sorted N-Quads of the named graphs, as 64 hex digits."""
    # Labels of blank nodes (lists of the ontology) differ between parses.
    lines = sorted(_BLANK_NODE.sub("_:b", str(quad)) for quad in named_quads(store))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write_store(memory: ox.Store, path: Path) -> str:
    """Copy the quads to disk and verify the copy; return the digest.

    Raises:
        StoreError: If the quads on disk differ.
    """
    disk = ox.Store(str(path))
    disk.bulk_extend(memory)
    disk.flush()
    disk.optimize()
    del disk  # releases the lock
    if _quads_on_disk(path) != set(memory):
        raise StoreError(
            f"the store written to {path} has other data than the build; check the disk"
        )
    return digest_of(memory)


def _quads_on_disk(path: Path) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(path)))


def _move_into_place(making: Path, target: Path, *, force: bool) -> None:
    """Rename the new folder to its final name.

    If another process has already built this store, its folder is kept, unless ``force``.
    """
    if force or (target.exists() and not (target / "manifest.json").is_file()):
        old = target.with_name(f"{_REPLACED_PREFIX}{os.getpid()}-{target.name}")
        with contextlib.suppress(FileNotFoundError):
            target.rename(old)
        shutil.rmtree(old, ignore_errors=True)
    try:
        making.rename(target)
    except OSError:
        if not (target / "manifest.json").is_file():
            raise


def _remove_old_stores(current: Path) -> None:
    """Remove replaced stores, and stores that were not opened for two weeks."""
    now = time.time()
    for path in current.parent.iterdir():
        with contextlib.suppress(OSError):
            replaced = path.name.startswith(_REPLACED_PREFIX)
            unused = (
                not path.name.startswith(".")
                and path != current
                and now - _last_use(path) > _MAX_UNUSED_S
            )
            if replaced or unused:
                shutil.rmtree(path, ignore_errors=True)


def _last_use(store: Path) -> float:
    """Return the time of the last use; opening a store touches its manifest."""
    manifest = store / "manifest.json"
    return (manifest if manifest.exists() else store).stat().st_mtime
