"""Candidates from a local index of Wikidata for names of a sheet that the graph does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from ..core.labels import Name
from ..core.vocabulary import ENTITY_REGISTERS
from ..wikidata.linking.features import Candidate, Features
from ..wikidata.linking.index_source import IndexSource
from ..wikidata.linking.name_similarity import compare_titles, normalize_title
from ..wikidata.model.classes import match_classes
from .cell_values import read_mention
from .concepts import Concepts
from .sheet_faults import SheetFault

#: Maximum number of candidates in a message.
_MOST: Final = 3
_WORKS: Final = ("P577", "P580", "P571")


def with_candidates(
    faults: Iterable[SheetFault], index: IndexSource, concepts: Concepts
) -> list[SheetFault]:
    """Return faults; those of unknown names have the items of this name as a fix.

    Args:
        faults: Faults of a sheet.
        index: The items.
        concepts: Terms of the ontology, for the words of kinds.
    """
    return [_with_candidates(one, index, concepts) if one.code == "unknown" else one
            for one in faults]  # fmt: skip


def _with_candidates(fault: SheetFault, index: IndexSource, concepts: Concepts) -> SheetFault:
    mention = read_mention(fault.value, concepts)
    title = normalize_title(mention.name)
    (found,) = index.candidates([Features(fault.value, (Name(mention.name, ""),))])
    alike = (
        one
        for one in found
        if any(
            compare_titles(title, normalize_title(name.text)) in ("same", "bare")
            for name in (*one.labels, *one.aliases)
        )
    )
    shown = [text for one in alike for text in _mention(one, mention.name, concepts)][:_MOST]
    if not shown:
        return fault
    return replace(fault, fix=f"in Wikidata: {' or '.join(shown)}; {fault.fix}".rstrip("; "))


def _mention(item: Candidate, name: str, concepts: Concepts) -> Iterator[str]:
    """Yield how a sheet names a new entity for an item; nothing if it is of no known kind."""
    for register, classes in ENTITY_REGISTERS.items():
        if match_classes(register, item.types, item.superclasses) != "fits":
            continue
        kind = concepts.class_word(classes[0])
        prop = "P569" if register == "person" else next((p for p in _WORKS if p in item.years), "")
        years = item.years.get(prop, ())
        year = f", {min(years)}" if years else ""
        yield f"{name} ({kind}{year}), {item.item}"
        return
