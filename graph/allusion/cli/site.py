"""allusion site: the graph as a web site of static files."""

from __future__ import annotations

from pathlib import Path

import click

from ..core.errors import MissingExtra
from ..sparql.limits import size_of
from .graph import open_graph
from .options import data_option, store_option, with_option
from .output import note


@click.command(
    "site",
    epilog=(
        "\b\nExamples:\n"
        "  allusion site public\n"
        "  allusion site public --store FOLDER\n"
        "\n"
        "The pages are those of allusion serve, without search and SPARQL; the pages of the "
        "canned queries have the answers to their defaults. All links are relative."
    ),
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@store_option
@with_option
@data_option
def site_command(folder: Path, data: Path | None) -> None:
    """Write the graph as a web site of static files.

    FOLDER is new or empty, or holds an older site, which is overwritten.
    """
    from .progress import progress

    try:
        from ..web.app import data_digest
        from ..web.static_export import export_site
    except ImportError as error:
        raise MissingExtra(
            f"the site needs {error.name}; install it: pip install 'allusion[serve]', or "
            "uv run --extra serve allusion site"
        ) from error
    graph = open_graph(data)
    with progress() as bar:
        done = export_site(graph, folder, data_digest(graph), bar)
    note(
        f"{done.pages:,} pages, {done.files:,} files, {size_of(done.size)} in {folder}; "
        f"the largest page, {done.largest}, has {size_of(done.largest_size)}"
    )
