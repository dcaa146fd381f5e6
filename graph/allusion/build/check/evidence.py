"""Checks of evidence: each connection has a source and a passage in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ...core.errors import Fault
from ...core.terms import shorten
from ...core.vocabulary import AL, BASE, STATEMENT_REGISTERS
from ..turtle import CuratedFile, Statement, statements
from .structure import RDF_TYPE

_NEEDS_EVIDENCE: Final = frozenset(
    AL + name for name in (*STATEMENT_REGISTERS["connection"], *STATEMENT_REGISTERS["claim"])
)
_NEEDS_MAKER: Final = frozenset(AL + name for name in ("Influence", "Comparison", "Analogy"))

Found = tuple[CuratedFile, Statement]


def evidence_faults(files: list[CuratedFile]) -> Iterator[Fault]:
    """Yield statements without evidence, and evidence with missing targets."""
    about: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for file, statement in statements(files):
        about[statement.subject.value][statement.predicate.value].append((file, statement))
    for iri, properties in list(about.items()):
        types = {
            s.object.value for _, s in properties[RDF_TYPE] if isinstance(s.object, ox.NamedNode)
        }
        file, statement = (
            next(iter(properties.values()))[0] if not types else properties[RDF_TYPE][0]
        )
        line = file.line_of(statement.subject)
        if types & _NEEDS_EVIDENCE and not properties[AL + "evidence"]:
            yield Fault(
                file.name,
                line,
                shorten(iri),
                "has no evidence",
                "add: al:evidence evidence:<slug>, a node with al:source source:<slug> and "
                "the place in the source",
                "no-evidence",
            )
        if types & _NEEDS_MAKER and not properties[AL + "madeBy"]:
            yield Fault(
                file.name,
                line,
                shorten(iri),
                "does not state who holds this view",
                "add: al:madeBy the maker or the critic",
                "no-holder",
            )
        if AL + "Opinion" in types and not properties[AL + "heldBy"]:
            yield Fault(
                file.name,
                line,
                shorten(iri),
                "is an opinion without a holder",
                "add: al:heldBy the person who holds it",
                "no-holder",
            )
        if AL + "Evidence" in types:
            yield from _place_faults(iri, properties, about)
    yield from _source_file_faults(files)


def _place_faults(
    iri: str, properties: dict[str, list[Found]], about: dict[str, dict[str, list[Found]]]
) -> Iterator[Fault]:
    file, statement = properties[RDF_TYPE][0]
    name, line = shorten(iri), file.line_of(statement.subject)
    sources = {
        s.object.value for _, s in properties[AL + "source"] if isinstance(s.object, ox.NamedNode)
    }
    if len(sources) != 1:
        yield Fault(
            file.name,
            line,
            name,
            f"names {len(sources) or 'no'} sources",
            "write exactly one: al:source source:<slug>",
            "no-source",
        )
        return
    start, end = (_integer(properties[AL + key]) for key in ("startOffset", "endOffset"))
    if start is None and end is None:
        return
    length = _integer(about[next(iter(sources))][AL + "textLength"])
    place = file.line_of(
        statement.subject, ox.NamedNode(AL + ("endOffset" if end is not None else "startOffset"))
    )
    if start is None or end is None or not 0 <= start < end:
        yield Fault(
            file.name,
            place,
            name,
            f"has the offsets {start} to {end}",
            "write al:startOffset and a greater al:endOffset",
            "offsets",
        )
    elif length is None:
        yield Fault(
            file.name,
            place,
            name,
            "has offsets into a text of unknown length",
            f"add al:textLength and al:textSha256 to {shorten(next(iter(sources)))}",
            "offsets",
        )
    elif end > length:
        yield Fault(
            file.name,
            place,
            name,
            f"ends at character {end}, but the text has {length}",
            f"offsets count characters from 0 to {length}; the end is exclusive",
            "offsets",
        )


def _integer(found: list[Found]) -> int | None:
    for _, statement in found:
        if isinstance(statement.object, ox.Literal):
            try:
                return int(statement.object.value)
            except ValueError:
                return None
    return None


def _source_file_faults(files: list[CuratedFile]) -> Iterator[Fault]:
    """Check that each file in sources/ describes the source with its name."""
    for file in files:
        if file.path.parent.name != "sources" or not file.statements:
            continue
        described = {s.subject.value for s in file.statements if s.predicate.value == RDF_TYPE}
        if file.graph not in described:
            yield Fault(
                file.name,
                0,
                shorten(file.graph),
                "is not described in its own file",
                f"add: {shorten(file.graph)} a al:Source ; dcterms:title ... ; al:url ...",
                "no-source",
            )
        for iri in described:
            if iri.startswith(f"{BASE}source/") and iri != file.graph:
                yield Fault(
                    file.name,
                    file.line_of(ox.NamedNode(iri)),
                    shorten(iri),
                    "is described in the file of another source",
                    f"move it to sources/{iri.rsplit('/', 1)[-1]}.ttl",
                    "no-source",
                )
