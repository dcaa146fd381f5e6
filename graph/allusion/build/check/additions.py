"""Checks of files that a collection does not have yet, with the rules of ``allusion check``.

Only the parts of the shipped graph that the files name are checked with them, which takes a
second instead of a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ...core.errors import Fault
from ...core.resources import Resources
from ...core.vocabulary import AL
from ..curated_data import CuratedData, read_curated
from ..turtle import CuratedFile, parse_text, statements
from .evidence import evidence_faults
from .layers import layer_faults
from .shacl import shacl_faults
from .structure import declared_terms, structure_faults
from .violations import faults_of_checks

#: Maximum number of nodes that are validated with the SHACL shapes.
MOST_VALIDATED: Final = 4_000


class AdditionChecker:
    """Checks texts of a collection over the shipped graph and other collections.

    Args:
        resources: The inputs of the graph, without the collection.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._base: CuratedData | None = None

    def faults(self, folder: Path, texts: Mapping[str, str | None]) -> tuple[list[Fault], bool]:
        """Return the faults of a collection with these files, and whether all rules were checked.

        Collections of more than `MOST_VALIDATED` nodes are not validated with the SHACL shapes.

        Args:
            folder: Folder of the collection.
            texts: Name of a file in ``sources`` -> its text, valid Turtle; None if there is none.
        """
        if self._base is None:
            self._base = read_curated(self._resources)
        own = [_file(folder, name, text) for name, text in texts.items() if text is not None]
        names = {file.name for file in own}
        files = [*_named_part(self._base.files, own), *own]
        found = [
            *structure_faults(files, declared_terms(self._resources)),
            *evidence_faults(files),
            *layer_faults(files),
            *faults_of_checks(self._resources, CuratedData(files, [], [])),
        ]
        is_complete = len({one.subject for _, one in statements(own)}) <= MOST_VALIDATED
        if is_complete:
            found += shacl_faults(self._resources, files)
        return sorted({fault for fault in found if fault.file in names}), is_complete


def _file(folder: Path, name: str, text: str) -> CuratedFile:
    file, _ = parse_text(folder / "sources" / name, f"{folder.name}/sources/{name}", text)
    file.collection = folder
    return file


def _named_part(files: Iterable[CuratedFile], own: list[CuratedFile]) -> Iterator[CuratedFile]:
    """Yield the statements of files about the nodes that the own files name.

    Connections between such nodes are included, with their passages and sources, because the own
    files may repeat one.
    """
    files = list(files)
    named = {
        term.value
        for _, statement in statements(own)
        for term in (statement.subject, statement.object)
        if isinstance(term, ox.NamedNode)
    }
    ends: dict[str, list[bool]] = {}
    for _, statement in statements(files):
        if statement.predicate.value in (AL + "from", AL + "to"):
            is_named = getattr(statement.object, "value", "") in named
            ends.setdefault(statement.subject.value, []).append(is_named)
    between = {iri for iri, found in ends.items() if len(found) > 1 and all(found)}
    passages = set(_objects(files, between, AL + "evidence"))
    named |= between | passages | set(_objects(files, passages, AL + "source"))
    for file in files:
        part = [one for one in file.statements if one.subject.value in named]
        if part:
            text = "".join(f"{one.subject} {one.predicate} {one.object} .\n" for one in part)
            yield CuratedFile(file.path, file.name, file.graph, text, part, file.collection)


def _objects(files: list[CuratedFile], subjects: set[str], predicate: str) -> Iterator[str]:
    """Yield the nodes to which a property of some subjects points."""
    for _, one in statements(files):
        if one.predicate.value == predicate and one.subject.value in subjects:
            yield getattr(one.object, "value", "")
