"""build, check, export: from curated facts to a store, and out again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from .options import WITH, data_option, store_option, with_option
from .output import note, open_graph, write
from .progress import progress

_RDF: Final = ("ttl", "trig", "nq", "jsonld")
_NETWORK: Final = ("graphml", "gexf")
_DESCRIPTION: Final = "void"


@click.command("build")
@data_option
@click.option("--force", is_flag=True, help="Build again even where nothing has changed.")
def build_command(data: Path | None, force: bool) -> None:
    """Build the store from the curated facts.

    Reads, checks, infers, loads, indexes and switches over in one step. Every other
    command does this by itself when the facts have changed.
    """
    from ..build import build
    from ..resources import locate

    resources = locate(data)
    if resources.is_built and not force:
        note(f"up to date: {resources.store}")
        return
    with progress() as bar:
        manifest = build(resources, bar, force=force)
    note(
        f"built {manifest.quads:,} quads ({manifest.inferred:,} inferred) in "
        f"{manifest.seconds:.1f} s: {resources.store}"
    )


@click.command(
    "check",
    epilog=(
        "\b\nExamples:\n"
        "  allusion check --fix\n"
        "  allusion check --only violation-cycle\n"
        "  allusion check --with wikidata\n"
    ),
)
@data_option
@with_option
@click.option("--fix", is_flag=True, help="Rewrite files that are not in canonical style.")
@click.option("--no-shacl", is_flag=True, help="Leave out the SHACL shapes (quicker).")
@click.option(
    "--only",
    metavar="QUERY",
    multiple=True,
    help="Run this violation query and nothing else; may be given several times.",
)
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def check_command(
    data: Path | None, fix: bool, no_shacl: bool, only: tuple[str, ...], form: str
) -> int:
    """Check the curated facts: every fault, and what mends it.

    Syntax, terms, dangling IRIs, labels, links to Wikidata, evidence, query headers,
    style and SHACL; and where the graph can be built, the violation queries of
    queries/checks. Exit code 0 if clean, 3 if not. What was pulled from Wikidata is
    checked beside them, but for style and by those queries: nobody curates it.
    """
    import json
    from dataclasses import asdict

    from ..check import all_faults, fix_style, read_curated
    from ..queries import read_catalogue
    from ..resources import locate
    from ..violations import violation_faults
    from ..wikidata.pulled import with_pulled

    resources = locate(data)
    if fix:
        for path in fix_style(read_curated(resources).files):
            note(f"rewrote {path.name}")
    with progress(quiet=True) as bar:
        bar("asking the violation queries")
        faults = violation_faults(resources, only)
        if click.get_current_context().meta[WITH] and not only:
            resources = with_pulled(resources, bar)
        if not only:
            bar("checking every file" if no_shacl else "checking every file, and the shapes")
            _, query_faults = read_catalogue(resources.query_files())
            faults = sorted({*faults, *all_faults(resources, shacl=not no_shacl), *query_faults})
    if form == "json":
        write(json.dumps([asdict(fault) for fault in faults], indent=2) + "\n", None)
    else:
        write("".join(f"{fault}\n" for fault in faults), None)
    count = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}" if faults else "clean"
    note(f"{len(resources.turtle_files())} files: {count}")
    return 3 if faults else 0


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice([*_RDF, *_NETWORK, _DESCRIPTION]))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, in one step.",
)
@store_option
@with_option
@data_option
def export_command(form: str, output: Path | None, data: Path | None) -> None:
    """Write the whole graph in an exchange format.

    trig and nq keep the named graphs (who says what), ttl and jsonld hold the union;
    graphml and gexf hold entities and what joins them, for Gephi and Cytoscape; void
    is the description of it all (VoID and DCAT, in Turtle), with counts and linksets.
    """
    graph = open_graph(data)
    with progress(quiet=True) as bar:
        bar(f"making {form}")
        if form in _NETWORK:
            from ..network import exchange

            text = exchange(graph.network(), form)
        else:
            from ..exporting import dump, dump_description

            engine = graph.embedded.engine
            text = dump_description(engine) if form == _DESCRIPTION else dump(engine, form)
    write(text, output)


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
    from ..documenting import write_documents
    from ..resources import locate

    for path in write_documents(locate(), output, page=not no_page):
        note(f"wrote {path}")
