"""Rows of the sheet ``connections``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..core.vocabulary import register_of
from .cell_values import NameMention
from .concepts import ANALOGY, RESERVED, register_of_class
from .context import ImportContext
from .holder_checks import (
    DEFAULT,
    HELD,
    REPORTED,
    STATED,
    check_unread_rows,
    forced_certainty,
    report_holder,
)
from .records import Connection, EvidenceRecord
from .scene_rows import read_scene_and_line
from .sheet_faults import SheetFault, ranges
from .tables import SheetCell, SheetRow, SheetTable, split_list

#: Types of sources that give the words of a maker at first hand; so does a source of their own.
FIRST_HAND: Final = frozenset(("interview", "transcript", "video"))
#: Full-width digit -> digit.
_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}
#: What spreadsheets make of a place such as "4-3": a day, or its number.
_CONVERTED: Final = re.compile("[0-9]{1,2}-[A-Z][a-z]{2}|4[0-9]{4}")


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A row, as a connection with one piece of evidence.

    Attributes:
        sure: The certainty of the row or of its kind; "" if there is none.
        by: IRIs of the holders that the row names.
    """

    row: SheetRow
    ends: tuple[str, str, str]
    sure: str
    by: tuple[str, ...]
    evidence: EvidenceRecord


def describe_mentions(table: SheetTable, context: ImportContext) -> None:
    """Describe the new entities that rows name with their class in brackets.

    The second pass adds the sources of rows above the row that describes an entity.
    """
    rejected: list[tuple[NameMention, SheetRow]] = []
    for row in (*table.rows, *table.rows):
        for column in ("from", "to", "speaker", "language"):
            cell = row[column]
            mention = context.resolver.mention(cell.text)
            if not mention.cls or (cell.filled and context.resolver.is_described(mention)):
                continue
            of_character = column == "speaker" and mention.cls == "Character"
            works = (work,) if of_character and (work := _work_of(row["from"], context)) else ()
            if not _describe(row, cell, mention, works, context):
                rejected.append((mention, row))
    for mention, row in rejected:
        context.resolver.reject(mention.name, mention.cls, row)


def _work_of(cell: SheetCell, context: ImportContext) -> str:
    """Return the work of the scenes and lines of a row; "" if it is not clear.

    Args:
        cell: The origin of the connection: a work, or a character in one work.
        context: The entities.
    """
    if not cell:
        return ""
    origin = context.resolver.resolve(cell.text, cell, [])
    if register_of(origin) in context.concepts.works:
        return origin
    thing = context.thing(origin)
    works = {work for part in thing.parts for work in part.works} if thing else set()
    return works.pop() if len(works) == 1 else ""


def _describe(
    row: SheetRow,
    cell: SheetCell,
    mention: NameMention,
    works: tuple[str, ...],
    context: ImportContext,
) -> bool:
    """Describe the entity of a name with a class; return False if the row has a fault."""
    register = register_of_class(mention.cls)
    known = [
        one
        for one in context.resolver.candidates(mention)
        if one.register == register and (not mention.date or one.year in (None, mention.date.year))
    ]
    if len(known) == 1 and (kept := context.keep(known[0].iri)):
        context.resolver.describe(kept)
    ours = context.resolver.described(mention, register)
    is_new = mention.new or not known
    if context.is_rejected(row):
        return not is_new
    if context.resolver.rejected(mention) or not (is_new or ours):
        return True
    sources = tuple(
        iri for key in split_list(row["source"].text) if (iri := context.find_source(key))
    )
    return context.mentioned(mention, cell, sources, works) is not None


def read_connections(table: SheetTable, context: ImportContext) -> None:
    """Read the rows into connections; rows with the same ends and kind are one connection."""
    by_ends: dict[tuple[str, str, str], list[ConnectionRow]] = defaultdict(list)
    unread = []
    for row in table.rows:
        if context.is_rejected(row):
            continue
        stated = _stated(row, context)
        if stated is None:
            unread.append(row)
        else:
            by_ends[stated.ends].append(stated)
            evidence = stated.evidence
            key = (stated.ends, evidence.source, evidence.where)
            context.rows.passages.setdefault(key, row)
    check_unread_rows(unread, table, context)
    for ends, rows in by_ends.items():
        connection = _joined(ends, rows, context)
        if connection:
            context.content.connections[ends] = connection


