"""Where data, ontology and queries lie: in a checkout, and in an installed wheel."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from .errors import MissingResource

#: Raised by hand when a build from the same inputs would give another store.
FORMAT: Final = 1


@dataclass(frozen=True)
class Resources:
    """The three input folders of a build."""

    data: Path
    ontology: Path
    queries: Path

    def entity_files(self) -> list[Path]:
        """The registers of entities, sorted."""
        return sorted((self.data / "entities").glob("*.ttl"))

    def source_files(self) -> list[Path]:
        """One Turtle file a source, sorted."""
        return sorted((self.data / "sources").glob("*.ttl"))

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

    def inputs(self) -> Iterator[Path]:
        """Every file that a build reads."""
        yield from self.entity_files()
        yield from self.source_files()
        if self.mapping_file.exists():
            yield self.mapping_file
        yield from self.ontology_files()
        yield from self.rule_files()
        yield from self.query_files()

    @cached_property
    def key(self) -> str:
        """Twenty hex digits that change when any input, or the format, changes."""
        digest = hashlib.sha256(f"format {FORMAT}\n".encode())
        for path in self.inputs():
            content = path.read_bytes()
            digest.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()[:20]


def locate(data: Path | None = None) -> Resources:
    """The folders that ship with the package.

    In a checkout they lie beside the code, in a wheel inside the package. ``data``
    puts another folder of facts (``entities/``, ``sources/``) in place of ours.

    :raises MissingResource: if one of the folders is not there.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    if (checkout / "ontology" / "allusion.ttl").is_file() and package.parent.name == "graph":
        found = Resources(checkout / "graph/data", checkout / "ontology", checkout / "queries")
    else:
        inside = package / "_data"
        found = Resources(inside / "data", inside / "ontology", inside / "queries")
    if data is not None:
        found = Resources(data, found.ontology, found.queries)
    for folder in (found.data, found.ontology, found.queries):
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


def package_version() -> str:
    """The version of the installed package."""
    try:
        return version("allusion")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0+checkout"
