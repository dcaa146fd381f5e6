"""allusion export: write the whole graph in an exchange format."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from .options import data_option, store_option, with_option
from .output import open_graph, write
from .progress import progress

_RDF: Final = ("ttl", "trig", "nq", "nt", "rdf", "jsonld")
_NETWORK: Final = ("graphml", "gexf")
_DESCRIPTION: Final = "void"


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice([*_RDF, *_NETWORK, _DESCRIPTION]))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, atomically.",
)
@store_option
@with_option
@data_option
def export_command(form: str, output: Path | None, data: Path | None) -> None:
    """Write the whole graph in an exchange format.

    \b
    trig, nq                named graphs, one for each source
    ttl, nt, rdf, jsonld    the merge of all sources; rdf is RDF/XML, jsonld is
                            compacted with the JSON-LD context of the project
    graphml, gexf           entities and their connections, for Gephi and Cytoscape
    void                    description of the data set (VoID and DCAT, in Turtle),
                            with counts and linksets
    """  # noqa: D301 (click wants the character itself)
    graph = open_graph(data)
    with progress(quiet=True) as bar:
        bar(f"writing {form}")
        if form in _NETWORK:
            from ..network.graph import export_network

            text = export_network(graph.network(), form)
        else:
            from ..build.export import dump, dump_description

            engine = graph.embedded.engine
            text = dump_description(engine) if form == _DESCRIPTION else dump(engine, form)
    write(text, output)
