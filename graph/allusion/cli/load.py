"""load: a store of somebody's own files."""

from __future__ import annotations

from pathlib import Path

import click

from .output import note
from .progress import progress


@click.command(
    "load",
    epilog=(
        "\b\nExamples:\n"
        "  allusion load films.nt --into films\n"
        "  allusion sparql 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' --store films\n"
        "  allusion load dump.nq.gz --into dump --infer --names\n"
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--into",
    "target",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Make this folder; it is then given to --store.",
)
@click.option("--graph", default="", metavar="IRI", help="Put triples into a graph of this name.")
@click.option("--infer", is_flag=True, help="Run the rules of the ontology over it all.")
@click.option("--names", is_flag=True, help="Index names, so that queries can be asked by them.")
def load_command(
    files: tuple[Path, ...], target: Path, graph: str, infer: bool, names: bool
) -> None:
    """Load RDF files of any size into a store of their own.

    N-Triples, N-Quads, Turtle and TriG (.nt, .nq, .ttl, .trig, each also .gz), with the
    ontology beside them, at the speed of the engine and in memory that does not grow. They
    are not checked as curated facts are (allusion build). What breaks off leaves nothing.
    """
    from ..loading import load
    from ..resources import locate

    with progress(quiet=True) as bar:
        manifest = load(
            files,
            target,
            locate(),
            graph=graph,
            inference=infer,
            names=names,
            step=bar,
            amount=bar.amount if bar.is_on_terminal else None,
        )
    inferred = f" ({manifest.inferred:,} inferred)" if infer else ""
    note(f"loaded {manifest.quads:,} quads{inferred} in {manifest.seconds:.1f} s: {target}")
    note(f"ask it with: --store {target}")
