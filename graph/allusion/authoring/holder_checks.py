"""Who states the connection of a row: checks, and the faults with the makers that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ..core.labels import fold
from .context import ImportContext
from .sheet_faults import SheetFault
from .tables import SheetRow, SheetTable, split_list

#: What a maker says at first hand, and what somebody reports of it.
STATED, REPORTED = "stated-by-maker", "reported"
#: Certainty of a row without one: its source is the holder, if the row names nobody else.
DEFAULT: Final = "claimed"
#: Kinds that allow only one certainty.
FORCED: Final = {"maker-states-influence": STATED, "critic-claims-influence": DEFAULT}
#: Families of connections that always have a holder.
HELD: Final = ("influence", "comparison")
# Kinds that the author of a page can state of a work.
_OF_AUTHORS: Final = ("critic-claims-influence", "similar-style", "homage-scene")


def forced_certainty(kind: str, context: ImportContext) -> str:
    """Return the only certainty that a kind allows; "" if it allows several."""
    if kind and context.concepts.family_of(kind) == "comparison":
        return DEFAULT
    return FORCED.get(kind, "")


def report_holder(
    row: SheetRow, kind: str, certainty: str, origin: str, context: ImportContext
) -> None:
    """Report that a row has no holder, with a mend that its certainty allows.

    Args:
        row: The row.
        kind: The kind of the connection.
        certainty: Its certainty.
        origin: IRI of the origin of the connection, "" if it is not known.
        context: Where the fault is added.
    """
    place = row["by"].place
    if certainty not in (STATED, REPORTED):
        context.faults.append(SheetFault(place, "holder"))
        return
    makers = _makers(origin, context)
    fixes = [f"write which maker says so: {' or '.join(makers)}"] if makers else []
    if kind in FORCED:
        kinds = context.concepts.kinds.concepts
        labels = [kinds[slug].label(context.collection.language) for slug in _OF_AUTHORS]
        fixes.append(f"if no maker is named, use another kind: {', '.join(labels)}")
    else:
        fixes.append("if no maker is named, empty the column sure")
    context.faults.append(SheetFault(place, "no-maker", "", "", "; ".join(fixes)))


def _makers(origin: str, context: ImportContext) -> list[str]:
    """Return the makers of a work that the sheet or the collection has, with their roles."""
    work = context.thing(origin)
    if work is None or work.register not in context.concepts.works:
        return []
    roles: dict[str, str] = {}
    for part in work.parts:
        for role, agent in part.makers:
            roles.setdefault(agent, context.concepts.roles.concepts[role].label("en"))
    name = context.name_of(work.iri)
    return [f"{context.name_of(one)} ({role} of {name})" for one, role in roles.items()][:3]


def check_unread_rows(
    unread: Sequence[SheetRow], table: SheetTable, context: ImportContext
) -> None:
    """Report missing holders of rows that have other faults, so that all are listed at once.

    Args:
        unread: The rows with other faults.
        table: All rows: another row of the same connection may name the holder.
        context: Where faults are added.
    """
    if not unread:
        return
    same: dict[tuple[str, ...], list[SheetRow]] = defaultdict(list)
    for row in table.rows:
        same[_ends(row)].append(row)
    for row in unread:
        _check_unread_row(row, same[_ends(row)], context)


def _check_unread_row(row: SheetRow, rows: list[SheetRow], context: ImportContext) -> None:
    """Check a row; ``rows`` are all rows of its connection."""
    kind = context.concepts.kinds.find_or_start(row["kind"].text) if row["kind"] else None
    if not kind:
        return
    if any(one["by"] for one in rows):
        return
    scheme = context.concepts.certainties
    words = {scheme.find_or_start(one["sure"].text) for one in rows if one["sure"]}
    if None in words or len(words) > 1:
        return
    certainty = (words.pop() if words else "") or forced_certainty(kind, context) or DEFAULT
    origin = context.resolver.resolve(row["from"].text, row["from"], []) if row["from"] else ""
    if certainty in (STATED, REPORTED) or (certainty == DEFAULT and _lacks_author(rows, context)):
        report_holder(row, kind, certainty, origin, context)


def _lacks_author(rows: list[SheetRow], context: ImportContext) -> bool:
    """Return whether all sources of rows are known, and none has an author."""
    found = [context.find_source(key) for row in rows for key in split_list(row["source"].text)]
    sources = [context.source(iri) for iri in found]
    return bool(sources) and all(one is not None and not one.by for one in sources)


def _ends(row: SheetRow) -> tuple[str, ...]:
    return tuple(fold(row[column].text) for column in ("from", "kind", "to"))
