"""allusion load: a store made of RDF files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .output import note
from .progress import progress

if TYPE_CHECKING:
    from ..build.bulk_load import Loaded

# So many graphs are named; there can be as many as files.
_FEW: Final = 5
# Those of `build.rdf_files`, which needs the engine.
_FORMATS: Final = ("nt", "nq", "ttl", "trig", "n3", "rdf", "jsonld")


@click.command(
    "load",
    epilog=(
        "\b\nExamples:\n"
        "  allusion load films.nt --into films\n"
        "  allusion sparql 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' --store films\n"
        "  allusion load dump.nq.gz --into dump --infer --names\n"
        "  allusion load folder --into films --lenient --rejects rejects.txt\n"
        "  xsltproc to-rdf.xsl films.xml | allusion load - --format rdf --into films\n"
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
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="The format of all files; default: their endings choose it.",
)
@click.option(
    "--base",
    default="",
    metavar="IRI",
    help="Resolve relative IRIs against this; default: the address of each file.",
)
@click.option("--lenient", is_flag=True, help="Leave out what is not valid, and go on.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --lenient: write to this file what was left out.",
)
def load_command(
    files: tuple[Path, ...],
    target: Path,
    graph: str,
    infer: bool,
    names: bool,
    form: str | None,
    base: str,
    lenient: bool,
    rejects: Path | None,
) -> None:
    """Load RDF files of any size into a store of their own.

    N-Triples, N-Quads, Turtle, TriG, N3, RDF/XML and JSON-LD (.nt, .nq, .ttl, .trig, .n3,
    .rdf, .owl, .jsonld), plain or compressed (.gz, .bz2, .xz, .zst, .zip); folders with all
    that is in them; - for standard input, with --format. Remote JSON-LD contexts and DTDs
    are not fetched. The ontology is loaded beside them. A file that is not valid ends the
    load, and nothing is made; the first ten faults are named. What breaks off leaves nothing;
    what kill -9 leaves is removed by the next load into the same folder.

    Queries without GRAPH ask the merge of all graphs, where a statement counts once.

    Cards, chains and names need --names, counts need --infer. With either, triples that are
    in no graph go into one for each file, for a graph is who says so (--graph names another);
    plain loading leaves them in none, which is faster. Entities are found by name if their
    IRIs are in the registers of the ontology, https://w3id.org/allusion/film/... and the
    like; SPARQL finds all.
    """
    from ..build.bulk_load import load
    from ..core.errors import ParameterError
    from ..core.resources import locate

    if rejects and not lenient:
        raise ParameterError("--rejects takes what --lenient leaves out; add --lenient")
    with progress(quiet=True) as bar:
        loaded = load(
            files,
            target,
            locate(),
            graph=graph,
            inference=infer,
            names=names,
            form=form or "",
            base=base,
            lenient=lenient,
            rejects=rejects,
            step=bar,
            amount=bar.amount if bar.is_on_terminal else None,
        )
    inferred = f"{loaded.inferred:,} inferred; " if infer else ""
    note(
        f"loaded {loaded.stated:,} quads ({inferred}{loaded.merged:,} triples in the merge) "
        f"in {loaded.seconds:.1f} s: {target}"
    )
    for line in (
        *_left_out(loaded, rejects), *_remarks(loaded, names=names), *_warnings(loaded)
    ):  # fmt: skip
        note(line)
    note(f"ask it with: --store {target}")


def _left_out(loaded: Loaded, rejects: Path | None) -> Iterator[str]:
    if loaded.passed:
        more = len(loaded.passed) - _FEW
        listed = ", ".join(loaded.passed[:_FEW])
        yield f"not loaded, of no known ending: {listed}" + (
            f" and {more} more" if more > 0 else ""
        )
    if loaded.rejects.count:
        yield f"left out {_counted(loaded.rejects.count, 'statement', 'statements')}" + (
            f", all in {rejects}:" if rejects else "; --rejects FILE keeps them:"
        )
        yield from map(str, loaded.rejects.faults)
        if (more := loaded.rejects.count - len(loaded.rejects.faults)) > 0:
            yield f"and {more:,} more"
    if loaded.triple_terms:
        yield (
            f"{_counted(loaded.triple_terms, 'statement has', 'statements have')} a triple term "
            "(RDF 1.2): a query whose answer holds one is refused; leave them out with "
            "FILTER(!isTRIPLE(?o))"
        )


def _remarks(loaded: Loaded, *, names: bool) -> Iterator[str]:
    if loaded.graphs:
        listed = _listed([f"<{iri}>" for iri in loaded.graphs])
        yield f"triples without a graph are in {listed}"
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


def _warnings(loaded: Loaded) -> Iterator[str]:
    for group in loaded.warnings:
        yield f"warning: {group}"
        for fault in group.faults:
            where = f"{fault.file}:{fault.line}: " if fault.line else f"{fault.file}: "
            yield f"    {where if fault.file else ''}{fault.entity}: {fault.problem}; {fault.fix}"
        if (more := group.count - len(group.faults)) > 0:
            yield f"    and {more:,} more"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more > 0 else "")


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
