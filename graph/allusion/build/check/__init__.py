"""Checks of the curated data; each fault names its fix.

A build runs the structural checks (`curated_faults`). ``allusion check`` also checks style
and validates with SHACL (`all_faults`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.errors import Fault
from ...core.resources import Resources
from ..curated_data import CuratedData, read_curated
from .evidence import evidence_faults
from .layers import is_drift, layer_faults
from .links import link_faults
from .structure import declared_terms, structure_faults
from .style import fix_style, style_faults

__all__ = ["all_faults", "build_faults", "curated_faults", "fix_style"]


def curated_faults(resources: Resources, curated: CuratedData) -> list[Fault]:
    """Return the faults in syntax, terms, IRIs, labels, links, evidence and layers."""
    if any(fault.code == "syntax" for fault in curated.faults):
        # The entities of a file with syntax errors would be reported as missing.
        return sorted(set(curated.faults))
    declared = declared_terms(resources)
    found: Iterator[Fault] = iter(())
    found = _chain(
        structure_faults(curated.files, declared),
        link_faults(curated.files, curated.mappings, resources.mapping_file.name),
        evidence_faults(curated.files),
        layer_faults(curated.files),
    )
    return sorted({*curated.faults, *found})


def build_faults(resources: Resources, curated: CuratedData) -> list[Fault]:
    """Return the structural faults that forbid a build.

    A collection with references to removed parts of the shipped graph can still be built.
    """
    faults = curated_faults(resources, curated)
    return [fault for fault in faults if not is_drift(fault, curated.files)]


def all_faults(resources: Resources, *, shacl: bool = True) -> list[Fault]:
    """Return all faults; style and SHACL are skipped if there are syntax errors.

    With collections, these two are limited to the collections; the shipped facts have been checked.
    """
    curated = read_curated(resources)
    faults = curated_faults(resources, curated)
    if any(fault.code == "syntax" for fault in faults):
        return faults
    own = [one for one in curated.files if one.collection] or curated.files
    # The snapshot is written by a program, so its style is not checked.
    faults += style_faults([one for one in own if one.path.parent != resources.snapshot])
    if shacl:
        from .shacl import shacl_faults

        faults += shacl_faults(resources, curated.files)
    return sorted(set(faults))


def _chain(*parts: Iterator[Fault]) -> Iterator[Fault]:
    for part in parts:
        yield from part
