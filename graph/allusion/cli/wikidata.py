"""wikidata: the commands that ask Wikidata, or set it beside what is here."""

from __future__ import annotations

from typing import Final

import click

from .lazy import LazyGroup

#: Command -> (module, one line of help).
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "beside": ("wikidata_beside", "Set what Wikidata says of one entity beside what is here."),
    "slice": ("wikidata_slice", "Cut films and what they name out of a dump of Wikidata."),
}


@click.group("wikidata", cls=LazyGroup, table=COMMANDS, prefix="wikidata_", epilog=(
    "Nothing is ever sent to Wikidata but questions. Settings: ALLUSION_WIKIDATA_ENDPOINT, "
    "ALLUSION_CONTACT (an address or e-mail of yours, which its policy asks for)."
))  # fmt: skip
def wikidata_command() -> None:
    """What Wikidata says, and how it stands to what is said here."""
