"""path: what joins two entities."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import ParameterError
from .notices import note_namesakes
from .options import (
    data_option,
    format_options,
    limit_option,
    store_option,
    view_option,
    with_option,
)
from .output import choose_format, drawn, emit, note, open_graph, write, write_lines

if TYPE_CHECKING:
    from rich.text import Text

    from ..network.paths import Paths
    from ..view import Theme


@click.command(
    "path",
    epilog=(
        "\b\nExamples:\n"
        "  allusion path 山口百恵 film:manhattan\n"
        "  allusion path 'Faye Wong' 'Quentin Tarantino' --all\n"
        "  allusion path Moonlight 'Branded to Kill' --no-credits --via influence\n"
        "  allusion path Moonlight 'Branded to Kill' -o chain.svg --theme dark\n"
        "  allusion path Moonlight 'Branded to Kill' --view\n"
    ),
)
@click.argument("names", nargs=-1, required=True, metavar="ONE OTHER")
@click.option(
    "--via",
    multiple=True,
    metavar="KIND|FAMILY",
    help="Only by edges of this kind (name-drop, performer ...) or family (reference, influence, "
    "comparison, derivation, credit, story, part); may be given several times.",
)
@click.option(
    "--no-credits",
    is_flag=True,
    help="Only by the four families of connection: no credits, stories and parts.",
)
@click.option(
    "--hubs",
    is_flag=True,
    help="Pass through places, organisations, languages and awards by credits and parts too.",
)
@click.option(
    "--max-hops",
    type=click.IntRange(min=1),
    default=6,
    show_default=True,
    help="No chain longer than this.",
)
@click.option("--all", "every", is_flag=True, help="All chains of the least length, not the best.")
@limit_option("With --all: at most this many.")
@view_option
@click.option(
    "--theme", type=click.Choice(["light", "dark", "auto"]), help="Colours of the picture."
)
@click.option("--width", type=int, metavar="PIXELS", help="Width of the drawing (640).")
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
    form: str | None,
    output: Path | None,
    data: Path | None,
) -> int:
    """Show what joins two entities: the shortest chain, hop by hop, and who says so.

    Statements are walked whichever way they point. The least hops win; among chains of one
    length, those by connections before those by credits, through entities that are joined
    to few, and by what more sources say. As a rule all edges are walked: the four families
    of connection, credits (who made it, who plays in it), stories and parts; but a chain
    does not pass through a place, an organisation, a language or an award by a credit or a
    part, for much else is joined by those too. Connections in doubt are never walked; it is
    said how many chains as short they would make.
    The arrow before a statement is the way that it points: ↓ from the entity above it to the
    one below, ↑ from the one below to the one above.

    -o chain.svg or chain.png draws it; -o chain.html and --view give the page, which opens
    as this chain. Exit code 1 if there is no chain; then it is said what was searched, and
    what would make one.
    """
    if len(names) != 2:
        given = "1 name was" if len(names) == 1 else f"{len(names)} names were"
        raise ParameterError(
            f"a chain has two ends, and {given} given; quote a name of several words"
        )
    drawing = drawn(view, form, output)
    options = {"theme": theme, "width": width}
    chosen = [name for name, value in options.items() if value is not None]
    if chosen and not drawing:
        raise ParameterError(f"--{' and --'.join(chosen)} are for a picture: add -o chain.svg")
    # Before the work: an ending that says no format is an error of usage.
    shape = "picture" if drawing else choose_format(form, output, triples=False)
    graph = open_graph(data)
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
        write_lines(_lines(paths), output)
    else:
        return emit(paths.to_result(), shape, output)
    return 0


def _lines(paths: Paths) -> Iterable[Text]:
    from rich.text import Text

    from .card_text import statement_lines

    for number, path in enumerate(paths, 1):
        if number > 1:
            yield Text("")
        if len(paths) > 1:
            yield Text(f"Chain {number}", style="dim")
        for hop in path.hops:
            if hop is path.hops[0]:
                yield Text(hop.start.label(), style="bold cyan")
            head = Text("  ↓ " if hop.forwards else "  ↑ ", style="dim")
            yield from statement_lines(head, hop.edge, everything=False, hint="-f json")
            if hop.others:
                count = len(hop.others)
                more = f"    and {count} more between these two: -f json"
                yield Text(more, style="dim")
            yield Text(hop.end.label(), style="bold cyan")
