"""Verification of a store: files, quads, name index, and query catalog."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox

from ..core.errors import StoreError
from ..query.catalog import FILE_NAME, Catalog
from ..store.default_graph import size
from ..store.manifest import Manifest, check_folder, remedy, require_full_check
from .pipeline import Report, digest_of


def verify(folder: Path, report: Report = lambda _: None) -> Manifest:
    """Verify all files, quads and names of a built or loaded store.

    Args:
        folder: The folder of the store.
        report: Called with a message at each step.

    Returns:
        The manifest of the store.

    Raises:
        StoreError: If anything has changed since it was written. The message contains the
            command that creates the store again.
    """
    report("comparing the files with their checksums")
    manifest = check_folder(folder, everything=True)
    report("reading every quad")
    try:
        faults = [*_quads(folder, manifest), *_names(folder), *_catalog(folder)]
    except (OSError, RuntimeError, ValueError) as error:
        faults = [str(error)]
    if faults:
        require_full_check(folder)
        raise StoreError(f"the store {folder} is damaged: {'; '.join(faults)}; {remedy(folder)}")
    return manifest


def _quads(folder: Path, manifest: Manifest) -> Iterator[str]:
    store = ox.Store.read_only(str(folder / "store"))
    for what, found, wanted in (
        ("quads", sum(1 for _ in store), manifest.stored),
        ("triples in the default graph", size(store), manifest.merged),
    ):
        if found != wanted:
            yield f"it holds {found:,} {what} instead of {wanted:,}"
    if manifest.digest and digest_of(store) != manifest.digest:
        yield "its quads have changed since it was written"


def _names(folder: Path) -> Iterator[str]:
    address = (folder / "names.sqlite").absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{address}?mode=ro", uri=True)) as names:
            rows = names.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        rows = [(str(error),)]
    if rows != [("ok",)]:
        yield f"names.sqlite: {rows[0][0]}"


def _catalog(folder: Path) -> Iterator[str]:
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
        dict(Catalog.from_lines(text).queries)  # decodes each
    except (KeyError, TypeError, ValueError) as error:
        yield f"{FILE_NAME}: {error!r}"
