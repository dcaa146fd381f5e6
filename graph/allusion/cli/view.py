"""allusion view: open the picture of an entity, or write it to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..view.options import DEFAULT_OPTIONS
from .graph import open_graph
from .notices import note_namesakes
from .options import data_option, store_option, with_option
from .output import note, write_picture

if TYPE_CHECKING:
    from ..view import Layout, Theme


_DEFAULT_ENTITY = "film:chungking-express"


class LayoutChoice(click.Choice[str]):
    """Layouts; the old name "chain" works for one more version."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the current name of a layout."""
        if value == "chain":
            note("--layout chain is deprecated; use --layout path")
            value = "path"
        return str(super().convert(value, param, ctx))


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
    help="Write to this file: .html (the page), .svg or .png (a drawing).",
)
@click.option(
    "--layout",
    type=LayoutChoice(["focus", "network", "timeline", "path", "scene"]),
    default="focus",
    show_default=True,
    help="focus: outgoing and incoming connections of NAME. network: node-link diagram. "
    "timeline: entities by year. scene: a film by scenes. path: the path from NAME to --to.",
)
@click.option("--to", metavar="NAME", help="Other end of the path (layout path).")
@click.option(
    "--hops",
    type=click.IntRange(1, 2),
    help="Maximum number of edges from NAME. Default: 1; no limit for --layout network.",
)
@click.option(
    "--kinds",
    metavar="A,B",
    default="",
    help="Only these families or kinds of connection (reference, name-drop), or kinds of "
    "entity (film, person), separated by commas.",
)
@click.option(
    "--scene", metavar="TEXT", default="", help="Only scenes with this text in their name."
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="TAG",
    help="Preferred language of names, such as en, zh-Hant, zh-Hans or ja; may be given several "
    "times, in order of preference.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "auto"]),
    default="light",
    show_default=True,
    help="Colors; auto uses the color scheme of the reader's system.",
)
@click.option("--title", metavar="TEXT", help="Heading of the picture.")
@click.option(
    "--scale",
    type=float,
    default=2.0,
    show_default=True,
    help="Pixels of a .png for each pixel of the .svg.",
)
@click.option(
    "--max-entities",
    type=click.IntRange(10, 20_000),
    default=DEFAULT_OPTIONS.max_entities,
    show_default=True,
    help="Maximum number of entities of a larger graph; those nearest to NAME are shown.",
)
@click.option("--most", type=click.IntRange(10, 20_000), hidden=True)
@click.option("--no-open", is_flag=True, help="Write the page without opening it.")
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

    Without NAME: Chungking Express, or the entity with the most connections if the graph does
    not have this film. The page is one offline file with all layouts; it opens with that of
    --layout. Without -o the page is written to a folder in ALLUSION_HOME. The page of a large
    graph (--store FOLDER) has only the entities near NAME.
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
            "the store has no entity in a named graph, so there is nothing to draw; to put "
            "triples into one: allusion load FILE --into FOLDER --graph IRI"
        )
    wanted = " ".join(name) or _DEFAULT_ENTITY
    if not name and _DEFAULT_ENTITY not in graph:
        if neighborhood:
            note("no NAME: reads the whole graph to find the entity with the most connections")
        network = graph.network(records=True)
        wanted = max(network, key=lambda iri: (network.degree(iri), iri))
    with progress(quiet=True) as bar:
        bar("reading the graph")
        picture = graph.view(
            wanted,
            layout="path" if to is not None and layout == "focus" else layout,
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
        can_grow = len(network_shown) >= max_entities < MAX_ENTITIES
        more = "; for more: --max-entities N" if can_grow else ""
        note(f"shows the {len(network_shown):,} entities nearest to {here}, of {whole:,}{more}")
    write_picture(picture, output, scale=scale, no_open=no_open)
