"""allusion docs: the documentation of the ontology."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note


@click.command("docs")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("allusion-docs"),
    show_default=True,
    help="Write into this folder, which is made.",
)
@click.option("--no-page", is_flag=True, help="Leave out the HTML page, which needs pyLODE.")
def docs_command(output: Path, no_page: bool) -> None:
    """Write the documentation of the ontology, and its files in three formats.

    ontology.html is one page that needs no network: terms, kinds of connection, what
    the shapes ask, examples. Beside it lies each file of the ontology in Turtle, RDF/XML
    and JSON-LD: what the addresses of the ontology lead to. The page is made by pyLODE,
    which comes with: pip install 'allusion[docs]'
    """
    from ..build.ontology_docs import write_documents
    from ..core.resources import locate

    for path in write_documents(locate(), output, page=not no_page):
        note(f"wrote {path}")