def _stated(row: SheetRow, context: ImportContext) -> ConnectionRow | None:
    before = len(context.faults)
    for column in ("from", "to", "kind"):
        if not row[column]:
            context.missing(row, column)
    sources = context.sources(row["source"])
    if len(sources) > 1:
        fix = "write a row for each source"
        context.faults.append(
            SheetFault(row["source"].place, "word", row["source"].text, "is two sources", fix)
        )
    for end in ("from", "to"):
        if len(split_list(row[end].text)) > 1:
            fix = "write a row for each"
            context.faults.append(
                SheetFault(row[end].place, "word", row[end].text, "is several names", fix)
            )
            return None
    origin, target = (
        context.resolve(row[end].text, row[end]) if row[end] else "" for end in ("from", "to")
    )
    kind = _kind(row["kind"], context)
    says = context.texts(row, "says")
    stance = context.word(row["stance"], context.concepts.stances) if row["stance"] else "supports"
    sure = _certainty(row, kind, context)
    by = context.agents(row["by"], sources[:1])
    if _CONVERTED.fullmatch(row["where"].text):
        place, text = row["where"].place, row["where"].text
        context.faults.append(SheetFault(place, "excel-date", text))
    anchor = context.quote(row["quote"], sources[0]) if sources else None
    scene, line = read_scene_and_line(row, _work_of(row["from"], context), context)
    if origin and origin == target:
        fix = "correct one of the two names"
        if kind == "self-reference":
            fix = "write a character of the work into the column from"
        context.faults.append(
            SheetFault(
                row["to"].place,
                "wrong-kind",
                row["to"].text,
                "is the origin of the same connection",
                fix,
            )
        )
    if len(context.faults) > before or not kind:
        return None
    where = row["where"].text.translate(_DIGITS)
    evidence = EvidenceRecord(
        sources[0], says, where, stance or "supports", anchor, (), scene, line
    )
    return ConnectionRow(row, (origin, kind, target), sure, by, evidence)


def _kind(cell: SheetCell, context: ImportContext) -> str:
    if not cell:
        return ""
    slug = context.word(cell, context.concepts.kinds, "kind", "kinds") or ""
    if slug == ANALOGY:
        fix = "write it in Turtle, see docs/your-own-data.md; or use the kind parallel"
        detail = "needs two counterparts, which a row cannot contain"
        context.faults.append(SheetFault(cell.place, "kind", cell.text, detail, fix))
        return ""
    return slug


def _certainty(row: SheetRow, kind: str, context: ImportContext) -> str:
    cell = row["sure"]
    forced = forced_certainty(kind, context)
    slug = (context.word(cell, context.concepts.certainties) or "") if cell else ""
    if slug and forced and slug != forced and (slug, forced) != (REPORTED, STATED):
        language = context.collection.language
        label = context.concepts.kinds.concepts[kind].label(language)
        detail = f"{label} is always {context.concepts.certainty_word(forced, language)}"
        context.faults.append(
            SheetFault(cell.place, "certainty", cell.text, detail, "leave it empty")
        )
    if slug == RESERVED:
        detail = "is reserved for the editors of the shipped graph"
        context.faults.append(SheetFault(cell.place, "certainty", cell.text, detail, ""))
    return slug or forced


