"""wikidata: commands that query Wikidata or compare it with the graph."""

from __future__ import annotations

from typing import Final

import click

from ..lazy import LazyGroup

#: Command -> one line of help.
COMMANDS: Final = {
    "status": "Show how each entity is linked, and with which confidence.",
    "check": "Check every link, and list where both sides disagree.",
    "link": "Find the items of entities, or of the rows of a table.",
    "pull": "Fetch statements of linked items as a separate source.",
    "compare": "Compare the snapshot with the graph, by property.",
    "export": "Write QuickStatements for review, and a report.",
    "slice": "Filter films and what they mention out of a dump.",
    "collect": "Make a collection of the connections of a slice.",
}


@click.group("wikidata", cls=LazyGroup, package=__name__, summaries=COMMANDS, epilog=(
    "Nothing is sent to Wikidata except queries. Settings: ALLUSION_CONTACT (your address or "
    "e-mail, which its policy requires), ALLUSION_WIKIDATA_API, ALLUSION_WIKIDATA_ENDPOINT."
))  # fmt: skip
def wikidata_command() -> None:
    """Compare, link and export entities to Wikidata, or filter its dumps."""
