"""push, conformance: other engines than the embedded one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import ParameterError, UnknownName
from .output import data_option, note, write, write_table

if TYPE_CHECKING:
    from ..conformance import Comparison
    from ..pushing import Plan
    from ..store.remote import RemoteStore
    from ..store.writing import Writer

# What the address for queries ends with -> where such engines take graphs or updates.
_USUAL: Final = {
    "/sparql": "--graph-store {}/sparql-graph-crud-auth (Virtuoso), --update {}/sparql (Neptune)",
    "/query": "--graph-store {}/store (Oxigraph), --graph-store {}/data (Fuseki)",
}
_SHOWN: Final = 5  # rows of each difference


def _address_option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    return click.option(*names, metavar="URL", **settings)


_STORE = _address_option(
    "--store", envvar="ALLUSION_STORE", required=True, help="Where it answers SPARQL queries."
)
_TIMEOUT = click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Seconds for each request, whatever happens.",
)


@click.command(
    "push",
    epilog=(
        "\b\nExamples:\n"
        "  Oxigraph   allusion push --store http://localhost:7878/query\n"
        "                 --graph-store http://localhost:7878/store\n"
        "  Fuseki     allusion push --store http://localhost:3030/ds/query\n"
        "                 --graph-store http://localhost:3030/ds/data\n"
        "  Virtuoso   allusion push --store http://localhost:8890/sparql\n"
        "                 --graph-store http://localhost:8890/sparql-graph-crud-auth\n"
        "  GraphDB    allusion push --store http://localhost:7200/repositories/R\n"
        "                 --update http://localhost:7200/repositories/R/statements\n"
        "\n"
        "A login is taken from ALLUSION_STORE_USER and ALLUSION_STORE_PASSWORD, from "
        "ALLUSION_STORE_TOKEN, or from a netrc file, and never from an address."
    ),
)
@_STORE
@_address_option("--graph-store", help="Where it takes graphs (Graph Store Protocol).")
@_address_option("--update", help="Where it takes SPARQL updates.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@_TIMEOUT
@data_option
def push_command(
    store: str,
    graph_store: str | None,
    update: str | None,
    dry_run: bool,
    timeout_s: float,
    data: Path | None,
) -> None:
    """Load the whole graph into a SPARQL store of yours.

    Every named graph is replaced by one of its own; what the store already holds is left
    as it is, so a push that was stopped goes on where it stopped, and one after a change
    sends what has changed. Graphs of others stay. At the end the triples are counted.
    """
    from ..build import whole_of
    from ..pushing import default_graph_is_union, plan, push
    from ..store.choice import open_remote

    remote = open_remote(_checked(store), timeout_s=timeout_s)
    writer = None if dry_run else _writer(store, graph_store, update, timeout_s)
    graph = _local(data)
    whole = whole_of(graph.resources.store)
    engine = graph.embedded.engine
    work = plan(engine, remote, whole)
    note(_in_words(work, remote.host))
    if writer is None:
        return
    if not work.is_done:
        with _progress(work.triples) as advance:
            push(engine, remote, writer, work, whole, advance)
        note(f"{remote.host} holds all {len(work.graphs):,} graphs, counted")
    if not default_graph_is_union(remote, work):
        note(
            "but its queries see no named graph unless GRAPH is written, which the canned queries "
            "rely on. Oxigraph: start it with --union-default-graph. Fuseki: set "
            "tdb2:unionDefaultGraph. Stardog: add ?query.all.graphs=true to the address"
        )


def _checked(store: str) -> str:
    from ..store.choice import is_remote
    from ..store.client import host_of

    host_of(store)
    if not is_remote(store):
        raise ParameterError(f"{store!r} is not the http or https address of an endpoint")
    return store


def _local(data: Path | None) -> Any:
    from ..knowledge import open_built
    from ..resources import locate

    return open_built(locate(data), note)


def _writer(store: str, graphs: str | None, update: str | None, timeout_s: float) -> Writer:
    from ..store.choice import login_for
    from ..store.writing import GraphStore, Updates

    if graphs and update:
        raise ParameterError("give either --graph-store or --update, not both")
    if graphs:
        return GraphStore(graphs, timeout_s=timeout_s, login=login_for(graphs))
    if update:
        return Updates(update, timeout_s=timeout_s, login=login_for(update))
    base, end = store.rpartition("/")[0], f"/{store.rpartition('/')[2]}"
    usual = f"; often that is {_USUAL[end].replace('{}', base)}" if end in _USUAL else ""
    raise ParameterError(
        f"where does it take data? Add --graph-store URL or --update URL{usual}; "
        "allusion push --help has more"
    )


def _in_words(work: Plan, host: str) -> str:
    if work.is_done:
        return f"{host} holds this graph already"
    parts = [f"{len(work.todo):,} graphs to load ({work.triples:,} triples)"]
    parts += [f"{len(work.gone):,} to remove"] if work.gone else []
    parts += [f"{len(work.kept):,} there already"] if work.kept else []
    text = f"{host}: {', '.join(parts)}"
    if work.foreign:
        text += (
            f"; it holds {len(work.foreign)} graphs that are not of allusion, which stay and which "
            f"queries see: {', '.join(work.foreign[:3])}{' ...' if len(work.foreign) > 3 else ''}"
        )
    return text


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, where that is a terminal and there is something to wait for."""
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