def _joined(
    ends: tuple[str, str, str], rows: list[ConnectionRow], context: ImportContext
) -> Connection | None:
    """Return the connection of rows with the same ends and kind."""
    sure = sorted({one.sure for one in rows if one.sure})
    if len(sure) > 1:
        for one in rows:
            cell = one.row["sure"]
            detail = f"rows of one connection have the certainties {' and '.join(sure)}"
            context.faults.append(
                SheetFault(cell.place, "certainty", cell.text, detail, "write one of the two")
            )
        return None
    certainty = sure[0] if sure else DEFAULT
    found = tuple(_passages(rows, context))
    before = len(context.faults)
    naming = [one for one in rows if one.by]
    by = tuple(dict.fromkeys(agent for one in naming for agent in one.by))
    if certainty == DEFAULT:
        # The author of a row that names nobody holds the claim too.
        own = _authors([one for one in rows if not one.by], context)
        by = tuple(dict.fromkeys((*by, *own)))
    if certainty == STATED:
        found = tuple(_with_words(one, by, context) for one in found)
        certainty = STATED if any(one.words_of for one in found) else REPORTED
    # A row without holder and certainty supports the report of another row; it is no report.
    reports = [one for one in rows if one.by or one.row["sure"]] or rows
    reporters = _authors(reports, context) if certainty == REPORTED else ()
    connection = Connection(*ends, certainty, by, found, reporters)
    _note_differences(connection, rows, context)
    if len(context.faults) == before and _is_held(connection, rows, context):
        return connection
    return None


def _note_differences(
    connection: Connection, rows: list[ConnectionRow], context: ImportContext
) -> None:
    """Add a remark if some rows of a connection leave to others how certain it is."""
    if connection.certainty == DEFAULT:
        return
    silent = [one for one in rows if not one.by and not one.row["sure"]]
    if not silent or len(silent) == len(rows):
        return
    places = ranges(one.row["kind"].place for one in rows)
    word = context.concepts.certainty_word(connection.certainty, context.collection.language)
    context.remarks.append(
        f"one connection in several rows, {word}: {places}; "
        f"{ranges(one.row['sure'].place for one in silent)}: empty, so its source only supports "
        "it; for a claim of its author, write another kind of connection"
    )


def _passages(rows: list[ConnectionRow], context: ImportContext) -> Iterator[EvidenceRecord]:
    """Yield the evidence of each row; report rows with the same source and place."""
    evidence: dict[tuple[str, str], ConnectionRow] = {}
    for one in rows:
        key = (one.evidence.source, one.evidence.where)
        if (first := evidence.get(key)) is not None:
            code = "duplicate" if first.evidence == one.evidence else "same"
            detail = f"row {first.row.place.cell}"
            context.faults.append(SheetFault(one.row.place, code, "", detail))
            continue
        evidence[key] = one
        yield one.evidence


def _is_held(connection: Connection, rows: list[ConnectionRow], context: ImportContext) -> bool:
    """Return whether a connection has the holder and the reporter that it needs, else report."""
    certainty = connection.certainty
    family = context.concepts.family_of(connection.kind)
    needs_holder = family in HELD or certainty in (DEFAULT, STATED, REPORTED)
    if needs_holder and not connection.made_by:
        for one in rows:
            report_holder(one.row, connection.kind, certainty, connection.origin, context)
        return False
    if certainty == REPORTED and not connection.reported_by:
        context.faults += [SheetFault(one.row["source"].place, "reporter") for one in rows]
        return False
    return True


def _with_words(
    evidence: EvidenceRecord, by: tuple[str, ...], context: ImportContext
) -> EvidenceRecord:
    """Add whose words a passage gives, if its source is at first hand."""
    source = context.source(evidence.source)
    own = source and any((context.author(name) or name) in by for name in source.by)
    first_hand = source is not None and (source.type in FIRST_HAND or own)
    return replace(evidence, words_of=by) if first_hand else evidence


def _authors(rows: list[ConnectionRow], context: ImportContext) -> tuple[str, ...]:
    """Return the authors of the sources that support a claim; describe new ones."""
    found: dict[str, None] = {}
    for one in rows:
        iri = one.evidence.source
        source = context.source(iri)
        if source is None or one.evidence.stance != "supports":
            continue
        described = context.rows.sources.get(iri, one.row)
        place = described["by"].place
        for author in source.by:
            known = author if author.startswith("https://") else ""
            agent = known or _agent(author, SheetCell(author, place), iri, context)
            if agent:
                found[agent] = None
    return tuple(found)


def _agent(name: str, cell: SheetCell, source: str, context: ImportContext) -> str:
    found = context.agents(SheetCell(name, cell.place), (source,))
    return found[0] if found else ""
