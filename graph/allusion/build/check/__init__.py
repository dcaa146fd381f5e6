"""Every check on curated data, each with what is allowed or the command that mends it.

A build runs the structural checks (`structural_faults`); ``allusion check`` also
looks at style and validates with SHACL (`all_faults`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.errors import Fault
from ...core.resources import Resources
from ..sssom import Mapping, read_mappings
from ..turtle import CuratedFile, read
from .evidence import evidence_faults
from .links import link_faults
from .structure import declared_terms, structure_faults
from .style import fix_style, style_faults

__all__ = ["Curated", "all_faults", "fix_style", "read_curated", "structural_faults"]


class Curated:
    """The curated files as read, with the faults that reading found."""

    def __init__(
        self, files: list[CuratedFile], mappings: list[Mapping], faults: list[Fault]
    ) -> None:
        self.files = files
        self.mappings = mappings
        self.faults = faults


def read_curated(resources: Resources) -> Curated:
    """Read every curated file once, for checking and for building."""
    files, faults = read(resources)
    mappings = []
    for path in resources.mapping_files():
        rows, mapping_faults = read_mappings(path)
        mappings += rows
        faults += mapping_faults
    return Curated(files, mappings, faults)


def structural_faults(resources: Resources, curated: Curated) -> list[Fault]:
    """What would make a wrong graph: syntax, terms, dangling IRIs, labels, links, evidence."""
    if any(fault.code == "syntax" for fault in curated.faults):
        # A file that cannot be parsed would make every mention of it dangle.
        return sorted(set(curated.faults))
    declared = declared_terms(resources)
    found: Iterator[Fault] = iter(())
    found = _chain(
        structure_faults(curated.files, declared),
        link_faults(curated.files, curated.mappings, resources.mapping_file.name),
        evidence_faults(curated.files),
    )
    return sorted({*curated.faults, *found})


def all_faults(resources: Resources, *, shacl: bool = True) -> list[Fault]:
    """Every fault; SHACL is only asked when the rest is clean enough to ask it."""
    curated = read_curated(resources)
    faults = structural_faults(resources, curated)
    if any(fault.code == "syntax" for fault in faults):
        return faults
    # What was pulled is written by the program, and made anew.
    faults += style_faults([one for one in curated.files if one.path.parent != resources.pulled])
    if shacl:
        from .shacl import shacl_faults

        faults += shacl_faults(resources, curated.files)
    return sorted(set(faults))


def _chain(*parts: Iterator[Fault]) -> Iterator[Fault]:
    for part in parts:
        yield from part
