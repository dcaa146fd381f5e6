"""Slicing a dump of Wikidata: lines a second for one core, memory at three sizes, other ways.

Run ``python tests/benchmarks/bench_slice.py [--sizes 1000000 5000000 20000000] [--gz] [--more]
[--spark]``. Each slice is a process of its own, interpreter and all, with one job. A rate is
lines of the dump for each second of CPU of the whole slice, which reads each line twice; memory
is the peak of the process as the system counts it. ``--more`` sets the first pass (judge every
line, find the links between items) beside the same in DuckDB with one thread, if it is
installed, and with the parser of pyoxigraph. ``--spark`` adds Spark on two
cores, by the CPU of its JVM; the peak of that is not measured.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from make_dump import write_dump
from measured_process import Measured, measure

SLICE = """
import sys
sys.argv = ["allusion", "wikidata", "slice", *sys.argv[1:]]
from allusion.cli import main
main()
"""
OURS = """
import sys
from pathlib import Path
from allusion.wikidata.dump.files import DumpReader, find_dumps
from allusion.wikidata.dump.link_extractor import LinkExtractor
from allusion.wikidata.dump.rules import read_rules
read = LinkExtractor(read_rules())
links = 0
for block in DumpReader(find_dumps([Path(sys.argv[1])])[0]).blocks():
    links += sum(len(pairs) // 8 for pairs in read(block).links.values())
print(links)
"""
PARSER = """
import sys
import pyoxigraph as ox
from allusion.wikidata.dump.rules import read_rules
rules = read_rules()
names = {rules.property_prefix + name for name in rules.link_properties}
links = 0
for quad in ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES):
    if quad.predicate.value in names and isinstance(quad.object, ox.NamedNode):
        links += quad.object.value.startswith(rules.item_prefix)
print(links)
"""
# The JVM is a process of its own, which nobody waits for: Linux says what it took.
SPARK = """
import os, sys, warnings
warnings.simplefilter("ignore")
from pyspark.sql import SparkSession
from allusion.wikidata.dump.rules import read_rules
from allusion.core.spark_session import LOCAL
from allusion.wikidata.dump.spark import slice_with_spark
builder = SparkSession.builder.master("local[2]")
for name, value in LOCAL.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
slice_with_spark([sys.argv[1]], sys.argv[2], read_rules())
jvm = spark.sparkContext._gateway.proc.pid
times = open(f"/proc/{jvm}/stat").read().rsplit(")", 1)[1].split()[11:13]
print(sum(map(int, times)) / os.sysconf("SC_CLK_TCK"))
"""
# RE2 has neither possessive quantifiers nor look-ahead: this grammar lets halves of pairs pass.
DUCKDB = r"""
import sys
import duckdb
from allusion.wikidata.dump.rules import read_rules
rules = read_rules()
iri = r'<[A-Za-z][A-Za-z0-9+.\-]*:(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4})*>'
text = r'"(?:[^"\\\n\r]|\\[tbnrf"\x27\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*"'
tail = rf'(?:\^\^{iri}|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)?'
line = rf'[ \t]*(?:{iri}|_:\S+)[ \t]*{iri}[ \t]*(?:{iri}|_:\S+|{text}{tail})[ \t]*\.[ \t]*(?:#.*)?'
names = "|".join(rules.link_properties)
link = rf'^<{rules.item_prefix}Q(\d+)> <{rules.property_prefix}(?:{names})> <{rules.item_prefix}Q(\d+)> \.$'
database = duckdb.connect(config={"threads": 1, "memory_limit": "1GB"})
database.execute("SET enable_progress_bar = false")
print(database.execute('''
    SELECT sum(regexp_matches(line, $link)::INT), sum((NOT regexp_full_match(line, $line))::INT)
    FROM read_csv($path, columns={'line': 'VARCHAR'}, header=false, auto_detect=false,
                  delim='\x01', quote='', escape='', strict_mode=false)
''', {"link": link, "line": line, "path": sys.argv[1]}).fetchone()[0])
"""


def show(name: str, lines: int, done: Measured) -> None:
    """Print one row."""
    print(
        f"{lines:12,}  {done.seconds:7.1f}  {done.cpu_s:7.1f}  {lines / done.cpu_s:10,.0f}  "
        f"{done.peak_mb:7.0f}  {name}",
        flush=True,
    )


def compare(dump: Path, lines: int) -> None:
    """The first pass, three ways; all have to find the same links."""
    print("the first pass alone:")
    ways = [
        ("allusion", OURS),
        ("the parser of pyoxigraph", PARSER),
        ("DuckDB, one thread", DUCKDB),
    ]
    found = set()
    for name, code in ways:
        if code is DUCKDB and not _has("duckdb"):
            print("DuckDB is not installed")
            continue
        done = measure(code, str(dump))
        found.add(done.output.split()[-1])
        show(name, lines, done)
    if len(found) > 1:
        print(f"they differ in what they find: {sorted(found)}")


def _has(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None


def main() -> None:
    """Make each dump, slice it, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--gz", action="store_true")
    parser.add_argument("--more", action="store_true")
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    print("       lines   wall s    CPU s  lines/CPU s  peak MB")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in asked.sizes:
            dump = folder / "dump.nt"
            lines = write_dump(size, dump)
            show("plain", lines, measure(SLICE, str(dump), "-o", f"{dump}.out", "--jobs", "1"))
            if asked.gz:
                packed = folder / "dump.nt.gz"
                with dump.open("rb") as plain, gzip.open(packed, "wb", 6) as stream:
                    shutil.copyfileobj(plain, stream, 1 << 20)
                show("gz", lines, measure(SLICE, str(packed), "-o", f"{dump}.out", "--jobs", "1"))
                print(f"{dump.stat().st_size / packed.stat().st_size:.1f} times as large unpacked")
            if asked.spark:
                done = measure(SPARK, str(dump), f"{dump}.spark")
                cpu_s = float(done.output.split()[-1])  # of the JVM, whose peak is not measured
                show("Spark, local[2]", lines, replace(done, cpu_s=cpu_s, peak_mb=0))
        if asked.more:
            compare(dump, lines)


if __name__ == "__main__":
    main()
