"""wikidata: commands that query Wikidata or compare it with the graph."""

from __future__ import annotations

from typing import Final

import click

from ..lazy import LazyGroup

#: Command -> one line of help.
COMMANDS: Final = {
    "status": "Show what is linked, how surely, and what lacks a link.",
    "check": "Check every link, and where the two sides disagree.",
    "link": "Find the items of entities, or of the rows of a table.",
    "pull": "Read what Wikidata says of linked entities, kept apart.",
    "compare": "Set all that was pulled beside what is here, by property.",
    "export": "Write QuickStatements for a person, and why not more.",
    "slice": "Cut films and what they name out of a dump of Wikidata.",
}


@click.group("wikidata", cls=LazyGroup, package=__name__, summaries=COMMANDS, epilog=(
    "Nothing is ever sent to Wikidata but questions. Settings: ALLUSION_CONTACT (an address or "
    "e-mail of yours, which its policy asks for), ALLUSION_WIKIDATA_API, "
    "ALLUSION_WIKIDATA_ENDPOINT."
))  # fmt: skip
def wikidata_command() -> None:
    """Compare, link and export entities to Wikidata, or filter its dumps."""
