"""load: a store of somebody's own files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .output import note
from .progress import progress

if TYPE_CHECKING:
    from ..build.bulk_load import Loaded

# So many graphs are named; there can be as many as files.
_FEW: Final = 5


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
    are not checked as curated facts are (allusion build). What breaks off leaves nothing;
    what kill -9 leaves is removed by the next load into the same place.

    Queries without GRAPH ask the merge of all graphs, where a statement counts once.

    Cards, chains and names need --names, counts need --infer. With either, triples that are
    in no graph go into one for each file, for a graph is who says so (--graph names another);
    plain loading leaves them in none, which is faster. Entities are found by name if their
    IRIs are in the registers of the ontology, https://w3id.org/allusion/film/... and the
    like; SPARQL finds all.
    """
    from ..build.bulk_load import load
    from ..core.resources import locate

    with progress(quiet=True) as bar:
        loaded = load(
            files,
            target,
            locate(),
            graph=graph,
            inference=infer,
            names=names,
            step=bar,
            amount=bar.amount if bar.is_on_terminal else None,
        )
    inferred = f"{loaded.inferred:,} inferred; " if infer else ""
    note(
        f"loaded {loaded.quads:,} quads ({inferred}{loaded.merged:,} triples in the default graph) "
        f"in {loaded.seconds:.1f} s: {target}"
    )
    for line in _remarks(loaded, names=names):
        note(line)
    note(f"ask it with: --store {target}")


def _remarks(loaded: Loaded, *, names: bool) -> Iterator[str]:
    if loaded.graphs:
        more = len(loaded.graphs) - _FEW
        listed = ", ".join(f"<{iri}>" for iri in loaded.graphs[:_FEW])
        yield f"triples without a graph are in {listed}" + (f" and {more} more" if more > 0 else "")
    if names:
        yield f"names of {_counted(loaded.named, 'entity', 'entities')} indexed"
    if loaded.elsewhere:
        things = _counted(loaded.elsewhere, "labelled thing is", "labelled things are")
        yield (
            f"{things} found by SPARQL alone, such as <{loaded.example}>: names, cards and chains "
            "are for IRIs in the registers, such as https://w3id.org/allusion/film/..."
        )
    if loaded.shortcuts:
        said = ", ".join(f"al:{name}" for name in loaded.shortcuts)
        yield (
            f"there are no connections, only {said}: SPARQL finds these, but cards, chains and "
            "canned queries ask for who says so: state a connection as a node, with its evidence "
            "(README, Data of your own)"
        )


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
