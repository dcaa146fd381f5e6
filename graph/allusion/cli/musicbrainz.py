"""allusion musicbrainz: make a collection of covers and samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.terms import shorten
from ..core.text import count_text
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

#: Maximum number of songs that are named after a failure.
_MOST_NAMED: Final = 50
#: IRI, names and makers.
_Song = tuple[str, list[str], list[str]]


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
    request is sent per second. If a request fails (exit code 4) or at Ctrl-C (130), what was found
    until then is kept. To undo it: allusion undo FOLDER.
    """
    from ..authoring.collection import open_or_create
    from ..authoring.concepts import Concepts
    from ..authoring.importing import add_content
    from ..authoring.musicbrainz_import import music_content
    from ..core.errors import NetworkError, QueryError
    from ..http.user_agent import CONTACT
    from ..musicbrainz.api import ENDPOINT, MusicBrainzApi

    graph = open_graph(data)
    wanted = {graph.names.resolve(one, ("song",)) for one in songs}
    api = MusicBrainzApi(endpoint or ENDPOINT, contact=contact or CONTACT)
    collection = open_or_create(folder)
    found: list[tuple[str, MusicDerivation]] = []
    failure: NetworkError | QueryError | KeyboardInterrupt | None = None
    left = _songs(graph, wanted)
    with progress(quiet=True) as bar:
        bar("asking MusicBrainz")
        try:
            while left:
                found += _derivations(api, *left[0])
                del left[0]
        except (NetworkError, QueryError, KeyboardInterrupt) as error:
            failure = error
    if failure and not found:
        raise failure
    music = music_content(found, collection, graph.names)
    concepts = Concepts(graph.resources)
    change = add_content(music.content, collection, concepts, "musicbrainz")
    note(f"{len(music.content.connections):,} connections, {len(music.content.things):,} entities")
    for reason, count in music.skipped.items():
        note(f"omitted: {count_text(count, 'artist', 'artists')} {reason}")
    note(f"written to {folder}" if change.after else "nothing was changed")
    note(f"to view it: allusion view NAME --with {folder}")
    if failure:
        note(f"stopped at {left[0][1][0]}, songs left: {len(left):,}; {_how_to_go_on(left)}")
        raise failure


def _songs(graph: KnowledgeGraph, wanted: set[str]) -> list[_Song]:
    """Return IRI, names and makers of each song; report songs without a maker."""
    makers = _texts(graph, _MAKERS)
    songs = []
    for song, names in _texts(graph, _NAMES).items():
        if wanted and song not in wanted:
            continue
        if song in makers:
            songs.append((song, names, makers[song]))
        else:
            note(f"omitted: {names[0]}: the graph has none of its makers, to tell it from others")
    return songs


def _derivations(
    api: MusicBrainzApi, song: str, names: list[str], makers: list[str]
) -> Iterator[tuple[str, MusicDerivation]]:
    """Yield song and derivation; report a song that is not one work of MusicBrainz."""
    from ..musicbrainz.derivations import derivations_of, find_works

    works = find_works(api, names, makers)
    if len(works) == 1:
        yield from ((song, one) for one in derivations_of(api, works[0]))
    else:
        count = f"{len(works)} works" if works else "no work"
        note(f"omitted: {names[0]}: {count} of MusicBrainz with this name and maker")


def _how_to_go_on(left: list[_Song]) -> str:
    """Return what to run for the songs that are left."""
    if len(left) > _MOST_NAMED:
        return "to go on, run the same command again: it keeps what is there"
    songs = " ".join(shorten(song) for song, _, _ in left)
    return f"to go on, run the same command for: {songs}"


def _texts(graph: KnowledgeGraph, query: str) -> dict[str, list[str]]:
    """Return song -> names, of a query with these two columns."""
    from ..query.results import expect_rows

    found: dict[str, list[str]] = {}
    for song, name in expect_rows(graph.sparql(query)).rows:
        found.setdefault(str(song), []).append(str(name))
    return found