@click.command(
    "conformance",
    epilog=(
        "\b\nExamples:\n"
        "  allusion conformance --store http://localhost:8890/sparql\n"
        "  allusion conformance --store http://localhost:7878/query --more -f json\n"
        "\n"
        "Rows are compared as a multiset: their order where ORDER BY determines it, numbers "
        "by value, the parts of GROUP_CONCAT in any order. Exit code 1 if something differs."
    ),
)
@_STORE
@click.option("--query", "names", multiple=True, metavar="NAME", help="Only this canned query.")
@click.option("--more", is_flag=True, help="Ask each query with other values too.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
)
@_TIMEOUT
@data_option
def conformance_command(
    store: str,
    names: tuple[str, ...],
    more: bool,
    form: str,
    timeout_s: float,
    data: Path | None,
) -> int:
    """Answer every canned query there and here, and show where the answers differ.

    The store must hold the same data: allusion push. Tells rows that are missing or too
    many there, and how much longer it takes.
    """
    from ..conformance import compare
    from ..store.choice import open_remote

    remote = open_remote(_checked(store), timeout_s=timeout_s)
    graph = _local(data)
    if unknown := [name for name in names if name not in graph.queries.queries]:
        raise UnknownName(f"no query is called {unknown[0]!r}; allusion query lists them")
    chosen = [q for q in graph.queries.queries.values() if not names or q.name in names]
    _warn(remote, graph)
    found = list(compare(chosen, graph.store, remote, more=more))
    if form == "json":
        import json

        rows = [_plain(comparison) for comparison in found]
        write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", None)
    else:
        _show(found)
    wrong = sum(not comparison.same for comparison in found)
    note(f"{len(found)} answers compared: {f'{wrong} differ' if wrong else 'all are the same'}")
    return 1 if wrong else 0


def _warn(remote: RemoteStore, graph: Any) -> None:
    from ..build import whole_of
    from ..contents import difference

    if remark := difference(remote, whole_of(graph.resources.store)):
        note(remark)


def _plain(comparison: Comparison) -> dict[str, object]:
    def cells(row: tuple[Any, ...]) -> dict[str, str | None]:
        return {
            name: None if term is None else term.n3()
            for name, term in zip(comparison.columns, row, strict=True)
        }

    return {
        "query": comparison.query,
        "parameters": dict(comparison.parameters),
        "same": comparison.same,
        "rows_here": comparison.rows_here,
        "rows_there": comparison.rows_there,
        "missing": [cells(row) for row in comparison.missing],
        "extra": [cells(row) for row in comparison.extra],
        "out_of_order": comparison.out_of_order if comparison.out_of_order >= 0 else None,
        "seconds_here": round(comparison.seconds_here, 6),
        "seconds_there": round(comparison.seconds_there, 6),
        "error": comparison.error or None,
    }


def _show(found: list[Comparison]) -> None:
    from ..results import Result
    from ..terms import Literal

    rows = []
    for one in found:
        ratio = "" if one.ratio is None else f"{one.ratio:.1f}"
        cells = (_title(one), str(one.rows_here), str(one.rows_there), _verdict(one), ratio)
        rows.append(tuple(map(Literal, cells)))
    write_table(Result(("query", "here", "there", "verdict", "timesAsLong"), rows))
    for one in found:
        if one.same:
            continue
        lines = [f"\n{_title(one)}"]
        lines += [f"  {one.error}"] if one.error else []
        for sign, differing in (("-", one.missing), ("+", one.extra)):
            lines += [f"  {sign} {_row(row)}" for row in differing[:_SHOWN]]
            more = len(differing) - _SHOWN
            lines += [f"  {sign} and {more} more"] if more > 0 else []
        if one.out_of_order >= 0:
            lines.append(f"  row {one.out_of_order + 1} should stand further up")
        write("\n".join(lines) + "\n", None)


def _title(one: Comparison) -> str:
    given = " ".join(f"{name}={value}" for name, value in one.parameters.items())
    return f"{one.query} {given}".strip()


def _verdict(one: Comparison) -> str:
    if one.error:
        return "no answer"
    parts = [f"{len(one.missing)} missing"] if one.missing else []
    parts += [f"{len(one.extra)} too many"] if one.extra else []
    parts += ["out of order"] if one.out_of_order >= 0 else []
    return ", ".join(parts) or "same"


def _row(row: tuple[Any, ...]) -> str:
    from ..results import to_text

    return " | ".join(to_text(term) for term in row)
