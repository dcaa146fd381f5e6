"""allusion open: open the page of an entity on another site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.errors import UnknownName
from ..core.external_links import safe_url
from .graph import open_graph
from .notices import note_namesakes
from .options import data_option, with_option
from .output import browse, note, write

if TYPE_CHECKING:
    from ..core.labels import Link

_SITES: Final = {"wikidata": "Wikidata", "wikipedia": "Wikipedia", "imdb": "IMDb", "tmdb": "TMDb"}


@click.command("open")
@click.argument("name", nargs=-1, required=True)
@click.option(
    "--on", "site", type=click.Choice(list(_SITES)), default="wikidata", show_default=True,
    help="Site to open.",
)  # fmt: skip
@click.option("--print", "print_only", is_flag=True, help="Only print the address.")
@with_option
@data_option
def open_command(name: tuple[str, ...], site: str, print_only: bool, data: Path | None) -> None:
    """Open the page of an entity on Wikidata, Wikipedia, IMDb or TMDb.

    The address is always printed. If there is no browser, it is only printed.
    """
    graph = open_graph(data)
    iri = graph.resolve(" ".join(name))
    note_namesakes(graph, [" ".join(name)])
    link = link_to_site(graph.names.links(iri), _SITES[site], " ".join(name))
    if link.confidence is not None and link.confidence < 0.9:
        note(f"the item is not certain (confidence {link.confidence:g}): {link.note}")
    elif link.confidence is None and link.note:
        note(link.note)
    write(f"{link.url}\n", None)
    if print_only:
        return
    if url := safe_url(link.url):
        browse(url)
    else:
        note("not opened, because it is not an http or https address")


def link_to_site(links: Sequence[Link], site: str, name: str) -> Link:
    """Return the link to a site.

    Args:
        links: The links of the entity.
        site: Title of the site.
        name: Name of the entity, for the message.

    Returns:
        The first link to the site.

    Raises:
        UnknownName: There is none. The message lists the sites with a link.
    """
    for link in links:
        if link.site == site:
            return link
    others = sorted({link.site for link in links})
    known = f"known: {', '.join(others)}" if others else "no link is known"
    raise UnknownName(f"{name!r} has no page on {site} here; {known}", others)
