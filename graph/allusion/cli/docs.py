"""allusion docs: write the documentation of the ontology."""

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
    help="Folder to create.",
)
@click.option("--no-page", is_flag=True, help="Do not write the HTML page, which needs pyLODE.")
def docs_command(output: Path, no_page: bool) -> None:
    """Write the documentation of the ontology, and its files in three formats.

    ontology.html is one offline page with terms, kinds of connection, shapes and examples.
    Each file of the ontology is also written as Turtle, RDF/XML and JSON-LD, for content
    negotiation at the IRIs of the ontology. The page needs pyLODE:
    pip install 'allusion[docs]'
    """
    from ..build.ontology_docs import write_documents
    from ..core.resources import locate

    for path in write_documents(locate(), output, page=not no_page):
        note(f"wrote {path}")
