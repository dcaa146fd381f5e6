"""wikidata beside: one entity and its item, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import UnknownName
from .out import link_on
from .output import data_option, emit, format_options, note, open_graph, store_option

if TYPE_CHECKING:
    from ..card import Card

# Our roles as the properties of Wikidata that say the same (ontology/alignments.ttl).
_ROLE_PROPERTIES: Final = {
    "performer": "P161",
    "director": "P57",
    "screenwriter": "P58",
    "cinematographer": "P344",
    "editor": "P1040",
    "composer": "P86",
    "producer": "P162",
}


@click.command("beside", epilog=(
    "Asks the public endpoint once, with a User-Agent that says who asks. Settings: "
    "ALLUSION_WIKIDATA_ENDPOINT, ALLUSION_CONTACT (an address or e-mail of yours)."
))  # fmt: skip
@click.argument("name", nargs=-1, required=True)
@click.option(
    "--endpoint",
    envvar="ALLUSION_WIKIDATA_ENDPOINT",
    metavar="URL",
    help="A SPARQL endpoint that holds Wikidata.",
)
@click.option("--contact", envvar="ALLUSION_CONTACT", help="How Wikidata can reach you.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Seconds for the whole exchange.",
)
@format_options
@store_option
@data_option
def wikidata_beside_command(
    name: tuple[str, ...], endpoint: str | None, contact: str | None, timeout_s: float,
    form: str | None, output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """Set what Wikidata says of an entity beside what is here.

    Labels, class, makers, dates and identifiers: agree, differ, only here, only
    there. Exit code 1 if something differs, 4 without network.
    """
    from ..results import Result
    from ..terms import Literal
    from ..wikidata import ENDPOINT, WikidataClient, beside

    graph = open_graph(data)
    text = " ".join(name)
    card = graph[text]
    link = link_on(card.entity.links, "Wikidata", text)
    if link.confidence is None:
        raise UnknownName(
            f"no Wikidata item of {text!r} has been seen yet, only the title of its article; "
            f"look there: {link.url}"
        )
    options = {"contact": contact} if contact else {}
    client = WikidataClient(endpoint or ENDPOINT, timeout_s=timeout_s, **options)
    item = client.describe(link.identifier)
    rows = beside(card.entity, _facts(card), item)
    note(f"{card.entity.label()}: {item.url} (confidence {link.confidence:g}, {link.note})")
    result = Result(
        ("property", "status", "here", "wikidata", "note"),
        [
            tuple(
                Literal(cell)
                for cell in (
                    f"{row.name} ({row.property})" if row.property[1:].isdigit() else row.name,
                    row.status, "; ".join(row.ours), "; ".join(row.theirs), row.note,
                )
            )
            for row in rows
        ],
    )  # fmt: skip
    emit(result, form, output)
    return 1 if any(row.status == "differ" for row in rows) else 0


def _facts(card: Card) -> dict[str, list[str]]:
    """Our credits as Wikidata has them, for works: property to the names of people."""
    facts: dict[str, list[str]] = {}
    for edge in card.others:
        if edge.origin == card.entity.iri and edge.kind in _ROLE_PROPERTIES:
            names = facts.setdefault(_ROLE_PROPERTIES[edge.kind], [])
            if card.labels[edge.target] not in names:
                names.append(card.labels[edge.target])
    return facts
