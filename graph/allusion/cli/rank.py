"""allusion rank: centrality, communities and sources."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from ..core.errors import ParameterError
from ..core.vocabulary import FAMILIES
from .graph import open_graph
from .options import (
    data_option,
    format_options,
    kinds_option,
    limit_option,
    multiple_choice,
    store_option,
    with_option,
)
from .output import note, write_result
from .spark_options import check_engine, open_edges, spark_options

# Equal to allusion.network.centrality, which imports networkx; a test compares them.
_MEASURES: Final = ("referred", "bridges", "communities", "sources")


@click.command(
    "rank",
    epilog=(
        "\b\nExamples:\n"
        "  allusion rank\n"
        "  allusion rank referred --kind person --via reference\n"
        "  allusion rank bridges -n 10 -f md\n"
        "  allusion rank communities\n"
        "  allusion rank referred --engine spark --edges edges.csv --master 'local[4]'\n"
    ),
)
@click.argument("measure", type=click.Choice(_MEASURES), default="referred")
@kinds_option
@multiple_choice(
    "--via", "families", choices=list(FAMILIES), what="Count only this family of connection"
)
@limit_option()
@spark_options
@format_options
@store_option
@with_option
@data_option
def rank_command(
    measure: str,
    kinds: tuple[str, ...],
    families: tuple[str, ...],
    limit: int,
    engine: str,
    edges: str | None,
    master: str | None,
    form: str | None,
    output: Path | None,
    data: Path | None,
) -> int:
    """Rank entities: most referred to, bridges, communities; or sources.

    All measures use references, influences, comparisons and derivations (--via selects
    some of them). Credits and doubtful connections are not counted.

    \b
    referred     Number of works and people that refer to the entity, each counted
                 once. It measures this graph, not the fame of the entity.
    bridges      Betweenness centrality, from 0 to 1: the share of shortest paths
                 between other entities that pass through it.
    communities  Groups with more connections inside than outside (Louvain, fixed
                 seed), named by their best connected members. Another seed or one
                 more source can change them.
    sources      Number of connections that a source supports, and how many of
                 them have no other source.
    """  # noqa: D301 (click wants the character itself)
    check_engine(engine, edges, master)
    if engine == "spark" and measure != "referred":
        raise ParameterError(f"--engine spark has the measure referred, not {measure}")
    graph = open_graph(data)
    if engine == "spark":
        from ..network.spark.referred import rank_referred

        with open_edges(edges, master) as table:
            answer = rank_referred(table, graph.reader, kinds, families, limit)
    else:
        answer = graph.rank(measure, kind=kinds, via=families, limit=limit)
    code = write_result(answer, form, output)
    for text in (*answer.notes, _counted_families_note(families)):
        note(text)
    return code


def _counted_families_note(families: tuple[str, ...]) -> str:
    """Return the note on what a ranking counts."""
    names = [f"{family}s" for family in families or FAMILIES]
    *most, last = names
    families_text = f"{', '.join(most)} and {last}" if most else last
    hint = "" if families else "; --via reference counts one family"
    return f"counted: {families_text}; not credits, not doubtful connections{hint}"
