"""What a person is told, beside an answer, of what the command took for granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core.terms import expand
from .output import note

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph
    from ..query.catalog import CannedQuery, Parameter


def note_defaults(graph: KnowledgeGraph, query: CannedQuery, given: Mapping[str, object]) -> None:
    """Say which parameters were left out, and what stood in their place."""
    for parameter in query.parameters:
        if parameter.name not in given and not parameter.optional:
            note(f"{parameter.name} = {default_of(graph, parameter)} (default)")


def default_of(graph: KnowledgeGraph, parameter: Parameter) -> str:
    """The default of a parameter as people say it: a label where it has one."""
    iri = expand(parameter.default)
    label = graph.names.label(iri, "en") if iri else None
    return label.text if label else parameter.default.strip('"')


def note_language(graph: KnowledgeGraph, language: str) -> None:
    """Say that nothing has a label in ``language``, where that is so."""
    known = graph.names.languages()
    wanted = language.lower()
    if not any(tag.lower() == wanted or tag.lower().startswith(f"{wanted}-") for tag in known):
        note(f"no label in {language}; labels stay English; known: {', '.join(known)}")


def note_namesakes(graph: KnowledgeGraph, names: Iterable[str]) -> None:
    """Say for whom a short name was taken, where others have it in full."""
    for name in names:
        taken, others = graph.names.namesakes(name)
        if others:
            note(f"{name}: taken as {taken}; also: {', '.join(others)}")
