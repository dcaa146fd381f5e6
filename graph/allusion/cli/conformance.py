"""allusion conformance: compare the answers of an endpoint with the local ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..core.errors import UnknownName
from .options import data_option
from .output import note, write, write_table
from .remote_options import local_graph, store_address, timeout_option

if TYPE_CHECKING:
    from ..query.store_comparison import StoreComparison

_MAX_SHOWN: Final = 5  # rows of each difference


@click.command(
    "conformance",
    epilog=(
        "\b\nExamples:\n"
        "  allusion conformance --store http://localhost:8890/sparql\n"
        "  allusion conformance --store http://localhost:7878/query --more -f json\n"
        "\n"
        "Rows are compared as multisets: in order only if ORDER BY determines it, numbers by "
        "value, the parts of GROUP_CONCAT in any order. Exit code 1 if something differs."
    ),
)
@store_address
@click.option(
    "--query", "names", multiple=True, metavar="NAME", help="Compare only this canned query."
)
@click.option("--more", is_flag=True, help="Run each query with more parameter values.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Format of the comparison.",
)
@timeout_option
@data_option
def conformance_command(
    store: str,
    names: tuple[str, ...],
    more: bool,
    form: str,
    timeout_s: float,
    data: Path | None,
) -> int:
    """Run every canned query on an endpoint and locally, and compare.

    The endpoint must hold the same data (allusion push). The table shows missing and
    additional rows, and the ratio of the durations.
    """
    from ..build.pipeline import data_version
    from ..query.store_comparison import compare
    from ..store.factory import open_remote
    from ..store.remote_inventory import difference

    remote = open_remote(store, timeout_s=timeout_s)
    graph = local_graph(data)
    if unknown := [name for name in names if name not in graph.queries.queries]:
        raise UnknownName(f"no query is named {unknown[0]!r}; allusion query lists them")
    chosen = [q for q in graph.queries.local if not names or q.name in names]
    if remark := difference(remote, data_version(graph.resources.store)):
        note(remark)
    found = list(compare(chosen, graph.store, remote, more=more))
    if form == "json":
        rows = [_to_json(comparison) for comparison in found]
        write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", None)
    else:
        _write_comparisons(found)
    wrong = sum(not comparison.same for comparison in found)
    note(f"{len(found)} answers compared: {f'{wrong} differ' if wrong else 'all are the same'}")
    return 1 if wrong else 0


def _to_json(comparison: StoreComparison) -> dict[str, object]:
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


def _write_comparisons(found: list[StoreComparison]) -> None:
    from ..core.terms import Literal
    from ..query.results import Result

    rows = []
    for one in found:
        ratio = "" if one.ratio is None else f"{one.ratio:.1f}"
        cells = (_title(one), str(one.rows_here), str(one.rows_there), _verdict_text(one), ratio)
        rows.append(tuple(map(Literal, cells)))
    write_table(Result(("query", "here", "there", "verdict", "timesAsLong"), rows))
    for one in found:
        if one.same:
            continue
        lines = [f"\n{_title(one)}"]
        lines += [f"  {one.error}"] if one.error else []
        for sign, differing in (("-", one.missing), ("+", one.extra)):
            lines += [f"  {sign} {_row_text(row)}" for row in differing[:_MAX_SHOWN]]
            more = len(differing) - _MAX_SHOWN
            lines += [f"  {sign} and {more} more"] if more > 0 else []
        if one.out_of_order >= 0:
            lines.append(f"  row {one.out_of_order + 1} should be further up")
        write("\n".join(lines) + "\n", None)


def _title(one: StoreComparison) -> str:
    given = " ".join(f"{name}={value}" for name, value in one.parameters.items())
    return f"{one.query} {given}".strip()


def _verdict_text(one: StoreComparison) -> str:
    if one.error:
        return "no answer"
    parts = [f"{len(one.missing)} missing"] if one.missing else []
    parts += [f"{len(one.extra)} too many"] if one.extra else []
    parts += ["out of order"] if one.out_of_order >= 0 else []
    return ", ".join(parts) or "same"


def _row_text(row: tuple[Any, ...]) -> str:
    from ..query.results import to_text

    return " | ".join(to_text(term) for term in row)
