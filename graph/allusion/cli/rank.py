"""rank: who is referred to most, who bridges, who belongs together."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from ..core.vocabulary import FAMILIES
from .options import (
    data_option,
    format_options,
    kinds_option,
    limit_option,
    several,
    store_option,
    with_option,
)
from .output import emit, note, open_graph

# As in allusion.ranking, which loads networkx; a test compares them.
_MEASURES: Final = ("referred", "bridges", "communities", "sources")


@click.command(
    "rank",
    epilog=(
        "\b\nExamples:\n"
        "  allusion rank\n"
        "  allusion rank referred --kind person --via reference\n"
        "  allusion rank bridges -n 10 -f md\n"
        "  allusion rank communities\n"
    ),
)
@click.argument("measure", type=click.Choice(_MEASURES), default="referred")
@kinds_option
@several("--via", "families", choices=list(FAMILIES), what="Only by this family of connection")
@limit_option()
@format_options
@store_option
@with_option
@data_option
def rank_command(
    measure: str,
    kinds: tuple[str, ...],
    families: tuple[str, ...],
    limit: int,
    form: str | None,
    output: Path | None,
    data: Path | None,
) -> int:
    """Show who is referred to most, who bridges, and who belongs together.

    All measures look at references, influences, comparisons and derivations (or at some
    of them, --via), not at credits, and leave out connections in doubt.

    \b
    referred     How many works and people point at it, each counted once however
                 often it does. That is how much is written here of its echo; it
                 is not its worth, nor how often the world refers to it.
    bridges      How many of the shortest chains between all others lead through
                 it (betweenness, from 0 to 1). Such a one links what would
                 otherwise be far apart; that need not be the best connected one,
                 and nobody need have meant the link.
    communities  Groups whose members are joined more to each other than to the
                 rest (Louvain's method, with a fixed seed), named by their best
                 connected members. They are a reading of this graph, not schools
                 of film: another seed or one more source can draw them otherwise.
    sources      How many connections a source is evidence of, and how many of
                 them rest on it alone. That says how much was taken from it here,
                 and where the graph leans on one voice; not how good it is.
    """  # noqa: D301 (click wants the character itself)
    graph = open_graph(data)
    answer = graph.rank(measure, kind=kinds, via=families, limit=limit)
    code = emit(answer, form, output)
    note(_counted(families))
    return code


def _counted(families: tuple[str, ...]) -> str:
    """What a ranking counts, for the person who reads the figures."""
    names = [f"{family}s" for family in families or FAMILIES]
    *most, last = names
    said = f"{', '.join(most)} and {last} together" if most else last
    hint = "" if families else "; of one family alone: --via reference"
    return f"counted: {said}, not credits, nor what is in doubt{hint}"
