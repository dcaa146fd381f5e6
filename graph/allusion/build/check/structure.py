"""Checks of terms, IRIs, references to entities, and labels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ...core.errors import Fault
from ...core.resources import Resources
from ...core.suggestions import did_you_mean
from ...core.terms import canonical_language, shorten
from ...core.vocabulary import (
    AL,
    BASE,
    CONCEPT_SCHEMES,
    ENTITY_REGISTERS,
    GRAPH_INFERRED,
    GRAPH_MAPPING,
    GRAPH_WIKIDATA,
    PREFIXES,
    PULLED_PREFIXES,
    STATEMENT_REGISTERS,
    is_snapshot_slug,
    register_of,
)
from ..turtle import CuratedFile, Statement, statements

RDF_TYPE: Final = PREFIXES["rdf"] + "type"
RDFS_LABEL: Final = PREFIXES["rdfs"] + "label"
_LABELS: Final = (RDFS_LABEL, AL + "editorialLabel")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REGISTERS: Final = {**ENTITY_REGISTERS, **STATEMENT_REGISTERS}
_FOREIGN: Final = tuple(PREFIXES[name] for name in ("rdf", "rdfs", "dcterms", "skos", "owl"))


def declared_terms(resources: Resources) -> frozenset[str]:
    """Return the IRIs of all classes, properties and concepts of the ontology."""
    return _declared_in(file_states(resources.ontology_files()))


def file_states(paths: Iterable[Path]) -> tuple[tuple[Path, int], ...]:
    """Return each file with its time of change, as the key of a cache of its content."""
    return tuple((path, path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=4)
def _declared_in(states: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    found: set[str] = set()
    for path, _ in states:
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
                found.add(quad.subject.value)
    return frozenset(found)


def structure_faults(files: list[CuratedFile], declared: Set[str]) -> Iterator[Fault]:
    """Yield structural faults of curated files.

    These are unknown terms, wrong registers, blank nodes, IRIs without a description, missing
    labels and missing sources. A deprecated IRI needs no description.
    """
    types: dict[str, set[str]] = defaultdict(set)
    labels: dict[str, list[tuple[CuratedFile, Statement]]] = defaultdict(list)
    for file, statement in statements(files):
        subject = statement.subject.value
        if statement.predicate.value == RDF_TYPE and isinstance(statement.object, ox.NamedNode):
            types[subject].add(statement.object.value)
        elif statement.predicate.value in _LABELS:
            labels[subject].append((file, statement))
    for file, statement in statements(files):
        yield from _term_faults(file, statement, declared)
        yield from _dangling_faults(file, statement, types)
    yield from _subject_faults(files, types, labels)


def _term_faults(file: CuratedFile, statement: Statement, declared: Set[str]) -> Iterator[Fault]:
    about = shorten(statement.subject.value)
    if isinstance(statement.subject, ox.BlankNode) or isinstance(statement.object, ox.BlankNode):
        named = isinstance(statement.subject, ox.NamedNode)
        line = file.line_of(statement.subject, statement.predicate) if named else _first_blank(file)
        yield Fault(
            file.name,
            line,
            about if named else "",
            "uses a blank node",
            "give the node an IRI, such as evidence:kpnv-223-line",
            "blank-node",
        )
        return
    for term in (statement.predicate, statement.object):
        if not isinstance(term, ox.NamedNode) or not is_of_ontology(term.value):
            continue
        if term.value not in declared:
            line = file.line_of(statement.subject, statement.predicate, term)
            hint = did_you_mean(term.value, declared)
            yield Fault(
                file.name,
                line,
                about,
                f"uses the unknown term {shorten(term.value)}",
                f"{hint} Terms are declared in ontology/".lstrip(),
                "unknown-term",
            )
    predicate = statement.predicate.value
    foreign = (*_FOREIGN, *PULLED_PREFIXES.values()) if file.graph == GRAPH_WIKIDATA else _FOREIGN
    if not predicate.startswith((AL, *foreign)):
        line = file.line_of(statement.subject, statement.predicate)
        yield Fault(
            file.name,
            line,
            about,
            f"uses the foreign property {shorten(predicate)}",
            "properties come from al:, rdf:, rdfs:, dcterms:, skos: and owl:",
            "unknown-term",
        )


def _first_blank(file: CuratedFile) -> int:
    lines = enumerate(file.text.splitlines(), 1)
    return next((number for number, line in lines if "[" in line or "_:" in line), 0)


def is_of_ontology(iri: str) -> bool:
    """Return whether an IRI is in a namespace that the ontology declares."""
    return iri.startswith(AL) or register_of(iri) in CONCEPT_SCHEMES


def _dangling_faults(
    file: CuratedFile, statement: Statement, types: dict[str, set[str]]
) -> Iterator[Fault]:
    value = statement.object
    if not isinstance(value, ox.NamedNode) or not value.value.startswith(BASE):
        return
    register = register_of(value.value)
    known = value.value in types or value.value in (GRAPH_INFERRED, GRAPH_MAPPING)
    if register in _REGISTERS and not known:
        near = get_close_matches(value.value, types, n=3, cutoff=0.8)
        hint = (
            f"did you mean {' or '.join(map(shorten, near))}?"
            if near
            else (f"describe it in {_home_of(register)}")
        )
        line = file.line_of(statement.subject, statement.predicate, value)
        yield Fault(
            file.name,
            line,
            shorten(statement.subject.value),
            f"refers to {shorten(value.value)}, which has no description",
            hint,
            "dangling",
        )


def _home_of(register: str) -> str:
    return f"entities/{register}.ttl" if register in ENTITY_REGISTERS else "a file of sources/"


def _subject_faults(
    files: list[CuratedFile],
    types: dict[str, set[str]],
    labels: dict[str, list[tuple[CuratedFile, Statement]]],
) -> Iterator[Fault]:
    seen: set[str] = set()
    sourced, deprecated = (
        {s.subject.value for _, s in statements(files) if s.predicate.value == predicate}
        for predicate in (PREFIXES["dcterms"] + "source", PREFIXES["owl"] + "deprecated")
    )
    for file, statement in statements(files):
        iri = statement.subject.value
        if iri in seen or not isinstance(statement.subject, ox.NamedNode):
            continue
        seen.add(iri)
        about, line = shorten(iri), file.line_of(statement.subject)
        register, _, slug = iri.removeprefix(BASE).partition("/")
        if register not in _REGISTERS or not iri.startswith(BASE) or not _SLUG.fullmatch(slug):
            yield Fault(
                file.name,
                line,
                about,
                "is not an IRI of a register",
                f"write <register>:<slug>, the slug in lower-case words joined by hyphens; "
                f"registers: {', '.join(_REGISTERS)}",
                "iri",
            )
            continue
        if is_snapshot_slug(slug) and file.graph != GRAPH_WIKIDATA:
            yield Fault(
                file.name,
                line,
                about,
                "has a slug that is reserved for the Wikidata snapshot",
                "choose another slug that does not begin with wikidata-q and a number",
                "iri",
            )
        if iri in deprecated and not types[iri]:
            continue
        allowed = {AL + name for name in _REGISTERS[register]}
        if not types[iri]:
            yield Fault(
                file.name,
                line,
                about,
                "has no type",
                f"add: a {' or '.join(map(shorten, sorted(allowed)))}",
                "no-type",
            )
        elif wrong := types[iri] - allowed:
            yield Fault(
                file.name,
                line,
                about,
                f"is a {', '.join(map(shorten, sorted(wrong)))} in the register {register}:",
                f"allowed there: {', '.join(map(shorten, sorted(allowed)))}",
                "register",
            )
        if register not in ENTITY_REGISTERS:
            continue
        yield from _label_faults(file, line, about, labels[iri])
        if iri not in sourced:
            yield Fault(
                file.name,
                line,
                about,
                "has no source for its names",
                "add: dcterms:source source:<slug>",
                "unsourced",
            )


def _label_faults(
    file: CuratedFile, line: int, about: str, found: list[tuple[CuratedFile, Statement]]
) -> Iterator[Fault]:
    literals = (s.object for _, s in found if isinstance(s.object, ox.Literal))
    # A set, because the file of a source may repeat the label in the register.
    tags = [canonical_language(label.language or "") for label in set(literals)]
    # An entity of a collection may have a name in another language only.
    if "en" not in tags and not (tags and file.collection):
        has = f"it has {', '.join(sorted(set(tags)))}" if tags else "it has none"
        yield Fault(
            file.name,
            line,
            about,
            f"has no English label ({has})",
            'add: rdfs:label "..."@en (al:editorialLabel, if no source has one)',
            "no-label",
        )
    for tag in sorted({tag for tag in tags if tags.count(tag) > 1}):
        yield Fault(
            file.name,
            line,
            about,
            f"has two labels in {tag or 'no language'}",
            "keep one as rdfs:label, write the others as skos:altLabel",
            "labels",
        )
