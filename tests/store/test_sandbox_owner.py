"""The worker process and its owner: none outlives the other's end, none is shared by a fork."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from processes import is_gone

from allusion.store.sandbox import confinement as confine

PACKAGES = Path(confine.__file__).parents[3]
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?none) }"


def run(code: str) -> subprocess.Popen[str]:
    """A Python program with a store ``w`` of workers and a function ``pid``."""
    head = f"""
        import os, sys, time
        sys.path.insert(0, {str(PACKAGES)!r})
        from pathlib import Path
        from allusion import open as open_graph
        from allusion.store.sandbox.store import WorkerStore
        w = WorkerStore(open_graph().embedded.path)
        w.query("ASK {{}}")
        def pid(): return next(iter(w._all)).pid
        """
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(head) + textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.split()


def test_a_worker_ends_silently_with_its_owner() -> None:
    (pid,) = finished(run("print(pid())"))
    assert is_gone(int(pid))


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_worker_ends_when_its_owner_is_killed(state: str) -> None:
    busy = f"""
        import threading
        threading.Thread(target=lambda: list(w.query({ENDLESS!r}))).start()
        time.sleep(0.2)
        """ if state == "busy" else ""  # fmt: skip
    owner = run(textwrap.dedent(busy) + "print(pid(), flush=True)\ntime.sleep(60)")
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.communicate()
    assert is_gone(pid)


@FORKS
def test_a_forked_process_starts_its_own_workers() -> None:
    code = """
        import warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is the point
        rows = iter(w.query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        next(rows)
        mine = pid()
        child = os.fork()
        if child == 0:
            del rows
            assert w.query("ASK {}") and pid() != mine
            print(pid(), flush=True)
            w.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert next(rows)
        del rows
        assert w.query("ASK {}") and pid() == mine
        print(mine)
        """
    theirs, mine = map(int, finished(run(code)))
    assert is_gone(theirs)
    assert is_gone(mine)


def test_ctrl_c_stops_the_query_and_not_the_session() -> None:
    code = f"""
        import signal, threading
        # Who runs tests in the background may have had SIGINT ignored, which is inherited.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            list(w.query({ENDLESS!r}))
        except KeyboardInterrupt:
            print("interrupted", w.query("ASK {{}}"))
        """
    assert finished(run(code)) == ["interrupted", "True"]
