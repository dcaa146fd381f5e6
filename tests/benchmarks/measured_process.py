"""Runs Python code in a process of its own, and measures that process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Runs a command with the arguments of the process.
COMMAND = "import sys; sys.argv[0] = 'allusion'; from allusion.cli import run; run()"


@dataclass(frozen=True)
class Measured:
    """What a process used: time by the clock, time of the CPU, and its peak of memory."""

    seconds: float
    cpu_s: float
    peak_mb: float
    output: str
    errors: str


def measure(
    code: str, *arguments: str, allowed: Collection[int] = (0,), **environment: str
) -> Measured:
    """Run code; end the benchmark with its errors if its exit code is not allowed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=os.environ | {"PYTHONPATH": str(ROOT / "graph")} | environment,
            stdout=out,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, errors):
            file.seek(0)
        found = Measured(
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
            out.read(),
            errors.read(),
        )
    if process.returncode not in allowed:
        sys.exit(f"{arguments} failed: {found.errors}")
    return found
