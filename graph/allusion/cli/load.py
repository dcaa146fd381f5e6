"""allusion load: load RDF files into a new store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.text import count_text
from .output import note
from .progress import progress

if TYPE_CHECKING:
    from ..build.bulk_load import LoadReport

# Number of graphs or files listed; there can be one for each file.
_MAX_LISTED: Final = 5
# Equal to those of `build.rdf_files`, which imports the engine.
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
    help="Create this folder. Queries read it with --store.",
)
@click.option(
    "--graph", default="", metavar="IRI", help="Put triples without a graph into this named graph."
)
@click.option("--infer", is_flag=True, help="Infer statements with the rules of the ontology.")
@click.option(
    "--names", is_flag=True, help="Index names, for search, cards, paths and parameters of queries."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="RDF format of all files. Default: by their endings.",
)
@click.option(
    "--base",
    default="",
    metavar="IRI",
    help="Base of relative IRIs. Default: the file: IRI of each file.",
)
@click.option("--lenient", is_flag=True, help="Skip statements that are not valid.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --lenient: write the skipped statements to this file.",
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
    """Load RDF files of any size into a new store.

    \b
    Formats      N-Triples, N-Quads, Turtle, TriG, N3, RDF/XML, JSON-LD
                 (.nt, .nq, .ttl, .trig, .n3, .rdf, .owl, .jsonld)
    Compression  .gz, .bz2, .xz, .zst, .zip
    FILES        files, folders (with all files below), or - for standard input
                 (needs --format)

    The ontology is loaded too. Remote JSON-LD contexts and DTDs are not fetched. If a file
    is not valid, no store is created, and the first ten faults are listed (--lenient skips
    them). An interrupted load leaves no store.

    Queries without GRAPH read the merge of all graphs, in which each statement counts once.

    Cards, paths and search need --names; counts need --infer. With either option, triples
    without a graph are put into one named graph for each file, or into that of --graph,
    because a named graph stands for a source. Without these options they stay in the default
    graph, which is faster. Names, cards and paths work for IRIs in the registers of the
    ontology, such as https://w3id.org/allusion/film/...; SPARQL finds all IRIs.
    """  # noqa: D301 (click wants the character itself)
    from ..build.bulk_load import load
    from ..core.errors import ParameterError
    from ..core.resources import locate

    if rejects and not lenient:
        raise ParameterError("--rejects needs --lenient")
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
        f"loaded {count_text(loaded.stated, 'quad', 'quads')} "
        f"({inferred}{count_text(loaded.merged, 'triple', 'triples')} in the merge) "
        f"in {loaded.seconds:.1f} s: {target}"
    )
    for line in (
        *_skipped_lines(loaded, rejects),
        *_summary_lines(loaded, names=names),
        *_warning_lines(loaded),
    ):
        note(line)
    note(f"to query it, add: --store {target}")


def _skipped_lines(loaded: LoadReport, rejects: Path | None) -> Iterator[str]:
    if loaded.passed:
        more = len(loaded.passed) - _MAX_LISTED
        listed = ", ".join(loaded.passed[:_MAX_LISTED])
        yield f"not loaded (unknown ending): {listed}" + (f" and {more} more" if more > 0 else "")
    if loaded.rejects.count:
        yield f"skipped {count_text(loaded.rejects.count, 'statement', 'statements')}" + (
            f", written to {rejects}:" if rejects else "; to keep them, add --rejects FILE:"
        )
        yield from map(str, loaded.rejects.faults)
        if (more := loaded.rejects.count - len(loaded.rejects.faults)) > 0:
            yield f"and {more:,} more"
    if loaded.triple_terms:
        yield (
            f"{count_text(loaded.triple_terms, 'statement has', 'statements have')} a triple term "
            "(RDF 1.2): a query with one in its answer fails; exclude them with "
            "FILTER(!isTRIPLE(?o))"
        )


def _summary_lines(loaded: LoadReport, *, names: bool) -> Iterator[str]:
    if loaded.graphs:
        listed = _join_limited([f"<{iri}>" for iri in loaded.graphs])
        yield f"triples without a graph are in {listed}"
    if names:
        yield f"names of {count_text(loaded.named, 'entity', 'entities')} indexed"
    if loaded.elsewhere:
        things = count_text(loaded.elsewhere, "labelled thing is", "labelled things are")
        yield (
            f"{things} found only by SPARQL, such as <{loaded.example}>: names, cards and paths "
            "need IRIs in the registers, such as https://w3id.org/allusion/film/..."
        )
    if loaded.shortcuts:
        shortcuts = ", ".join(f"al:{name}" for name in loaded.shortcuts)
        yield (
            f"there are no connections, only {shortcuts}: SPARQL finds these, but cards, paths "
            "and canned queries need connections: write each as a node with its evidence "
            "(docs/your-own-data.md)"
        )


def _warning_lines(loaded: LoadReport) -> Iterator[str]:
    for group in loaded.warnings:
        yield f"warning: {group}"
        for fault in group.faults:
            where = f"{fault.file}:{fault.line}: " if fault.line else f"{fault.file}: "
            yield f"    {where if fault.file else ''}{fault.entity}: {fault.problem}; {fault.fix}"
        if (more := group.count - len(group.faults)) > 0:
            yield f"    and {more:,} more"


def _join_limited(names: Sequence[str]) -> str:
    more = len(names) - _MAX_LISTED
    return ", ".join(names[:_MAX_LISTED]) + (f" and {more:,} more" if more > 0 else "")
