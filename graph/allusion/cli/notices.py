"""Notes on stderr about assumed defaults, languages and namesakes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from ..core.terms import expand, shorten
from ..core.vocabulary import BASE
from .output import note

#: Maximum of others that a note names.
_MAX_NAMESAKES: Final = 5

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph
    from ..query.bound_query import BoundQuery
    from ..query.catalog import Parameter


def note_defaults(graph: KnowledgeGraph, bound: BoundQuery) -> None:
    """Report the defaults of the parameters that were not given."""
    for parameter in bound.defaults:
        note(f"{parameter.name} = {default_text(graph, parameter)} (default)")


def default_text(graph: KnowledgeGraph, parameter: Parameter) -> str:
    """Return the default of a parameter for display: its label if it has one."""
    iri = expand(parameter.default)
    label = graph.names.label(iri, "en") if iri else None
    return label.text if label else parameter.default.strip('"')


def note_language(graph: KnowledgeGraph, language: str) -> None:
    """Report a language in which the graph has no label."""
    known = graph.names.languages()
    wanted = language.lower()
    if not any(tag.lower() == wanted or tag.lower().startswith(f"{wanted}-") for tag in known):
        note(f"no label in {language}; labels stay English; known: {', '.join(known)}")


def labels_in(graph: KnowledgeGraph, language: str) -> Callable[[str], str]:
    """Return a function from an IRI to its label in a language, "" if it has none."""

    def label(iri: str) -> str:
        found = graph.names.label(iri, language)
        return found.text if found else ""

    return label


def note_namesakes(graph: KnowledgeGraph, names: Iterable[str]) -> None:
    """Report the entity that a name was resolved to, if others have that name.

    A deprecated IRI is reported with its replacement.
    """
    for name in names:
        iri = expand(name) or name
        if iri.startswith(BASE) and name in graph and (found := graph.resolve(name)) != iri:
            note(f"{shorten(iri)} is deprecated; it is replaced by {shorten(found)}")
        alike = graph.names.namesakes(name, limit=_MAX_NAMESAKES + 1)
        shown = [f"{one.label} ({shorten(one.iri)})" for one in alike[: _MAX_NAMESAKES + 1]]
        if len(shown) < len(alike):
            shown.append(f"and more: allusion search {shlex.quote(name)}")
        if shown:
            note(f"{name}: taken as {shown[0]}; also: {', '.join(shown[1:])}")
