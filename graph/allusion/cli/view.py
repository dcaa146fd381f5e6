"""allusion view: the picture of an entity, opened or written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..knowledge_graph import DEFAULT_MAX_ENTITIES
from .notices import note_namesakes
from .options import data_option, store_option, with_option
from .output import note, open_graph, write_picture

if TYPE_CHECKING:
    from ..view import Layout, Theme


_FIRST = "film:chungking-express"


@click.command(
    "view",
    epilog=(
        "\b\nExamples:\n"
        "  allusion view\n"
        "  allusion view 'Momoe Yamaguchi'\n"
        "  allusion view 重慶森林 -o film.svg\n"
        "  allusion view 重慶森林 --layout timeline --hops 2 --theme dark -o time.png\n"
        "  allusion view 重慶森林 --layout scene --scene escalator -o scene.svg\n"
        "  allusion view 'Fallen Angels' --kinds song-used,comparison --lang ja -o angels.svg\n"
    ),
)
@click.argument("name", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here: .html (the page), .svg or .png (a drawing).",
)
@click.option(
    "--layout",
    type=click.Choice(["focus", "network", "timeline", "chain", "scene"]),
    default="focus",
    show_default=True,
    help="focus: between what it points to and what points to it. network: in the whole "
    "plane. timeline: on the years. scene: a film scene by scene. chain: from NAME to --to.",
)
@click.option("--to", metavar="NAME", help="The other end of a chain.")
@click.option(
    "--hops",
    type=click.IntRange(1, 2),
    help="How far from NAME; by default 1, and the whole graph for network.",
)
@click.option(
    "--kinds",
    metavar="A,B",
    default="",
    help="Only these families or kinds of connection (reference, name-drop), or kinds of "
    "entity (film, person).",
)
@click.option("--scene", metavar="TEXT", default="", help="Only scenes with this in their name.")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="TAG",
    help="Language of names, such as en, zh-Hant, zh-Hans or ja; may be given several times, "
    "first choice first.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "auto"]),
    default="light",
    show_default=True,
    help="Colours; auto follows what the reader's system prefers.",
)
@click.option("--title", metavar="TEXT", help="The heading.")
@click.option(
    "--scale", type=float, default=2.0, show_default=True, help="Pixels of a .png for each of .svg."
)
@click.option(
    "--max-entities",
    type=click.IntRange(10, 20_000),
    default=DEFAULT_MAX_ENTITIES,
    show_default=True,
    help="Of a larger graph, show only this many entities, those nearest to NAME.",
)
@click.option("--most", type=click.IntRange(10, 20_000), hidden=True)
@click.option("--no-open", is_flag=True, help="Write the page, do not open it.")
@store_option
@with_option
@data_option
def view_command(
    name: tuple[str, ...],
    output: Path | None,
    layout: Layout,
    to: str | None,
    hops: int | None,
    kinds: str,
    scene: str,
    languages: tuple[str, ...],
    theme: Theme,
    title: str | None,
    scale: float,
    max_entities: int,
    most: int | None,
    no_open: bool,
    data: Path | None,
) -> None:
    """Open the picture of an entity in the browser, or write it to a file.

    Without NAME: Chungking Express, or what is joined to the most where there is none of it.
    The page is one file that needs no network and holds all layouts; it opens as the one that
    was asked for. Without -o it is written to the folder of stores. Of a large graph (--store
    FOLDER) it holds the surroundings of NAME.
    """
    from ..core.errors import ParameterError
    from ..view.subgraphs import MAX_ENTITIES
    from .progress import progress

    if most is not None:
        note("--most is deprecated; use --max-entities")
        max_entities = most
    graph = open_graph(data)
    neighborhood = graph.neighborhood
    if neighborhood is None:
        with progress(quiet=True) as bar:
            bar("reading the graph")
            graph.network(records=True)
    if neighborhood.is_empty if neighborhood else not graph.network(records=True):
        raise ParameterError(
            "there is no entity in any named graph of the store, so there is nothing to draw; "
            "triples get one by: allusion load FILE --into FOLDER --graph IRI"
        )
    wanted = " ".join(name) or _FIRST
    if not name and _FIRST not in graph:
        if neighborhood:
            note("all is read, to find what is joined to the most; name one entity to save that")
        network = graph.network(records=True)
        wanted = max(network, key=lambda iri: (network.degree(iri), iri))
    with progress(quiet=True) as bar:
        bar("reading the graph")
        picture = graph.view(
            wanted,
            layout="chain" if to is not None and layout == "focus" else layout,
            to=to,
            hops=hops,
            kinds=[kind for kind in kinds.split(",") if kind.strip()],
            scene=scene,
            language=languages or "en",
            theme=theme,
            title=title,
            max_entities=max_entities,
        )
        is_drawing = output is not None and output.suffix.lower() in (".svg", ".png")
        network_shown = picture.network if is_drawing else picture.page_network
    note_namesakes(graph, [" ".join(name), to or ""])
    if whole := network_shown.graph.get("of"):
        here = network_shown.nodes[picture.focus]["entity"].label()
        more = (
            ""
            if max_entities == MAX_ENTITIES or len(network_shown) < max_entities
            else f"; --max-entities {MAX_ENTITIES} shows more"
        )
        note(f"of {whole:,} entities the {len(network_shown):,} nearest to {here}{more}")
    write_picture(picture, output, scale=scale, no_open=no_open)
