"""How dear a canned query is, cold: CPU of the whole process, as ratios from one run.

Run: ``uv run python tests/benchmarks/bench_start.py [RUNS]``. Each command runs in turn, so a
machine that speeds up or slows down meets them alike. Medians of user + system time.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUERY = "what-it-refers-to"
_CLI = "import sys; sys.argv = ['allusion', *{arguments}]; from allusion.cli import run; run()"
_RDFLIB = f"""
import rdflib
from pathlib import Path
data = rdflib.Dataset(default_union=True)
for folder in ("graph/data/entities", "graph/data/sources", "ontology"):
    for path in sorted(Path(folder).glob("*.ttl")):
        data.parse(path, format="turtle")
print(len(list(data.query(Path("queries/{QUERY}.rq").read_text()))))
"""
COMMANDS = {
    "import click, pyoxigraph": "import click, pyoxigraph",
    "allusion --help": _CLI.format(arguments=["--help"]),
    f"allusion query {QUERY}": _CLI.format(arguments=["query", QUERY]),
    "rdflib: parse the same Turtle, same query": _RDFLIB,
    "allusion build --force": _CLI.format(arguments=["build", "--force"]),
}


def cpu_seconds(code: str) -> float:
    """User and system time of one Python process that runs ``code``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=300
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(runs: int) -> None:
    """Print a row a command: seconds, and how many times the bare import."""
    os.environ["PYTHONPATH"] = str(ROOT / "graph")
    # As for a user: what was compiled once is not compiled again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALLUSION_HOME"] = folder
        cpu_seconds(COMMANDS[f"allusion query {QUERY}"])  # builds the store
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for number in range(runs):
            for name, code in COMMANDS.items():
                if number < 2 or "rdflib" not in name:
                    times[name].append(cpu_seconds(code))
    base = statistics.median(times["import click, pyoxigraph"])
    ours = statistics.median(times[f"allusion query {QUERY}"])
    print(f"{'CPU s':>8}  {'x import':>8}  {'x query':>8}  command")
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"{middle:8.3f}  {middle / base:8.2f}  {middle / ours:8.2f}  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
