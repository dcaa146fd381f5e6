"""allusion path: the shortest path between two entities."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import ParameterError
from ..core.text import count_text
from .graph import open_graph
from .notices import note_namesakes
from .options import (
    data_option,
    format_options,
    limit_option,
    store_option,
    view_option,
    with_option,
)
from .output import choose_format, is_picture, note, write, write_lines, write_result
from .spark_options import check_engine, open_edges, spark_options

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from rich.text import Text

    from ..knowledge_graph import KnowledgeGraph
    from ..network.paths.results import Paths
    from ..network.paths.rules import PathRules
    from ..view import Theme


@click.command(
    "path",
    epilog=(
        "\b\nExamples:\n"
        "  allusion path 山口百恵 film:manhattan\n"
        "  allusion path 'Faye Wong' 'Quentin Tarantino' --all\n"
        "  allusion path Moonlight 'Branded to Kill' --no-credits --via influence\n"
        "  allusion path Moonlight 'Branded to Kill' -o path.svg --theme dark\n"
        "  allusion path Moonlight 'Branded to Kill' --view\n"
        "  allusion path Moonlight 2046 --engine spark --edges edges.csv --master 'local[4]'\n"
    ),
)
@click.argument("names", nargs=-1, required=True, metavar="ONE OTHER")
@click.option(
    "--via",
    multiple=True,
    metavar="KIND|FAMILY",
    help="Use only edges of this kind (name-drop, performer ...) or family (reference, influence, "
    "comparison, derivation, credit, story, part); may be given several times.",
)
@click.option(
    "--no-credits",
    is_flag=True,
    help="Use only the four families of connection: no credits, stories and parts.",
)
@click.option(
    "--hubs",
    is_flag=True,
    help="Allow credits and parts of places, organizations, languages and awards too.",
)
@click.option(
    "--max-hops",
    type=click.IntRange(min=1),
    default=6,
    show_default=True,
    help="Maximum number of hops.",
)
@click.option("--all", "every", is_flag=True, help="All shortest paths, not only the best.")
@limit_option("Maximum number of paths with --all.")
@view_option
@click.option(
    "--theme", type=click.Choice(["light", "dark", "auto"]), help="Colors of the picture."
)
@click.option("--width", type=int, metavar="PIXELS", help="Width of the drawing. [default: 640]")
@spark_options
@format_options
@store_option
@with_option
@data_option
def path_command(
    names: tuple[str, ...],
    via: tuple[str, ...],
    no_credits: bool,
    hubs: bool,
    max_hops: int,
    every: bool,
    limit: int,
    view: bool,
    theme: Theme | None,
    width: int | None,
    engine: str,
    edges: str | None,
    master: str | None,
    form: str | None,
    output: Path | None,
    data: Path | None,
) -> int:
    """Show the shortest path between two entities, hop by hop, with sources.

    Edges are used in both directions. The path with the fewest hops wins; among paths of
    one length, connections are preferred to credits, entities with few edges to hubs, and
    statements with more sources to those with fewer. All edges are used: the four families
    of connection, credits, story and part. But a path does not pass through a place, an
    organization, a language or an award by a credit or a part, because these connect
    almost everything. Doubtful connections are not used; a note states how many paths of the
    same length they would add.
    The arrow before a statement shows its direction: ↓ from the entity above to the one
    below, ↑ from the one below to the one above.

    -o path.svg or path.png draws the path; -o path.html and --view make the page, which
    opens at this path. An endpoint (--store URL) is asked for the edges at the entities reached
    so far, with a limit on their number and on that of the queries; a note reports where it
    stopped the search. Exit code 1 if there is no path; a note states what was searched and
    which option would find one.
    """
    if len(names) != 2:
        given = count_text(len(names), "name was", "names were")
        raise ParameterError(
            f"a path needs two names, {given} given; quote a name of several words"
        )
    drawing = is_picture(view, form, output)
    options = {"theme": theme, "width": width}
    chosen = [name for name, value in options.items() if value is not None]
    if chosen and not drawing:
        raise ParameterError(f"--{' and --'.join(chosen)} need a picture: add -o path.svg")
    check_engine(engine, edges, master)
    # Checked first, so that a wrong file ending is reported before the work.
    shape = "picture" if drawing else choose_format(form, output, triples=False)
    graph = open_graph(data)
    if engine == "spark":
        from ..network.paths.rules import PathRules

        rules = PathRules(via, not no_credits, hubs, max_hops)
        with open_edges(edges, master) as table:
            paths = _spark_paths(graph, table, names, rules, limit if every else 0)
    else:
        paths = graph.path(
            *names,
            via=via,
            credits=not no_credits,
            hubs=hubs,
            max_hops=max_hops,
            all_shortest=every,
            limit=limit,
        )
    note_namesakes(graph, names)
    arrows = "; ↓ the statement points down, ↑ it points up" if shape == "table" else ""
    note(paths.summary + (arrows if paths.paths else ""))
    if not paths.paths:
        return 1
    if shape == "picture":
        from dataclasses import replace

        from ..view.picture import PathPicture
        from .output import write_picture

        picture = graph.view(paths, theme=theme or "light")
        if width is not None and isinstance(picture, PathPicture):
            picture = replace(picture, width=width)
        write_picture(picture, output, scale=2.0, no_open=False)
    elif shape == "json":
        write(json.dumps(paths.to_json(), ensure_ascii=False, indent=2) + "\n", output)
    elif shape == "table":
        write_lines(_path_lines(paths), output)
    else:
        return write_result(paths.to_result(), shape, output)
    return 0


def _spark_paths(
    graph: KnowledgeGraph, edges: DataFrame, names: Sequence[str], rules: PathRules, limit: int
) -> Paths:
    """Return the shortest paths in a table of edges; only the best if ``limit`` is 0."""
    from ..network.paths.search import find_paths
    from ..network.spark.path_search import SparkSearch

    start, end = map(graph.resolve, names)
    search = SparkSearch(edges, graph.reader)
    return find_paths(search, start, end, rules, all_shortest=limit > 0, limit=limit or 1)


def _path_lines(paths: Paths) -> Iterable[Text]:
    from rich.text import Text

    from .card_text import statement_lines

    for number, path in enumerate(paths, 1):
        if number > 1:
            yield Text("")
        if len(paths) > 1:
            yield Text(f"Path {number}", style="dim")
        for hop in path.hops:
            if hop is path.hops[0]:
                yield Text(hop.start.label(), style="bold cyan")
            head = Text("  ↓ " if hop.forwards else "  ↑ ", style="dim")
            yield from statement_lines(head, hop.edge, hint="-f json")
            if hop.others:
                count = len(hop.others)
                more = f"    and {count} more between these two: -f json"
                yield Text(more, style="dim")
            yield Text(hop.end.label(), style="bold cyan")
