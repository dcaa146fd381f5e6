"""allusion gaps: list what is missing, each with a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from ..authoring.collection import open_collection
from ..authoring.gaps import GAPS, find_gaps
from ..query.results import Result, expect_rows
from .graph import open_graph
from .options import data_option, layers, limit_option, with_option
from .output import note, write

_EXAMPLE: Final = "my-films"


@click.command("gaps")
@click.argument("kinds", nargs=-1, type=click.Choice(tuple(GAPS)))
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--all", "everything", is_flag=True, help="With --with, list also the gaps of the graph."
)
@limit_option("Maximum number of gaps of each kind.")
@with_option
@data_option
def gaps_command(
    kinds: tuple[str, ...], everything: bool, form: str, limit: int, data: Path | None
) -> None:
    """List what is missing, each with a command that helps.

    \b
    connections   works without connections
    sources       connections with a single source
    holders       unnamed holders of claims
    items         works and people without an item of Wikidata
    languages     lines without a known language
    addresses     sources without an address
    places        passages without a place in their source

    With collections, only their gaps are listed, unless --all is given. The commands write to
    the first collection of --with.
    """  # noqa: D301 (click wants the character itself)
    graph = open_graph(data)
    folder = str(next(iter(layers().collections), _EXAMPLE))

    def select(sparql: str) -> Result:
        return expect_rows(graph.sparql(sparql))

    spaces = [] if everything else [open_collection(o).namespace for o in layers().collections]
    listed_kinds = kinds or [kind for kind in GAPS if not spaces or GAPS[kind].of_collections]
    found = {kind: find_gaps(kind, select, folder, spaces) for kind in listed_kinds}
    if form == "json":
        listed = {
            kind: [{"iri": g.iri, "label": g.label, "command": g.command} for g in gaps]
            for kind, gaps in found.items()
        }
        write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", None)
        return
    lines = []
    for kind, gaps in found.items():
        lines.append(f"{len(gaps):,} {GAPS[kind].title}")
        lines += [f"  {gap.label}\n    {gap.command}" for gap in gaps[:limit]]
        if (more := len(gaps) - limit) > 0:
            lines.append(f"  and {more:,} more (allusion gaps {kind} -n {len(gaps)})")
    write("\n".join(lines) + "\n", None)
    if spaces:
        note(f"of {', '.join(map(str, layers().collections))} only; --all lists those of the graph")
    if not layers().collections:
        note(
            f"{_EXAMPLE} is a placeholder for your collection; to make it: allusion new {_EXAMPLE}"
        )
