"""Proposals as QuickStatements commands, for review by a person.

The commands use version 1 of the language: cells separated by tabs, one statement a line,
and a comment at the end, which becomes the edit summary. Each line has one reference. If the
statement exists, the line adds its reference to it. Several references in one line
(``!S854``) are not used, because the program on Toolforge merges them into one. CSV is not
supported: it requires a value for every column, and lines have different columns.

The language has no escape character. Addresses are percent-encoded; a text that cannot be
written unchanged is rejected (`UnwritableText`).

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
from ..model.items import is_item_id
from ..model.property_mapping import property_with_label
from .eligibility import ExportDecision, StatementProposal, StatementReference

# Number of parts of a date -> precision. https://www.wikidata.org/wiki/Help:Dates
_PRECISION: Final = {1: 9, 2: 10, 3: 11}
_DATE: Final = re.compile(r"\d{4}(-\d\d){0,2}")
# Tab and | end a cell, a line break ends a command, /* begins the comment.
_FORBIDDEN: Final = re.compile(r"[\t\r\n\v\f\x00-\x1f|\x85\u2028\u2029]|/\*|\*/")
# Characters that browsers leave unencoded; existing percent-encoding stays.
_URL_SAFE: Final = "%/:=&?~#+!$,;@()[]'-._"
_TAG: Final = re.compile(r"[a-z]{2,3}(-hans|-hant|-[a-z]{2})?")
# A summary has at most 500 characters, of which the program uses some.
_MAX_SUMMARY: Final = 440


class UnwritableText(ValueError):
    """A text that QuickStatements cannot represent unchanged."""


def commands(decisions: Iterable[ExportDecision]) -> Iterator[str]:
    """Yield the commands for all exported connections."""
    for decision in decisions:
        for proposal in decision.proposals:
            yield from proposal_lines(proposal, edit_summary(decision))


def proposal_lines(proposal: StatementProposal, comment: str) -> Iterator[str]:
    """Yield one command for each reference; the first has the qualifier.

    A quotation that cannot be written is left out.
    """
    cells = [item_cell(proposal.subject), proposal.property, item_cell(proposal.value)]
    if proposal.excerpt:
        with suppress(UnwritableText):
            cells += ["P7081", monolingual_cell(proposal.excerpt)]  # quotation or excerpt
    for reference in proposal.references:
        with suppress(UnwritableText):
            yield "\t".join((*cells, *_reference_cells(reference))) + f" /* {comment} */"
            # One of the programs adds the qualifier again with each line.
            del cells[3:]


def edit_summary(decision: ExportDecision) -> str:
    """Return the edit summary: our sentence and the IRI of the connection.

    >>> from allusion.core.model import Edge
    >>> edge = Edge("https://w3id.org/allusion/connection/x", "", "", "reference", "", "", "",
    ...             "Breathless (1983) | shows */ Gun Crazy.")
    >>> edit_summary(ExportDecision(edge, "exported"))
    'Breathless (1983) ¦ shows * / Gun Crazy. https://w3id.org/allusion/connection/x'
    """
    words = decision.edge.sentence.replace("*/", "* /").replace("/*", "/ *").replace("|", "¦")
    words = _FORBIDDEN.sub(" ", words)
    room = _MAX_SUMMARY - len(decision.edge.iri) - 1
    if len(words) > room:
        words = words[: room - 1].rsplit(" ", 1)[0] + "…"
    return f"{words} {decision.edge.iri}"


def proposal_label(proposal: StatementProposal) -> str:
    """Return a readable form of a proposal: "Q15982 P144 (based on) Q86427"."""
    return f"{proposal.subject} {property_with_label(proposal.property)} {proposal.value}"


def _reference_cells(reference: StatementReference) -> Iterator[str]:
    if reference.stated_in:
        yield from ("S248", item_cell(reference.stated_in))
    if reference.url:
        yield from ("S854", string_cell(percent_encode(reference.url)))
    if reference.seen:
        yield from ("S813", date_cell(reference.seen))
    if reference.quotation:
        yield from ("S1683", monolingual_cell(reference.quotation))


def item_cell(item: str) -> str:
    """Return an item as a cell.

    Raises:
        ValueError: If it is not a Q-id.
    """
    if not is_item_id(item):
        raise ValueError(f"{item!r} is not an item of Wikidata; one looks like Q766263")
    return item


def date_cell(text: str) -> str:
    """Return a year, month or day as a cell with its precision; missing parts are 00.

    Raises:
        ValueError: If it has another format.

    >>> date_cell("2026-11-22"), date_cell("1994")
    ('+2026-11-22T00:00:00Z/11', '+1994-00-00T00:00:00Z/9')
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date; one looks like 2026-11-22")
    parts = text.split("-")
    return f"+{'-'.join([*parts, '00', '00'][:3])}T00:00:00Z/{_PRECISION[len(parts)]}"


def string_cell(text: str) -> str:
    """Return a text as a cell; quotation marks inside need no escape.

    Raises:
        UnwritableText: If it contains a separator of cells or commands, or begins or ends
            with a quotation mark or space, which one of the programs removes.
    """
    if (
        not text
        or _FORBIDDEN.search(text)
        or text != text.strip()
        or text[0] == '"'
        or text[-1] == '"'
    ):
        raise UnwritableText(text)
    return f'"{text}"'


def percent_encode(url: str) -> str:
    """Encode the characters that could end a cell, a command or a text.

    >>> percent_encode("https://example.org/a|b/*c*/?q=“x”")
    'https://example.org/a%7Cb/%2Ac%2A/?q=%E2%80%9Cx%E2%80%9D'
    """
    return quote(url, safe=_URL_SAFE)


def monolingual_cell(name: Name) -> str:
    """Return a text and its language as a cell.

    Raises:
        UnwritableText: If the text cannot be written, or Wikidata has no code for its
            language, as for transcriptions.

    >>> monolingual_cell(Name("愛你一萬年", "zh-Hant"))
    'zh-hant:"愛你一萬年"'
    """
    tag = name.language.lower()
    # One of the programs replaces curly quotation marks, which would change the quotation.
    if not _TAG.fullmatch(tag) or set(name.text) & set("“”"):
        raise UnwritableText(name.text)
    return f"{tag}:{string_cell(name.text)}"
