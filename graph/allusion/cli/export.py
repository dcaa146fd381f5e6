"""allusion export: write the whole graph, or a collection as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.text import count_text
from .graph import open_graph
from .options import data_option, store_option, with_option
from .output import check_new, note, write
from .progress import progress

if TYPE_CHECKING:
    from ..authoring.collection import Collection
    from ..authoring.records import Content

_RDF: Final = ("ttl", "trig", "nq", "nt", "rdf", "jsonld")
_NETWORK: Final = ("graphml", "gexf")
_EDGES: Final = "edges"
_DESCRIPTION: Final = "void"


@click.command("export")
@click.argument(
    "form",
    metavar="[FORMAT]",
    required=False,
    type=click.Choice([*_RDF, *_NETWORK, _EDGES, _DESCRIPTION]),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, atomically. With --sheet its ending selects the form of the sheet: "
    ".xlsx, .yaml, or none for a folder of CSV files; .json (CSL-JSON) and .bib (BibTeX) have the "
    "sources, and .jsonld the passages as Web Annotations.",
)
@click.option(
    "--sheet",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write this collection as a sheet; without -o as YAML to stdout.",
)
@click.option(
    "--nanopubs",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write this collection as nanopublications in TriG, one for each connection.",
)
@click.option("--force", is_flag=True, help="With --sheet and -o: replace a sheet that exists.")
@store_option
@with_option
@data_option
def export_command(
    form: str | None,
    output: Path | None,
    sheet: Path | None,
    nanopubs: Path | None,
    force: bool,
    data: Path | None,
) -> None:
    """Write the whole graph in an exchange format, or a collection as a sheet.

    \b
    trig, nq                named graphs, one for each source
    ttl, nt, rdf, jsonld    the merge of all sources; rdf is RDF/XML, jsonld is
                            compacted with the JSON-LD context of the project
    graphml, gexf           entities and their connections, for Gephi and Cytoscape
    edges                   table of edges in CSV, for --engine spark
    void                    description of the data set (VoID and DCAT, in Turtle),
                            with counts and linksets
    """  # noqa: D301 (click wants the character itself)
    if sum(one is not None for one in (form, sheet, nanopubs)) != 1:
        raise click.UsageError(
            "write either a FORMAT, such as ttl, or --sheet FOLDER, or --nanopubs FOLDER"
        )
    if force and (sheet is None or output is None):
        raise click.UsageError("--force replaces a sheet that exists; give --sheet FOLDER and -o")
    if nanopubs is not None:
        _export_nanopublications(nanopubs, output, data)
        return
    if sheet is not None:
        check_new(output, force=force)
        _export_sheet(sheet, output, data)
        return
    assert form is not None
    graph = open_graph(data)
    with progress(quiet=True) as bar:
        bar(f"writing {form}")
        if form in _NETWORK:
            from ..network.graph_export import export_network

            text: str | Iterator[str] = export_network(graph.network(), form)
        elif form == _EDGES:
            from ..network.edge_table import edge_lines, rows_of_index, rows_of_network

            index = graph.reader.adjacency
            network = graph.network
            text = edge_lines(
                rows_of_index(index) if index else rows_of_network(network(records=True))
            )
        else:
            from ..build.export import dump, dump_description

            engine = graph.embedded.engine
            text = dump_description(engine) if form == _DESCRIPTION else dump(engine, form)
    write(text, output)


def _export_nanopublications(folder: Path, output: Path | None, data: Path | None) -> None:
    import datetime as dt

    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import read_collection
    from ..authoring.nanopublications import has_provenance, nanopublications
    from ..core.resources import locate

    collection, concepts = open_collection(folder), Concepts(locate(data))
    stored = read_collection(collection, concepts)
    write(nanopublications(stored, collection, concepts, dt.datetime.now(dt.UTC)), output)
    connections = stored.content.connections.values()
    if disputed := sum(not has_provenance(one) for one in connections):
        omitted = count_text(disputed, "connection that has", "connections that have")
        note(f"omitted: {omitted} no author and only evidence that disputes it")
    if left := sum(map(len, stored.rest.values())):
        note(f"{count_text(left, 'statement', 'statements')} omitted because no row can hold them")


def _export_sheet(folder: Path, output: Path | None, data: Path | None) -> None:
    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import read_collection
    from ..authoring.sheet_rows import sheet_rows
    from ..authoring.sheet_writer import to_yaml, write_sheet
    from ..core.resources import locate

    collection = open_collection(folder)
    concepts = Concepts(locate(data))
    stored = read_collection(collection, concepts)
    if output and output.suffix.lower() in (".json", ".bib", ".jsonld"):
        _export_part(stored.content, collection, output)
        return
    sheets = sheet_rows(stored.content, collection, concepts, open_graph(data).names)
    if output is None:
        write(to_yaml(sheets), None)
    else:
        write_sheet(output, sheets, concepts, collection.language)
        note(f"wrote {output}")
    if left := sum(map(len, stored.rest.values())):
        note(f"{left:,} statements do not fit into a sheet; import keeps them unchanged")


def _export_part(content: Content, collection: Collection, output: Path) -> None:
    from ..authoring.references import write_bibtex, write_csl
    from ..authoring.web_annotations import write_annotations

    if output.suffix.lower() == ".jsonld":
        write(write_annotations(content, collection), output)
        return
    names = {iri: thing.names[0].text for iri, thing in content.things.items() if thing.names}
    write_as = write_csl if output.suffix.lower() == ".json" else write_bibtex
    write(write_as(content.sources.values(), names), output)
