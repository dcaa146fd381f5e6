"""A table of edges as a data frame of Spark."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ...core.errors import DataError, Fault, QueryStopped
from ...core.spark_session import spark_exception, spark_path, spark_session, translate_error
from ...core.vocabulary import BASE, FAMILIES, HUBS
from ...store.adjacency_index import IndexedEdge
from ..edge_table import COLUMNS
from ..paths.rules import PathRules

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_TYPES: Final = {"doubtful": "BOOLEAN", "sources": "INT"}
#: Edges at the entities on shortest paths that come back to this machine.
MAX_EDGES: Final = 1_000_000


@contextmanager
def read_edges(path: str, master: str | None) -> Iterator[DataFrame]:
    """Provide the table of ``allusion export edges``, or a Parquet table with its columns.

    Args:
        path: A file, a folder or an address.
        master: Address of Spark; None means that of its configuration.

    Raises:
        MissingExtra: If PySpark or Java is not installed.
        DataError: If Spark cannot read the table, or it has other columns.
    """
    with spark_session(master, "allusion") as spark:
        table = spark_path(path)
        try:
            if path.rstrip("/").endswith(".parquet"):
                _check_columns(spark.read.parquet(table).columns, path)
                found = spark.read.schema(_schema(COLUMNS)).parquet(table)
            else:
                columns = spark.read.csv(table, header=True).columns
                _check_columns(columns, path)
                # With the order of the header; further files that have another one are refused.
                reader = spark.read.schema(_schema(columns))
                found = reader.csv(table, header=True, enforceSchema=False, mode="FAILFAST")
            yield found.select(*COLUMNS).persist()
        except spark_exception() as error:
            raise translate_error(error, path) from error


def _schema(columns: Iterable[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'STRING')}" for name in columns)


def _check_columns(columns: Sequence[str], path: str) -> None:
    if sorted(columns) != sorted(COLUMNS):
        problem = f"has the columns {', '.join(columns)}"
        fix = f"allowed: {', '.join(COLUMNS)}; to write the table: allusion export edges"
        raise DataError([Fault(path, 1, "", problem, fix, "edges")], "the table of edges")


def usable_steps(
    edges: DataFrame, ends: Collection[str], rules: PathRules, *, with_doubtful: bool
) -> DataFrame:
    """Return the steps that a path may take, in both directions, as ``node`` and ``other``."""
    from pyspark.sql import functions as f

    def passes_hub(name: str) -> Column:
        register = f.regexp_extract(name, rf"^\Q{BASE}\E([^/]*)/", 1)
        return register.isin(list(HUBS)) & ~f.col(name).isin(list(ends))

    is_connection = f.col("family").isin(list(FAMILIES))
    usable = f.col("origin") != f.col("target")
    if not with_doubtful:
        usable &= ~f.col("doubtful")
    if rules.via:
        usable &= f.col("family").isin(list(rules.via)) | f.col("kind").isin(list(rules.via))
    if not rules.credits:
        usable &= is_connection
    elif not rules.hubs:
        usable &= is_connection | ~(passes_hub("origin") | passes_hub("target"))
    kept = edges.where(usable)
    forwards = kept.select(f.col("origin").alias("node"), f.col("target").alias("other"))
    backwards = kept.select(f.col("target").alias("node"), f.col("origin").alias("other"))
    return forwards.union(backwards).distinct()


def collect_edges(edges: DataFrame, nodes: Collection[str]) -> list[IndexedEdge]:
    """Return the edges at some entities.

    Raises:
        QueryStopped: If there are more than `MAX_EDGES`.
    """
    from pyspark.sql import functions as f

    ids = f.broadcast(edges.sparkSession.createDataFrame([(node,) for node in nodes], "id STRING"))
    first = edges.join(ids, f.col("origin") == f.col("id"), "leftsemi")
    rest = edges.join(ids, f.col("target") == f.col("id"), "leftsemi")
    rest = rest.join(ids, f.col("origin") == f.col("id"), "leftanti")
    rows = first.union(rest).limit(MAX_EDGES + 1).collect()
    if len(rows) > MAX_EDGES:
        raise QueryStopped(
            f"stopped at {MAX_EDGES:,} edges at the entities on shortest paths (limit)", "max_edges"
        )
    return [
        IndexedEdge(
            str(number), row.origin, row.target, row.family, row.kind, row.doubtful, row.sources
        )
        for number, row in enumerate(rows)
    ]
