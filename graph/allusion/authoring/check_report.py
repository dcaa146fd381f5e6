"""Faults in the files of collections, in the words of the sheet: one sentence for each kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ..core.errors import Fault
from ..core.terms import expand
from ..core.text import count_text
from ..core.vocabulary import register_of
from .sheet_faults import KINDS, MOST_LISTED

_VALUE: Final = re.compile(r"^(?:\S+ )?(?P<property>[\w-]+:[\w-]+)(?: '(?P<value>[^']*)')?: .*$")
_TERM: Final = re.compile(r"^uses the unknown term (?P<value>(?P<scheme>[\w-]+):\S+)$")
_DANGLING: Final = re.compile(r"^refers to (?P<value>\S+), which has no description$")
_IN_BRACKETS: Final = re.compile(r"\((.*)\)$")
_PREFIX: Final = re.compile(r"^(?:\S+ )?[\w-]+:[\w-]+(?: '[^']*')?: ")
#: Property -> the column of the sheet that holds it.
_COLUMNS: Final = {
    "al:from": "from",
    "al:to": "to",
    "al:kind": "kind",
    "al:certainty": "sure",
    "al:evidence": "source",
    "al:source": "source",
    "al:stance": "stance",
    "al:locator": "where",
    "al:inScene": "scene",
    "al:line": "line",
    "al:expressedIn": "line",
    "al:speaker": "speaker",
    "al:inLanguage": "language",
    "al:madeBy": "by",
    "al:reportedBy": "by",
    "al:wordsOf": "by",
    "al:author": "by",
    "al:url": "url",
    "al:sourceType": "type",
    "al:published": "year",
    "al:born": "year",
    "al:opened": "year",
    "al:presentIn": "in",
    "al:contributor": "role",
    "al:role": "role",
    "dcterms:creator": "by",
    "dcterms:title": "title",
    "dcterms:issued": "date",
    "dcterms:language": "language",
    "dcterms:source": "source",
    "rdfs:label": "name",
    "skos:altLabel": "also",
    "skos:note": "note",
}
_SCHEMES: Final = {
    "kind": "kind",
    "certainty": "sure",
    "source-type": "type",
    "role": "role",
    "stance": "stance",
}
#: Register -> one and several of its nodes; for other registers the name itself is used.
_NOUNS: Final = {
    "evidence": ("passage", "passages"),
    "person": ("person", "people"),
    "contribution": ("credit", "credits"),
    "organisation": ("organization", "organizations"),
}
#: Code of a fault -> kind of fault in a sheet, and the column that holds the value.
_RULES: Final = {
    "no-holder": ("holder", "by"),
    "violation-view-without-holder": ("holder", "by"),
    "shacl-ClaimedConnection": ("holder", "by"),
    "shacl-influence-maker": ("holder", "by"),
    "shacl-comparison-maker": ("holder", "by"),
    "shacl-from": ("origin", "from"),
    "shacl-derivation-from": ("works-only", "from"),
    "shacl-derivation-to": ("works-only", "to"),
    "shacl-work": ("maker", "role"),
    "violation-points-at-something-later": ("later", "to"),
    "violation-duplicate-connection": ("repeated", "to"),
    "violation-speaker-of-another-work": ("speaker", "speaker"),
    "violation-same-page-and-pair": ("page-repeated", "to"),
    "violation-same-name-and-year": ("namesake", "name"),
    "violation-script-against-tag": ("script", "name"),
}
#: Message of a shape that lists the properties of a class.
_NOT_OF_CLASS: Final = "This property does not belong on a node"
_AGAIN: Final = "correct it in the sheet and import the sheet again, or correct the file"


def collection_report(faults: Iterable[Fault], names: Mapping[str, str]) -> list[str]:
    """Return faults as text, grouped by what is wrong.

    Args:
        faults: Faults in files of collections.
        names: Prefixed name of a node -> how to show it.
    """
    groups: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    faults = list(faults)
    dangling = {(fault.file, fault.line) for fault in faults if fault.code == "dangling"}
    faults = [
        one
        for one in faults
        if not one.code.startswith("shacl-") or (one.file, one.line) not in dangling
    ]
    for fault in sorted(faults, key=lambda fault: fault.code == "unknown-term"):
        key, case = _plain(fault)
        shown = names.get(fault.entity, fault.entity)
        place = f"{fault.file}:{fault.line}" if fault.line else fault.file
        text = ": ".join(part for part in (place, shown, case) if part)
        groups[key].setdefault(f"{fault.file} {fault.entity}", text)
    return [line for key, cases in groups.items() for line in _lines(key, list(cases.values()))]


def _lines(key: tuple[str, str, str], cases: Sequence[str]) -> Iterator[str]:
    one, several, fix = key
    yield count_text(len(cases), one, several)
    if fix:
        yield f"    {fix}"
    yield from (f"    {case}" for case in cases[:MOST_LISTED])
    if (more := len(cases) - MOST_LISTED) > 0:
        yield f"    and {more:,} more (-f json lists all)"


def _plain(fault: Fault) -> tuple[tuple[str, str, str], str]:
    """Return the sentence for one and for several, the fix, and the details of the case."""
    if fault.code in _RULES or _NOT_OF_CLASS in fault.problem:
        kind, detail, _ = rule_of(fault)
        return KINDS[kind], detail or column_of(fault)
    one, several = _nouns(fault.entity)
    match fault.code:
        case "syntax":
            fix = "it was edited by hand: correct the line, or import the sheet again"
            return ("file cannot be read", "files cannot be read", fix), fault.problem
        case "style":
            ends = ("file is not in the order that the program writes",
                    "files are not in the order that the program writes")  # fmt: skip
            return (*ends, fault.fix), ""
        case "dangling" if found := _DANGLING.match(fault.problem):
            tail = "something that the graph does not have (any more)"
            return (f"{one} names {tail}", f"{several} name {tail}", _AGAIN), (
                f"{found['value']}; {fault.fix}"
            )
    if found := _TERM.match(fault.problem):
        column, value = _SCHEMES.get(found["scheme"], ""), found["value"].partition(":")[2]
    elif found := _VALUE.match(fault.problem):
        column, value = _COLUMNS.get(found["property"], ""), (found["value"] or "").strip()
        scheme, _, slug = value.partition(":")
        value = slug if scheme in _SCHEMES else value
    else:
        column, value = "", ""
    if not column:
        return (f"{one} is not right", f"{several} are not right", fault.fix), fault.problem
    if value:
        tail = f"a wrong value in the column {column}"
        return (f"{one} has {tail}", f"{several} have {tail}", _AGAIN), value
    tail = f"no value in the column {column}, or one that is not right"
    return (f"{one} has {tail}", f"{several} have {tail}", _AGAIN), ""


def rule_of(fault: Fault) -> tuple[str, str, str]:
    """Return the kind of fault in a sheet, a detail, and a fix if the kind has none."""
    if fault.code in _RULES:
        kind, _ = _RULES[fault.code]
        found = _IN_BRACKETS.search(fault.problem) if kind in ("later", "script") else None
        return kind, found[1].rpartition(": ")[2] if found else "", ""
    if _NOT_OF_CLASS in fault.problem:
        return "property", "", ""
    return "rule", _PREFIX.sub("", fault.problem), fault.fix if "ontology/" not in fault.fix else ""


def column_of(fault: Fault) -> str:
    """Return the column of the sheet that holds the value of a fault; "" if unknown."""
    if fault.code in _RULES:
        return _RULES[fault.code][1]
    found = _VALUE.match(fault.problem)
    return _COLUMNS.get(found["property"], "") if found else ""


def _nouns(entity: str) -> tuple[str, str]:
    iri = expand(entity)
    register = register_of(iri) if iri and "/" in iri else "entry"
    return _NOUNS.get(register, (register, f"{register}s"))
