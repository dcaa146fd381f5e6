"""Locations of data, ontology, queries and built stores."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from .._version import __version__
from .errors import MissingResource
from .immutable import Immutable
from .own_namespace import SETTINGS, OwnNamespace, namespace_of

#: Increase this if the same inputs give another store.
FORMAT: Final = 11


class Resources(Immutable):
    """The input folders of a build, and optionally what is layered over the facts.

    Attributes:
        data: The curated facts.
        ontology: The ontology and its rules.
        queries: The canned queries.
        snapshot: Folder of the Wikidata snapshot, or None.
        collections: Folders of collections, see `allusion.authoring.collection`.
    """

    _fields = ("data", "ontology", "queries", "snapshot", "collections")
    data: Path
    ontology: Path
    queries: Path
    snapshot: Path | None
    collections: tuple[Path, ...]

    def __init__(
        self,
        data: Path,
        ontology: Path,
        queries: Path,
        snapshot: Path | None = None,
        collections: tuple[Path, ...] = (),
    ) -> None:
        self._set(
            data=data,
            ontology=ontology,
            queries=queries,
            snapshot=snapshot,
            collections=collections,
        )

    def entity_files(self) -> list[Path]:
        """Return the files of the registers, sorted."""
        return sorted((self.data / "entities").glob("*.ttl"))

    def source_files(self) -> list[Path]:
        """Return the Turtle files of the sources, sorted."""
        return sorted((self.data / "sources").glob("*.ttl"))

    def turtle_files(self) -> list[Path]:
        """Return all files with facts: registers, sources, snapshot, collections."""
        snapshot = [self.snapshot / "source.ttl"] if self.snapshot else []
        return [*self.entity_files(), *self.source_files(), *snapshot, *self.collection_files()]

    def collection_files(self) -> list[Path]:
        """Return the Turtle files of the collections, one for each source."""
        return [file for one in self.collections for file in sorted(one.glob("sources/*.ttl"))]

    def own_namespaces(self) -> list[OwnNamespace]:
        """Return the namespaces of the collections that have IRIs of their own."""
        return [own for own in map(namespace_of, self.collections) if own]

    def mapping_files(self) -> list[Path]:
        """Return the SSSOM files: the curated one, and that of the snapshot."""
        snapshot = [self.snapshot / "links.sssom.tsv"] if self.snapshot else []
        return [self.mapping_file, *snapshot]

    @property
    def mapping_file(self) -> Path:
        """The curated links to Wikidata items (SSSOM)."""
        return self.data / "wikidata.sssom.tsv"

    def ontology_files(self) -> list[Path]:
        """Return vocabulary, concept schemes, shapes and alignments, sorted."""
        return sorted(self.ontology.glob("*.ttl"))

    def rule_files(self) -> list[Path]:
        """Return the CONSTRUCT rules, sorted."""
        return sorted((self.ontology / "rules").glob("*.rq"))

    def query_files(self) -> list[Path]:
        """Return the canned queries, sorted."""
        return sorted(self.queries.glob("*.rq"))

    def check_files(self) -> list[Path]:
        """Return the violation queries, sorted. No build depends on them."""
        return sorted((self.queries / "checks").glob("violation-*.rq"))

    def inputs(self) -> Iterator[Path]:
        """Yield every file that a build reads."""
        yield from self.turtle_files()
        yield from (path for one in self.collections if (path := one / SETTINGS).exists())
        yield from (path for path in self.mapping_files() if path.exists())
        yield from self.ontology_files()
        yield from self.rule_files()
        yield from self.query_files()

    @cached_property
    def key(self) -> str:
        """Twenty hexadecimal digits that change with any input and with the store format.

        If no file has changed since the last call (by size, times and inode, like the index of
        git), a cached key is returned and no file is read.
        """
        listing = self._input_states()
        remembered = _read_key_cache().get(self._name, {})
        if remembered.get("listing") == listing:
            return str(remembered.get("key") or self.digest())
        key = self.digest()
        if (home() / "stores" / key / "manifest.json").is_file():
            self._cache_key(listing, key)
        return key

    @property
    def last_built(self) -> Resources | None:
        """These folders with the key of the store last built of them; None if it is gone."""
        remembered = _read_key_cache().get(self._name, {})
        key, made_by = remembered.get("key", ""), remembered.get("listing", "").partition("\n")[0]
        if made_by != _tool_versions() or not (home() / "stores" / key / "manifest.json").is_file():
            return None
        last = self._replace()
        last.__dict__["key"] = key
        return last

    def remember(self) -> None:
        """Cache the key with the state of its files, if the cache can be written."""
        self._cache_key(self._input_states(), self.digest())

    def _cache_key(self, listing: str, key: str) -> None:
        from .atomic_files import write_atomically
        from .errors import OutputError

        known = _read_key_cache()
        known.pop(self._name, None)
        # The newest last. Five entries are enough for several data folders.
        kept = dict(list(known.items())[-4:])
        kept[self._name] = {"listing": listing, "key": key}
        with contextlib.suppress(OutputError):
            write_atomically(_key_cache_path(), json.dumps(kept))

    @property
    def _name(self) -> str:
        return " with ".join(map(str, filter(None, (self.data, self.snapshot, *self.collections))))

    def _input_states(self) -> str:
        """Return the file system state of every input, one per line. It is faster than a digest."""
        states = [_tool_versions(), str(self)]
        snapshot = [(self.snapshot, "source.ttl"), (self.snapshot, "links.sssom.tsv")]
        for folder, suffix in (
            *((folder, name) for folder, name in snapshot if folder),
            *((folder / "sources", ".ttl") for folder in self.collections),
            *((folder, SETTINGS) for folder in self.collections),
            (self.data, self.mapping_file.name),
            (self.data / "entities", ".ttl"),
            (self.data / "sources", ".ttl"),
            (self.ontology, ".ttl"),
            (self.ontology / "rules", ".rq"),
            (self.queries, ".rq"),
        ):
            states += _file_states(folder, suffix)
        return "\n".join(states)

    def digest(self) -> str:
        """Compute the key from the current content of every input."""
        import hashlib

        digest = hashlib.sha256(f"{_tool_versions()}\n".encode())
        for path in self.inputs():
            content = path.read_bytes()
            digest.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()[:20]

    @property
    def store(self) -> Path:
        """The folder of the store for these inputs, whether it is built or not."""
        return home() / "stores" / self.key

    def is_shipped(self, folder: Path) -> bool:
        """Whether a store is built from these inputs, and the data are those of the package."""
        return folder == self.store and self.data == locate().data

    @property
    def is_built(self) -> bool:
        """Whether the store of these inputs is complete."""
        return (self.store / "manifest.json").is_file()


def _file_states(folder: Path, suffix: str) -> list[str]:
    """Return size, times and inode of the files of a folder.

    By scandir for speed; on an open folder, the system looks up only the name of each file.
    """
    with contextlib.ExitStack() as opened:
        place: Path | int = folder
        if os.scandir in os.supports_fd:
            place = os.open(folder, os.O_RDONLY)
            opened.callback(os.close, place)
        entries = opened.enter_context(os.scandir(place))
        found = [(one.name, one.stat()) for one in entries if one.name.endswith(suffix)]
    return sorted(
        f"{name} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}" for name, at in found
    )


def _tool_versions() -> str:
    """Return the versions that the result of a build depends on."""
    import pyoxigraph

    return f"format {FORMAT}, allusion {__version__}, pyoxigraph {pyoxigraph.__version__}"


def _key_cache_path() -> Path:
    return home() / "inputs.json"


def _read_key_cache() -> dict[str, dict[str, str]]:
    """Return the cached keys; empty if the cache cannot be read."""
    try:
        known = json.loads(_key_cache_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = known.items() if isinstance(known, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def locate(data: Path | None = None) -> Resources:
    """Locate the folders that ship with the package.

    In a checkout they are beside the code, in a wheel inside the package.

    Args:
        data: Another folder with ``entities/`` and ``sources/`` instead of the shipped facts.

    Raises:
        MissingResource: If one of the folders does not exist.
    """
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent.parent
    if (checkout / "ontology" / "allusion.ttl").is_file() and package.parent.name == "graph":
        found = Resources(checkout / "graph/data", checkout / "ontology", checkout / "queries")
    else:
        inside = package / "_data"
        found = Resources(inside / "data", inside / "ontology", inside / "queries")
    if data is not None:
        found = Resources(data, found.ontology, found.queries)
    facts = (found.data / "entities", found.data / "sources")
    for folder in (found.data, *facts, found.ontology, found.queries):
        if not folder.is_dir():
            raise MissingResource(
                f"the folder {folder} is missing; install the package again, or point "
                "ALLUSION_DATA at a folder that holds entities/ and sources/"
            )
    return found


def home() -> Path:
    """Return the folder of built stores.

    It is ``ALLUSION_HOME``, else the cache folder of the user.
    """
    chosen = os.environ.get("ALLUSION_HOME")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "linux":  # as platformdirs, whose import costs a tenth of a query
        cache = os.environ.get("XDG_CACHE_HOME", "").strip()
        return (Path(cache) if cache.startswith("/") else Path.home() / ".cache") / "allusion"
    from platformdirs import user_cache_path

    return user_cache_path("allusion", appauthor=False)
