"""allusion musicbrainz: make a collection of covers and samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .graph import open_graph
from .options import data_option
from .output import note
from .progress import progress

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph
    from ..musicbrainz.api import MusicBrainzApi
    from ..musicbrainz.derivations import MusicDerivation

_NAMES = """
SELECT ?song ?name WHERE {
  ?song a al:Song ; rdfs:label|skos:altLabel ?name .
} ORDER BY ?song ?name"""
_MAKERS = """
SELECT DISTINCT ?song ?name WHERE {
  { ?credit al:inWork ?song }
  UNION { ?recording al:recordingOf ?song . ?credit al:inWork ?recording }
  ?song a al:Song .
  ?credit al:contributor|al:performer ?maker .
  ?maker rdfs:label|skos:altLabel ?name .
} ORDER BY ?song ?name"""


@click.command(
    "musicbrainz",
    epilog='\b\nExample:\n  allusion musicbrainz "California Dreamin\'" --into covers\n',
)
@click.argument("songs", nargs=-1)
@click.option(
    "--into", "folder", required=True, type=click.Path(path_type=Path),
    help="The collection; it is made if the folder does not exist.",
)  # fmt: skip
@click.option("--endpoint", metavar="URL", help="Address of the web service.")
@click.option("--contact", metavar="TEXT", help="Address or e-mail for the User-Agent header.")
@data_option
def musicbrainz_command(
    songs: tuple[str, ...],
    folder: Path,
    endpoint: str | None,
    contact: str | None,
    data: Path | None,
) -> None:
    """Make a collection of covers and samples of songs, from MusicBrainz.

    SONGS are songs of the graph; without any, all are taken. A work of MusicBrainz is a song if
    one of its titles and one of its artists have the names of the song and of a maker; if several
    works do, none is taken. What they state become claims of the contributors of MusicBrainz. One
    request is sent per second. To undo it: allusion undo FOLDER.
    """
    from ..authoring.collecting import add_content, open_or_create
    from ..authoring.concepts import Concepts
    from ..authoring.musicbrainz_import import music_content
    from ..http.user_agent import CONTACT
    from ..musicbrainz.api import ENDPOINT, MusicBrainzApi

    graph = open_graph(data)
    wanted = {graph.names.resolve(one, ("song",)) for one in songs}
    api = MusicBrainzApi(endpoint or ENDPOINT, contact=contact or CONTACT)
    collection = open_or_create(folder)
    with progress(quiet=True) as bar:
        bar("asking MusicBrainz")
        found = list(_derivations(graph, api, wanted))
    music = music_content(found, collection, graph.names)
    concepts = Concepts(graph.resources)
    change = add_content(music.content, collection, concepts, "musicbrainz")
    note(f"{len(music.content.connections):,} connections, {len(music.content.things):,} entities")
    for reason, count in music.skipped.items():
        note(f"omitted: {count:,} {'artist' if count == 1 else 'artists'} {reason}")
    note(f"written to {folder}" if change.after else "nothing was changed")
    note(f"to view it: allusion view NAME --with {folder}")


def _derivations(
    graph: KnowledgeGraph, api: MusicBrainzApi, wanted: set[str]
) -> Iterator[tuple[str, MusicDerivation]]:
    """Yield song and derivation; report songs that are not one work of MusicBrainz."""
    from ..musicbrainz.derivations import derivations_of, find_works

    makers = _texts(graph, _MAKERS)
    for song, names in _texts(graph, _NAMES).items():
        if wanted and song not in wanted:
            continue
        if song not in makers:
            note(f"omitted: {names[0]}: the graph has none of its makers, to tell it from others")
            continue
        works = find_works(api, names, makers[song])
        if len(works) == 1:
            yield from ((song, one) for one in derivations_of(api, works[0]))
        else:
            count = f"{len(works)} works" if works else "no work"
            note(f"omitted: {names[0]}: {count} of MusicBrainz with this name and maker")


def _texts(graph: KnowledgeGraph, query: str) -> dict[str, list[str]]:
    """Return song -> names, of a query with these two columns."""
    from ..query.results import expect_rows

    found: dict[str, list[str]] = {}
    for song, name in expect_rows(graph.sparql(query)).rows:
        found.setdefault(str(song), []).append(str(name))
    return found
