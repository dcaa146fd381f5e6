"""The measure "referred" on Spark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ...core.vocabulary import BASE, ENTITY_REGISTERS, FAMILIES
from ...query.results import Result
from ..centrality import MAX_NAMED, Referred, check_names, referred_result
from ..neighborhood import StoreNeighborhood

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def rank_referred(
    edges: DataFrame,
    neighborhood: StoreNeighborhood,
    kinds: Sequence[str] = (),
    families: Sequence[str] = (),
    limit: int = 20,
) -> Result:
    """Rank entities by the number of entities that refer to them.

    Args:
        edges: The table of edges.
        neighborhood: Reads names, types and years.
        kinds: Rank only entities of these kinds; () means all.
        families: Use only these families of connection; () means all four.
        limit: Maximum number of rows.

    Raises:
        ParameterError: If a kind or family is unknown.
    """
    check_names("referred", kinds, families, limit)
    found = _referred(edges, kinds or tuple(ENTITY_REGISTERS), families or FAMILIES, limit)
    return referred_result(found, neighborhood.outlines)


def _referred(
    edges: DataFrame, kinds: Collection[str], families: Collection[str], limit: int
) -> list[Referred]:
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    counted = edges.where(
        f.col("family").isin(list(families))
        & ~f.col("doubtful")
        & (f.col("origin") != f.col("target"))
    )
    sizes = counted.groupBy("target").agg(
        f.countDistinct("origin").alias("size"),
        *(f.count(f.when(f.col("family") == name, 1)).alias(name) for name in FAMILIES),
    )
    register = f.regexp_extract("target", rf"^\Q{BASE}\E([^/]*)/", 1)
    top = (
        sizes.where(register.isin(list(kinds)))
        .orderBy(f.desc("size"), "target")
        .limit(limit)
        .localCheckpoint()
    )
    referrers = (
        counted.join(f.broadcast(top.select("target")), "target")
        .select("target", "origin")
        .distinct()
        .join(sizes.select(f.col("target").alias("origin"), "size"), "origin", "left")
        .fillna(0, ["size"])
    )
    by_size = Window.partitionBy("target").orderBy(f.desc("size"), "origin")
    best: dict[str, list[str]] = {}
    ranked = referrers.withColumn("place", f.row_number().over(by_size))
    for row in ranked.where(f.col("place") <= MAX_NAMED).orderBy("target", "place").collect():
        best.setdefault(row.target, []).append(row.origin)
    return [
        Referred(
            row.target,
            row["size"],
            Counter({name: row[name] for name in FAMILIES}),
            best[row.target],
        )
        for row in top.orderBy(f.desc("size"), "target").collect()
    ]
