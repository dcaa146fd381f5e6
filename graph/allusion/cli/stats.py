"""allusion stats: count entities, connections and sources of the graph."""

from __future__ import annotations

from pathlib import Path

import click

from .graph import open_graph
from .options import data_option, format_options, store_option, with_option
from .output import choose_format, note, write, write_result, write_tables


@click.command("stats")
@click.argument("table", required=False)
@format_options
@store_option
@with_option
@data_option
def stats_command(
    table: str | None, form: str | None, output: Path | None, data: Path | None
) -> int:
    """Count entities, connections and sources of the graph.

    Prints all tables, or only TABLE. csv, tsv and ndjson write all tables as one,
    with a row for each figure; json writes an object of tables.
    """
    graph = open_graph(data)
    stats = graph.stats()
    if graph.names.store and not stats["entities"].rows:
        note("no entities are counted: counts need inference; load with --infer")
    if table is not None:
        return write_result(stats[table], form, output)
    chosen = choose_format(form, output, triples=False)
    if chosen == "table":
        write_tables({stats.titles[name]: stats[name] for name in stats.tables}, output)
    else:
        write(stats.write(chosen), output)
    return 0
