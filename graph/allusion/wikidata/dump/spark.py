"""Filter of a dump on Apache Spark, with the same rules, grammar and output.

Only Spark's own functions are used, so no Python runs on the cluster and nothing has to be
installed there. A gz file is read by one task; bz2 and plain files are split.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from ...core.atomic_files import check_parent_folder, write_atomically
from ...core.compression import make_compressor
from ...core.errors import DataError, Fault
from ...core.spark_session import (
    is_folder,
    spark_exception,
    spark_path,
    spark_session,
    translate_error,
)
from .local import CountedRows, compress_rows, empty_core_error
from .ntriples import (
    LANGUAGE,
    TRIPLE,
    WHITESPACE,
    MalformedLine,
    parse_line,
)
from .report import SelectionCounts, SliceProgress, SliceReport
from .rules import CORE, KEPT, NUMBER, ExpansionStep, SliceRules

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_MAX_REPORTED_FAULTS: Final = 20
_FIX: Final = "it is skipped; --strict stops at the first"


def slice_with_spark(
    paths: Sequence[str],
    output: str,
    rules: SliceRules,
    *,
    master: str | None = None,
    strict: bool = False,
    progress: Callable[[SliceProgress], None] = lambda _: None,
) -> SliceReport:
    """Write the sorted lines that ``rules`` keep to ``output``.

    Args:
        paths: Files, patterns or addresses that Spark accepts (``hdfs://``, ``s3a://``).
        output: File; or, if it ends with a slash or is an address, a folder of compressed
            parts, whose order is that of their names.
        rules: What to keep.
        master: Address of Spark ("local[4]"); None uses Spark's configuration.
        strict: Stop at a line that is not N-Triples, instead of leaving it out.
        progress: Called with the progress.

    Raises:
        MissingExtra: If PySpark or Java is not installed.
        ParameterError: If a file does not exist, or Spark cannot decompress it.
        DataError: As for `slice_dump`.
        OutputError: If the folder of the output does not exist.
    """
    files = [spark_path(path) for path in paths]
    if not is_folder(output):
        make_compressor(output)
        check_parent_folder(Path(output))
    with spark_session(master, "allusion wikidata slice") as spark:
        try:
            return _SparkSlicer(spark, rules, progress).make(files, output, strict=strict)
        except spark_exception() as error:
            raise translate_error(error, "the dump", output) from error


class _SparkSlicer:
    """One run."""

    def __init__(
        self, spark: SparkSession, rules: SliceRules, progress: Callable[[SliceProgress], None]
    ) -> None:
        self._spark = spark
        self._rules = rules
        self._progress = progress
        self._started = time.monotonic()

    def make(self, files: Sequence[str], output: str, *, strict: bool) -> SliceReport:
        from pyspark.sql import Observation
        from pyspark.sql import functions as f

        lines = self._lines(files)
        watch = Observation("lines")
        watched = lines.observe(
            watch,
            f.count(f.lit(1)).alias("lines"),
            f.count_if(f.col("is_triple")).alias("triples"),
            f.count_if(f.col("is_malformed")).alias("malformed"),
        )
        self._report_progress("Spark: reading links")
        # Checkpoints instead of caches, here and below: a plan contains its inputs at each use,
        # so plans of steps that build on each other would grow exponentially.
        links = self._links(watched).localCheckpoint()
        counted: Mapping[str, int] = watch.get
        faults = self._faults(lines) if counted["malformed"] else ()
        if faults and strict:
            raise DataError(faults[:1], "the dump")
        kept, selection = self._select(links)
        if not selection.core:
            raise empty_core_error(", ".join(files), self._rules)
        self._report_progress("Spark: picking, sorting and writing")
        rows = self._rows(lines, kept).distinct().orderBy("row")
        return SliceReport(
            lines=counted["lines"],
            triples=counted["triples"],
            malformed=counted["malformed"],
            faults=faults,
            selection=selection,
            rows=_write_rows(rows, output),
        )

    def _lines(self, files: Sequence[str]) -> DataFrame:
        """Return the lines as columns ``s``, ``p`` and ``o``; null if a line is not a triple."""
        from pyspark.sql import functions as f

        line = f.expr(f"trim(BOTH '{WHITESPACE}' FROM value)")
        # The pattern runs once: a line with three terms becomes three lines.
        three = f.split(f.regexp_replace(line, rf"\A(?:{TRIPLE})\z", "$1\n$2\n$3"), "\n", 3)
        is_valid = f.is_valid_utf8("value")
        is_empty = is_valid & ((line == "") | f.startswith(line, f.lit("#")))
        split = self._spark.read.text(list(files), lineSep="\n").select(
            f.input_file_name().alias("file"),
            "value",
            # A generated column is computed once; a plain one would be computed again for each use
            # in each filter that is pushed down.
            f.inline(
                f.array(
                    f.struct(f.when(is_valid, three).alias("terms"), is_empty.alias("is_empty"))
                )
            ),
        )
        is_triple = f.coalesce(f.size("terms") == 3, f.lit(False))
        return split.select(
            "file",
            "value",
            is_triple.alias("is_triple"),
            (~is_triple & ~f.col("is_empty")).alias("is_malformed"),
            *(
                f.when(is_triple, f.col("terms")[place]).alias(name)
                for place, name in enumerate("spo")
            ),
        )

    def _links(self, lines: DataFrame) -> DataFrame:
        """Return property, subject and object of links between items, as in the first pass."""
        from pyspark.sql import functions as f

        start = len(self._rules.property_prefix) + 2
        name = f.substring(f.col("p"), f.lit(start), f.length("p") - start)
        predicates = [
            f"<{self._rules.property_prefix}{name}>" for name in self._rules.link_properties
        ]
        return (
            lines.where(f.col("p").isin(predicates))
            .select(
                name.alias("p"),
                _item_number(f.col("s"), self._rules.item_prefix).alias("s"),
                _item_number(f.col("o"), self._rules.item_prefix).alias("o"),
            )
            .where(f.col("s").isNotNull() & f.col("o").isNotNull())
        )

    def _select(self, links: DataFrame) -> tuple[DataFrame, SelectionCounts]:
        from pyspark.sql import functions as f

        self._report_progress("Spark: finding films and series")
        classes = self._below(links)
        core = (
            links.where((f.col("p") == self._rules.instance) & f.col("o").isin(list(classes)))
            .select(f.col("s").alias("id"))
            .distinct()
            .localCheckpoint()
        )
        sets = {CORE: core, KEPT: core}
        steps = core.withColumn("step", f.lit(-1))
        for place, pull in enumerate(self._rules.steps):
            self._report_progress(f"Spark: finding {pull.name}")
            found = _expand(pull, links, sets[pull.start])
            sets[pull.name] = found
            sets[KEPT] = sets[KEPT].union(found)
            steps = steps.union(found.withColumn("step", f.lit(place)))
        # An item counts for the first step that found it.
        first = steps.groupBy("id").agg(f.min("step").alias("step")).localCheckpoint()
        counts = {row["step"]: row["count"] for row in first.groupBy("step").count().collect()}
        added = {pull.name: counts.get(place, 0) for place, pull in enumerate(self._rules.steps)}
        kept = first.select("id")
        return kept, SelectionCounts(len(classes), counts.get(-1, 0), added, sum(counts.values()))

    def _below(self, links: DataFrame) -> set[int]:
        """Return the core classes and their subclasses, without the excluded ones."""
        from pyspark.sql import functions as f

        without = {int(name[1:]) for name in self._rules.excluded_classes}
        below = links.where(f.col("p") == self._rules.subclass).select("s", "o")
        found = {int(name[1:]) for name in self._rules.classes} - without
        new = found
        while new:
            rows = below.where(f.col("o").isin(list(new))).select("s").distinct().collect()
            new = {row["s"] for row in rows} - found - without
            found |= new
        return found

    def _rows(self, lines: DataFrame, kept: DataFrame) -> DataFrame:
        """Return the lines to keep as ``row``; see `LineFilter`."""
        from pyspark.sql import functions as f

        rules = self._rules
        s, p, o = (f.col(name) for name in "spo")

        def are(kind: str) -> Column:
            return p.isin([f"<{name}>" for name, one in rules.kinds.items() if one == kind])

        language = f.lower(f.regexp_extract(o, LANGUAGE, 1))
        begins = f.lit(False)
        for predicate, starts in rules.about_prefixes.items():
            for start in starts:
                begins |= (p == f"<{predicate}>") & f.startswith(s, f.lit(f"<{start}"))
        # Items that must be selected: one, and for a link also that at the other end.
        item = (
            f.when(are("about"), f.when(begins, _item_number(o, rules.item_prefix)))
            .when(are("page"), _item_number(s, rules.page_prefix))
            .when(are("text") & ~language.isin(sorted(rules.languages)), f.lit(None).cast("int"))
            .otherwise(_item_number(s, rules.item_prefix))
        )
        candidates = (
            lines.where(p.isin([f"<{name}>" for name in rules.kinds]))
            .select(
                f.concat_ws(" ", s, p, o, f.lit(".")).alias("row"),
                item.alias("item"),
                are("link").alias("is_link"),
                f.when(are("link"), _item_number(o, rules.item_prefix)).alias("other"),
            )
            .where(f.col("item").isNotNull() & (~f.col("is_link") | f.col("other").isNotNull()))
        )
        ends = kept.select(f.col("id").alias("end"))
        return (
            candidates.join(kept, f.col("item") == f.col("id"), "leftsemi")
            .join(ends, f.col("other") == f.col("end"), "left")
            .where(~f.col("is_link") | f.col("end").isNotNull())
            .select("row")
        )

    def _faults(self, lines: DataFrame) -> tuple[Fault, ...]:
        """Return some malformed lines; Spark splits files and does not know line numbers."""
        from pyspark.sql import functions as f

        malformed = lines.where("is_malformed").select(
            "file", f.col("value").cast("binary").alias("value")
        )
        faults = []
        for row in malformed.limit(_MAX_REPORTED_FAULTS).collect():
            name = Path(unquote(urlsplit(row["file"]).path)).name
            try:
                parse_line(bytes(row["value"]))
            except MalformedLine as problem:
                faults.append(Fault(name, 0, "", str(problem), _FIX, "line"))
        return tuple(faults)

    def _report_progress(self, step: str) -> None:
        self._progress(SliceProgress(step, 0, 0, 0, 0, time.monotonic() - self._started))


def _item_number(term: Column, base: str) -> Column:
    """Return the number of an item or its page; null for other terms."""
    from pyspark.sql import functions as f

    pattern = rf"\A<{_quote_pattern(base)}Q({NUMBER})>\z"
    return f.regexp_extract(term, pattern, 1).try_cast("int")


def _quote_pattern(text: str) -> str:
    """Quote a text for Java's regular expressions."""
    return rf"\Q{text}\E"


def _expand(pull: ExpansionStep, links: DataFrame, start: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f

    near, far = ("s", "o") if pull.forward else ("o", "s")
    along = links.where(f.col("p").isin(list(pull.properties))).select(
        f.col(near).alias("near"), f.col(far).alias("id")
    )

    def after(items: DataFrame) -> DataFrame:
        starts = items.select(f.col("id").alias("near"))
        return along.join(starts, "near", "leftsemi").select("id").distinct()

    found = after(start).localCheckpoint()
    new = found
    while pull.transitive and not new.isEmpty():
        new = after(new).join(found, "id", "leftanti").localCheckpoint()
        found = found.union(new)
    return found


def _write_rows(rows: DataFrame, output: str) -> int:
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    if is_folder(output):
        watch = Observation("rows")
        watched = rows.observe(watch, f.count(f.lit(1)).alias("rows"))
        watched.write.text(output, compression="gzip", lineSep="\n")
        written: int = watch.get["rows"]
        return written
    lines = CountedRows(f"{row['row']}\n".encode() for row in rows.toLocalIterator(True))
    write_atomically(Path(output), compress_rows(lines, output))
    return lines.count
