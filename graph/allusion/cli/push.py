"""allusion push: load the graph into another engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.errors import ParameterError
from .options import data_option
from .output import note
from .remote_options import address_option, local_graph, store_address, timeout_option

if TYPE_CHECKING:
    from ..store.graph_writers import Writer
    from ..store.push import PushPlan

# Ending of the query address -> usual addresses for graphs or updates.
_COMMON_ADDRESSES: Final = {
    "/sparql": "--graph-store {}/sparql-graph-crud-auth (Virtuoso), --update {}/sparql (Neptune)",
    "/query": "--graph-store {}/store (Oxigraph), --graph-store {}/data (Fuseki)",
}


@click.command(
    "push",
    epilog=(
        "\b\nExamples:\n"
        "  Oxigraph   allusion push --store http://localhost:7878/query\n"
        "                 --graph-store http://localhost:7878/store\n"
        "  Fuseki     allusion push --store http://localhost:3030/ds/query\n"
        "                 --graph-store http://localhost:3030/ds/data\n"
        "  Virtuoso   allusion push --store 'http://localhost:8890/sparql?default-graph-uri=\n"
        "                 https://w3id.org/allusion/merged'\n"
        "                 --graph-store http://localhost:8890/sparql-graph-crud-auth\n"
        "  GraphDB    allusion push --store http://localhost:7200/repositories/R\n"
        "                 --update http://localhost:7200/repositories/R/statements\n"
        "\n"
        "The login is read from ALLUSION_STORE_USER and ALLUSION_STORE_PASSWORD, from "
        "ALLUSION_STORE_TOKEN, or from a netrc file, never from an address."
    ),
)
@store_address
@address_option("--graph-store", help="Address for graphs (Graph Store Protocol).")
@address_option("--update", help="Address for SPARQL updates.")
@click.option("--dry-run", is_flag=True, help="Print the plan without changing the store.")
@timeout_option
@data_option
def push_command(
    store: str,
    graph_store: str | None,
    update: str | None,
    dry_run: bool,
    timeout_s: float,
    data: Path | None,
) -> None:
    """Load the whole graph into a SPARQL store.

    Replaces every named graph, then the default graph by their merge. To resume an
    interrupted push, repeat the command: graphs with the right number of triples are kept.
    Other named graphs stay. At the end the triples are counted.

    Some stores (such as Virtuoso) have no separate default graph. For these, name a graph
    for the merge, here and for queries: --store 'URL?default-graph-uri=IRI'.
    """
    from ..build.pipeline import data_version
    from ..store.factory import open_remote
    from ..store.push import plan, push

    remote = open_remote(store, timeout_s=timeout_s)
    writer = None if dry_run else _writer(store, graph_store, update, timeout_s)
    graph = local_graph(data)
    engine = graph.embedded.engine
    work = plan(engine, remote, data_version(graph.resources.store))
    note(_plan_summary(work, remote.host))
    if writer is None:
        return
    if not work.is_done:
        with _progress(work.triples) as advance:
            push(engine, remote, writer, work, advance)
        merged = work.sizes[work.merged]
        note(
            f"{remote.host} holds all {len(work.sizes) - 1:,} graphs and their merge "
            f"({merged:,} triples), counted"
        )


def _writer(store: str, graphs: str | None, update: str | None, timeout_s: float) -> Writer:
    from ..store.factory import login_for
    from ..store.graph_writers import GraphStoreWriter, UpdateWriter

    if graphs and update:
        raise ParameterError("give either --graph-store or --update, not both")
    if graphs:
        return GraphStoreWriter(graphs, timeout_s=timeout_s, login=login_for(graphs))
    if update:
        return UpdateWriter(update, timeout_s=timeout_s, login=login_for(update))
    base, end = store.rpartition("/")[0], f"/{store.rpartition('/')[2]}"
    usual = (
        f"; usual: {_COMMON_ADDRESSES[end].replace('{}', base)}" if end in _COMMON_ADDRESSES else ""
    )
    raise ParameterError(
        f"no address to write to; add --graph-store URL or --update URL{usual}; "
        "for examples: allusion push --help"
    )


def _plan_summary(work: PushPlan, host: str) -> str:
    if work.is_done:
        return f"{host} holds this graph already"
    parts = [f"{len(work.todo):,} graphs to load ({work.triples:,} triples)"]
    parts += [f"{len(work.gone):,} to remove"] if work.gone else []
    parts += [f"{len(work.kept):,} there already"] if work.kept else []
    text = f"{host}: {', '.join(parts)}"
    if work.foreign:
        text += (
            f"; it holds {len(work.foreign)} other named graphs, which stay: "
            f"{', '.join(work.foreign[:3])}{' ...' if len(work.foreign) > 3 else ''}"
        )
    return text


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar if stderr is a terminal and there are triples to load."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("triples", total=total)
        yield lambda count: bar.advance(task, count)
