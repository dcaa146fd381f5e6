"""Where data, ontology and queries lie: in a checkout, and in an installed wheel."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from .._version import __version__
from .errors import MissingResource

#: Raised by hand when a build from the same inputs would give another store.
FORMAT: Final = 5


@dataclass(frozen=True)
class Resources:
    """The three input folders of a build, and what was pulled from Wikidata, if it is wanted."""

    data: Path
    ontology: Path
    queries: Path
    pulled: Path | None = None

    def entity_files(self) -> list[Path]:
        """The registers of entities, sorted."""
        return sorted((self.data / "entities").glob("*.ttl"))

    def source_files(self) -> list[Path]:
        """One Turtle file a source, sorted."""
        return sorted((self.data / "sources").glob("*.ttl"))

    def turtle_files(self) -> list[Path]:
        """All that holds facts: registers, sources, and what was pulled."""
        pulled = [self.pulled / "source.ttl"] if self.pulled else []
        return [*self.entity_files(), *self.source_files(), *pulled]

    def mapping_files(self) -> list[Path]:
        """The mapping, and what was pulled with its own."""
        pulled = [self.pulled / "links.sssom.tsv"] if self.pulled else []
        return [self.mapping_file, *pulled]

    @property
    def mapping_file(self) -> Path:
        """Our entities to Wikidata items, in SSSOM."""
        return self.data / "wikidata.sssom.tsv"

    def ontology_files(self) -> list[Path]:
        """The vocabulary, its concept schemes and alignments, sorted."""
        return sorted(self.ontology.glob("*.ttl"))

    def rule_files(self) -> list[Path]:
        """The CONSTRUCT rules, sorted."""
        return sorted((self.ontology / "rules").glob("*.rq"))

    def query_files(self) -> list[Path]:
        """The canned queries, sorted."""
        return sorted(self.queries.glob("*.rq"))

    def check_files(self) -> list[Path]:
        """The queries that must return nothing, sorted; no build depends on them."""
        return sorted((self.queries / "checks").glob("violation-*.rq"))

    def inputs(self) -> Iterator[Path]:
        """Every file that a build reads."""
        yield from self.turtle_files()
        yield from (path for path in self.mapping_files() if path.exists())
        yield from self.ontology_files()
        yield from self.rule_files()
        yield from self.query_files()

    @cached_property
    def key(self) -> str:
        """Twenty hex digits that change when any input, or the format, changes.

        Where no file has changed since the key was last worked out (by size, times and
        inode, as git's index does it), it is remembered and no file is read.
        """
        listing = self._listing()
        remembered = _remembered().get(self._name, {})
        if remembered.get("listing") == listing:
            return str(remembered.get("key") or self.digest())
        key = self.digest()
        if (home() / "stores" / key / "manifest.json").is_file():
            self._keep(listing, key)
        return key

    def remember(self) -> None:
        """Keep the key with the state of its files, where that can be written."""
        self._keep(self._listing(), self.digest())

    def _keep(self, listing: str, key: str) -> None:
        from .atomic_files import write_atomically
        from .errors import OutputError

        known = _remembered()
        known.pop(self._name, None)
        # The newest last; a few are enough for somebody who has data folders of their own.
        kept = dict(list(known.items())[-4:])
        kept[self._name] = {"listing": listing, "key": key}
        with contextlib.suppress(OutputError):
            write_atomically(_memory(), json.dumps(kept))

    @property
    def _name(self) -> str:
        return f"{self.data} with {self.pulled}" if self.pulled else str(self.data)

    def _listing(self) -> str:
        """What the system says of every input, a line each: much sooner there than a digest."""
        states = [_makers(), str(self)]
        pulled = [(self.pulled, "source.ttl"), (self.pulled, "links.sssom.tsv")]
        for folder, suffix in (
            *((folder, name) for folder, name in pulled if folder),
            (self.data, self.mapping_file.name),
            (self.data / "entities", ".ttl"),
            (self.data / "sources", ".ttl"),
            (self.ontology, ".ttl"),
            (self.ontology / "rules", ".rq"),
            (self.queries, ".rq"),
        ):
            states += _states(folder, suffix)
        return "\n".join(states)

    def digest(self) -> str:
        """The key, worked out from the content of every input as it is now."""
        import hashlib

        digest = hashlib.sha256(f"{_makers()}\n".encode())
        for path in self.inputs():
            content = path.read_bytes()
            digest.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()[:20]

    @property
    def store(self) -> Path:
        """The folder of the store that is, or will be, built from these inputs."""
        return home() / "stores" / self.key

    @property
    def is_built(self) -> bool:
        """Whether that store is there, whole."""
        return (self.store / "manifest.json").is_file()


def _states(folder: Path, suffix: str) -> list[str]:
    """What tells whether the files of a folder have changed; by scandir, for there are many."""
    states = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(suffix):
                at = entry.stat()
                states.append(
                    f"{entry.name} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}"
                )
    return sorted(states)


def _makers() -> str:
    """What else decides what a build gives: the format, this package and the engine."""
    import pyoxigraph

    return f"format {FORMAT}, allusion {__version__}, pyoxigraph {pyoxigraph.__version__}"


def _memory() -> Path:
    return home() / "inputs.json"


def _remembered() -> dict[str, dict[str, str]]:
    """What `Resources.remember` kept; nothing where it cannot be read: it is only a cache."""
    try:
        known = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = known.items() if isinstance(known, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def locate(data: Path | None = None) -> Resources:
    """The folders that ship with the package.

    In a checkout they lie beside the code, in a wheel inside the package. ``data``
    puts another folder of facts (``entities/``, ``sources/``) in place of ours.

    :raises MissingResource: if one of the folders is not there.
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
    """Where built stores are kept: ``ALLUSION_HOME``, else the user's cache folder."""
    chosen = os.environ.get("ALLUSION_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("allusion", appauthor=False)
