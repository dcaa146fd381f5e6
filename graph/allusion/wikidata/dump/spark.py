"""The same slice on Apache Spark: the same rules, the same grammar, the same bytes.

Nothing but Spark's own functions, so no Python runs where the data is, and a cluster needs
nothing installed. Files that are packed as a whole (gz) are read by one task each; bz2 and
plain files are split.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from ...core.atomic_files import check_folder, write_atomically
from ...core.compression import packer
from ...core.errors import DataError, Fault
from .local import Counted, nothing_kept, packed
from .ntriples import BLANKS, LANGUAGE, TRIPLE, Malformed, terms
from .report import Progress, Selection, Slice
from .rules import CORE, KEPT, NUMBER, Pull, Rules
from .spark_session import address, explained, failures, is_folder, session

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_TOLD: Final = 20
_FIX: Final = "it is left out; --strict stops at the first"


def slice_with_spark(
    paths: Sequence[str],
    output: str,
    rules: Rules,
    *,
    master: str | None = None,
    strict: bool = False,
    told: Callable[[Progress], None] = lambda _: None,
) -> Slice:
    """Write to ``output`` the lines of the dump in ``paths`` that ``rules`` keep, in order.

    Paths are files, patterns or addresses that Spark knows (``hdfs://``, ``s3a://``).
    ``output`` is a file, or, where it ends with a slash or is an address, a folder that
    Spark fills with packed parts, whose order is that of their names. ``master`` is where
    Spark is ("local[4]"); None leaves it to what is set, as ``spark-submit`` does.

    :raises MissingExtra: if PySpark or Java is not there.
    :raises ParameterError: if a file is not there, or Spark cannot unpack it.
    :raises DataError: as of `slice_dump`.
    :raises OutputError: if the folder of a file is not there.
    """
    files = [address(path) for path in paths]
    if not is_folder(output):
        packer(output)
        check_folder(Path(output))
    with session(master) as spark:
        try:
            return _Making(spark, rules, told).make(files, output, strict=strict)
        except failures() as error:
            raise explained(error, output) from error


class _Making:
    """One run."""

    def __init__(self, spark: SparkSession, rules: Rules, told: Callable[[Progress], None]) -> None:
        self._spark = spark
        self._rules = rules
        self._told = told
        self._began = time.monotonic()

    def make(self, files: Sequence[str], output: str, *, strict: bool) -> Slice:
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
        self._say("Spark: reading links")
        # Checkpoints, here and below, and no caches: what a plan is made of is in it again at
        # every use, and steps that build on one another would make it grow as powers of two.
        links = self._links(watched).localCheckpoint()
        counted: Mapping[str, int] = watch.get
        faults = self._faults(lines) if counted["malformed"] else ()
        if faults and strict:
            raise DataError(faults[:1], "the dump")
        kept, selection = self._select(links)
        if not selection.core:
            raise nothing_kept(", ".join(files), self._rules)
        self._say("Spark: picking, sorting and writing")
        rows = self._rows(lines, kept).distinct().orderBy("row")
        return Slice(
            lines=counted["lines"],
            triples=counted["triples"],
            malformed=counted["malformed"],
            faults=faults,
            selection=selection,
            rows=_write(rows, output),
        )

    def _lines(self, files: Sequence[str]) -> DataFrame:
        """Each line as ``s``, ``p`` and ``o``, which are null where it is no triple."""
        from pyspark.sql import functions as f

        line = f.expr(f"trim(BOTH '{BLANKS}' FROM value)")
        # One pass of the pattern: a line that has three terms becomes three lines.
        three = f.split(f.regexp_replace(line, rf"\A(?:{TRIPLE})\z", "$1\n$2\n$3"), "\n", 3)
        is_valid = f.is_valid_utf8("value")
        is_empty = is_valid & ((line == "") | f.startswith(line, f.lit("#")))
        told = self._spark.read.text(list(files), lineSep="\n").select(
            f.input_file_name().alias("file"),
            "value",
            # What is generated is worked out once: a plain column would be worked out again in
            # each filter that is pushed below it, at every place where the filter names it.
            f.inline(
                f.array(
                    f.struct(f.when(is_valid, three).alias("terms"), is_empty.alias("is_empty"))
                )
            ),
        )
        is_triple = f.coalesce(f.size("terms") == 3, f.lit(False))
        return told.select(
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
        """Property, subject and object of the links between items, as in the first pass."""
        from pyspark.sql import functions as f

        start = len(self._rules.direct) + 2
        name = f.substring(f.col("p"), f.lit(start), f.length("p") - start)
        predicates = [f"<{self._rules.direct}{name}>" for name in self._rules.linking]
        return (
            lines.where(f.col("p").isin(predicates))
            .select(
                name.alias("p"),
                _number(f.col("s"), self._rules.item).alias("s"),
                _number(f.col("o"), self._rules.item).alias("o"),
            )
            .where(f.col("s").isNotNull() & f.col("o").isNotNull())
        )

    def _select(self, links: DataFrame) -> tuple[DataFrame, Selection]:
        from pyspark.sql import functions as f

        self._say("Spark: finding films and series")
        classes = self._below(links)
        core = (
            links.where((f.col("p") == self._rules.instance) & f.col("o").isin(list(classes)))
            .select(f.col("s").alias("id"))
            .distinct()
            .localCheckpoint()
        )
        sets = {CORE: core, KEPT: core}
        steps = core.withColumn("step", f.lit(-1))
        for place, pull in enumerate(self._rules.pulls):
            self._say(f"Spark: finding {pull.name}")
            found = _pull(pull, links, sets[pull.start])
            sets[pull.name] = found
            sets[KEPT] = sets[KEPT].union(found)
            steps = steps.union(found.withColumn("step", f.lit(place)))
        # An item counts for the step that found it first.
        first = steps.groupBy("id").agg(f.min("step").alias("step")).localCheckpoint()
        counts = {row["step"]: row["count"] for row in first.groupBy("step").count().collect()}
        added = {pull.name: counts.get(place, 0) for place, pull in enumerate(self._rules.pulls)}
        kept = first.select("id")
        return kept, Selection(len(classes), counts.get(-1, 0), added, sum(counts.values()))

    def _below(self, links: DataFrame) -> set[int]:
        """The classes of the core and all below them, but for those that are left out."""
        from pyspark.sql import functions as f

        without = {int(name[1:]) for name in self._rules.without}
        below = links.where(f.col("p") == self._rules.subclass).select("s", "o")
        found = {int(name[1:]) for name in self._rules.classes} - without
        new = found
        while new:
            rows = below.where(f.col("o").isin(list(new))).select("s").distinct().collect()
            new = {row["s"] for row in rows} - found - without
            found |= new
        return found

    def _rows(self, lines: DataFrame, kept: DataFrame) -> DataFrame:
        """The lines that stay, as ``row``; see `LinePicker`."""
        from pyspark.sql import functions as f

        rules = self._rules
        s, p, o = (f.col(name) for name in "spo")

        def are(kind: str) -> Column:
            return p.isin([f"<{name}>" for name, one in rules.kinds.items() if one == kind])

        language = f.lower(f.regexp_extract(o, LANGUAGE, 1))
        begins = f.lit(False)
        for predicate, starts in rules.about.items():
            for start in starts:
                begins |= (p == f"<{predicate}>") & f.startswith(s, f.lit(f"<{start}"))
        # What has to be kept: one item, and of a link the one at its other end too.
        item = (
            f.when(are("about"), f.when(begins, _number(o, rules.item)))
            .when(are("page"), _number(s, rules.page))
            .when(are("text") & ~language.isin(sorted(rules.languages)), f.lit(None).cast("int"))
            .otherwise(_number(s, rules.item))
        )
        candidates = (
            lines.where(p.isin([f"<{name}>" for name in rules.kinds]))
            .select(
                f.concat_ws(" ", s, p, o, f.lit(".")).alias("row"),
                item.alias("item"),
                are("link").alias("is_link"),
                f.when(are("link"), _number(o, rules.item)).alias("other"),
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
        """Some malformed lines. Spark reads files in pieces and does not know their numbers."""
        from pyspark.sql import functions as f

        malformed = lines.where("is_malformed").select(
            "file", f.col("value").cast("binary").alias("value")
        )
        faults = []
        for row in malformed.limit(_TOLD).collect():
            name = Path(unquote(urlsplit(row["file"]).path)).name
            try:
                terms(bytes(row["value"]))
            except Malformed as problem:
                faults.append(Fault(name, 0, "", str(problem), _FIX, "line"))
        return tuple(faults)

    def _say(self, step: str) -> None:
        self._told(Progress(step, 0, 0, 0, 0, time.monotonic() - self._began))


def _number(term: Column, base: str) -> Column:
    """The number of an item or of its page; null for any other term."""
    from pyspark.sql import functions as f

    pattern = rf"\A<{_quoted(base)}Q({NUMBER})>\z"
    return f.regexp_extract(term, pattern, 1).try_cast("int")


def _quoted(text: str) -> str:
    """Text as Java's patterns have it."""
    return rf"\Q{text}\E"


def _pull(pull: Pull, links: DataFrame, start: DataFrame) -> DataFrame:
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


def _write(rows: DataFrame, output: str) -> int:
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    if is_folder(output):
        watch = Observation("rows")
        watched = rows.observe(watch, f.count(f.lit(1)).alias("rows"))
        watched.write.text(output, compression="gzip", lineSep="\n")
        written: int = watch.get["rows"]
        return written
    lines = Counted(f"{row['row']}\n".encode() for row in rows.toLocalIterator(True))
    write_atomically(Path(output), packed(lines, output))
    return lines.count
