"""Proposals as QuickStatements, for a person to read, strike out, and send.

The commands are in version 1 of its language: cells between tabs, one statement a line, a
comment at the end, which becomes the summary of the edit. One line has one reference: a
line whose statement is there already adds its reference to it, while several references
in one line (``!S854``) become a single one in the program that runs on Toolforge.
There is no CSV: in that form every line needs a value for every column, and a statement
without a day of reading, or with a quotation, has other columns than its neighbour.

Nothing escapes a character in this language. Addresses can be written in percent; texts
that cannot be written as they are, are refused (`Unwritable`), never changed.

Sources: https://www.wikidata.org/wiki/Help:QuickStatements ; both programs that read it:
github.com/magnusmanske/quickstatements at f5d325d (importDataFromV1, commandAddSources,
importDataFromCSV) and github.com/WikiMovimentoBrasil/quickstatements3 at 340d36b
(src/core/parsers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import quote

from ...core.labels import Name
from ..model.property_mapping import said_as
from .eligibility import Proposal, Reference, Verdict

# Precision of a date: a year, a month, a day. https://www.wikidata.org/wiki/Help:Dates
_PRECISION: Final = {1: 9, 2: 10, 3: 11}
_DATE: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_ITEM: Final = re.compile(r"Q[1-9][0-9]*")
# A tab and a bar end a cell, a line break ends a command, /* begins the comment.
_CUTS: Final = re.compile(r"[\t\r\n\v\f\x00-\x1f|\x85\u2028\u2029]|/\*|\*/")
# As browsers write an address; what is in percent already stays.
_IN_ADDRESS: Final = "%/:=&?~#+!$,;@()[]'-._"
_TAG: Final = re.compile(r"[a-z]{2,3}(-hans|-hant|-[a-z]{2})?")
# A summary has at most 500 characters, and the program adds some of its own.
_LONGEST_SUMMARY: Final = 440


class Unwritable(ValueError):
    """A text that the language of QuickStatements cannot hold as it is."""


def commands(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The commands of all that is exported, line by line."""
    for verdict in verdicts:
        for proposal in verdict.proposals:
            yield from lines(proposal, summary(verdict))


def lines(proposal: Proposal, about: str) -> Iterator[str]:
    """The commands of one proposal: a line for each reference, the first with the qualifier.

    A quotation that cannot be written is left out.
    """
    cells = [entity(proposal.subject), proposal.property, entity(proposal.value)]
    if proposal.excerpt:
        with suppress(Unwritable):
            cells += ["P7081", monolingual(proposal.excerpt)]  # quotation or excerpt
    for reference in proposal.references:
        with suppress(Unwritable):
            yield "\t".join((*cells, *_cells(reference))) + f" /* {about} */"
            # One of the programs would add the qualifier again with every line.
            del cells[3:]


def summary(verdict: Verdict) -> str:
    """What the summary of the edit says: in our words what is stated, and where it stands here.

    >>> from ..records import Edge
    >>> edge = Edge("https://w3id.org/allusion/connection/x", "", "", "reference", "", "", "",
    ...             "Breathless (1983) | shows */ Gun Crazy.")
    >>> summary(Verdict(edge, "exported"))
    'Breathless (1983) ¦ shows * / Gun Crazy. https://w3id.org/allusion/connection/x'
    """
    words = verdict.edge.sentence.replace("*/", "* /").replace("/*", "/ *").replace("|", "¦")
    words = _CUTS.sub(" ", words)
    room = _LONGEST_SUMMARY - len(verdict.edge.iri) - 1
    if len(words) > room:
        words = words[: room - 1].rsplit(" ", 1)[0] + "…"
    return f"{words} {verdict.edge.iri}"


def explained(proposal: Proposal) -> str:
    """A proposal for people: "Q15982 P144 (based on) Q86427"."""
    return f"{proposal.subject} {said_as(proposal.property)} {proposal.value}"


def _cells(reference: Reference) -> Iterator[str]:
    if reference.stated_in:
        yield from ("S248", entity(reference.stated_in))
    if reference.url:
        yield from ("S854", string(address(reference.url)))
    if reference.seen:
        yield from ("S813", date(reference.seen))
    if reference.quotation:
        yield from ("S1683", monolingual(reference.quotation))


def entity(item: str) -> str:
    """An item as a cell.

    :raises ValueError: if it is not a Q-id.
    """
    if not _ITEM.fullmatch(item):
        raise ValueError(f"{item!r} is not an item of Wikidata; one looks like Q766263")
    return item


def date(text: str) -> str:
    """A year, month or day as a cell, with its precision; what is not stated is 00.

    :raises ValueError: if it is none of these.

    >>> date("2026-11-22"), date("1994")
    ('+2026-11-22T00:00:00Z/11', '+1994-00-00T00:00:00Z/9')
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date; one looks like 2026-11-22")
    parts = text.split("-")
    return f"+{'-'.join([*parts, '00', '00'][:3])}T00:00:00Z/{_PRECISION[len(parts)]}"


def string(text: str) -> str:
    """A text as a cell. Quotation marks inside need no escape: the outermost count.

    :raises Unwritable: if it has a character that ends a cell or a command, or begins or
        ends with a quotation mark or space, which one of the programs would strip.
    """
    if not text or _CUTS.search(text) or text != text.strip() or text[0] == '"' or text[-1] == '"':
        raise Unwritable(text)
    return f'"{text}"'


def address(url: str) -> str:
    """An address without anything that could end a cell, a command or a text.

    >>> address("https://example.org/a|b/*c*/?q=“x”")
    'https://example.org/a%7Cb/%2Ac%2A/?q=%E2%80%9Cx%E2%80%9D'
    """
    return quote(url, safe=_IN_ADDRESS)


def monolingual(name: Name) -> str:
    """A text with its language as a cell; Wikidata has no codes for transcriptions.

    :raises Unwritable: if the text cannot be written, or its language has no code there.

    >>> monolingual(Name("愛你一萬年", "zh-Hant"))
    'zh-hant:"愛你一萬年"'
    """
    tag = name.language.lower()
    # One of the programs takes curly marks for straight ones: then it is no quotation.
    if not _TAG.fullmatch(tag) or set(name.text) & set("“”"):
        raise Unwritable(name.text)
    return f"{tag}:{string(name.text)}"
