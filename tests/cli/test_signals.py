"""What ends a command from outside leaves nothing behind, and nothing runs for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import allusion
from allusion.build.pipeline import build
from allusion.cli.watchdog import MAX_MEMORY, TIMEOUT
from allusion.core.atomic_files import write_atomically
from allusion.core.resources import Resources
from allusion.core.unfinished_files import PREFIX, new_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1])}
LINES = 400_000

#: Two queries that the engine answers in this process: one without end, one without bound.
WATCHED = """
import sys
from allusion.cli.watchdog import start
start()
import pyoxigraph as ox
from allusion.store.oxigraph import OxigraphStore
store = OxigraphStore()
names = [ox.NamedNode(f"http://e/{n}") for n in range(3000)]
store.engine.extend(ox.Quad(name, name, name) for name in names)
print("ready", flush=True)
everything = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
endless = f"SELECT (COUNT(*) AS ?n) {{ {everything} FILTER(STRLEN(STR(?a)) + STRLEN(STR(?i)) < 0) }}"
large = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} ORDER BY STR(?g)"
list(store.query({"endless": endless, "large": large}[sys.argv[1]]))
"""


@pytest.fixture(autouse=True, scope="module")
def _a_hangup_is_not_ignored() -> Iterator[None]:
    """Commands inherit ignored signals, which nohup leaves."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="module")
def triples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes seconds to load."""
    path = tmp_path_factory.mktemp("triples") / "many.nt"
    with path.open("w") as stream:
        stream.writelines(f'<http://e/{n}> <http://e/p> "value {n}" .\n' for n in range(LINES))
    return path


def building(tiny: Resources, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that builds, from the moment on at which it has begun to write."""
    with subprocess.Popen(
        [sys.executable, "-m", "allusion", "build", "--data", str(tiny.data)],
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT | {"ALLUSION_HOME": str(home)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        while not list(home.glob(f"stores/{PREFIX}*")):
            assert process.poll() is None
        yield process


def loading(triples: Path, target: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that loads, from the moment on at which it has begun to write."""
    with subprocess.Popen(
        [sys.executable, "-m", "allusion", "load", str(triples), "--into", str(target)],
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        while not list(target.parent.glob(f"{PREFIX}*/store/CURRENT")):
            assert process.poll() is None
        yield process


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_terminated_load_leaves_no_files(triples: Path, tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    for process in loading(triples, tmp_path / "new/folder/store"):
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_terminated_build_leaves_no_files(tiny: Resources, tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    for process in building(tiny, tmp_path / "new/home"):
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    assert not (tmp_path / "new").exists()


def test_files_of_a_killed_load_are_removed_by_the_next(
    triples: Path, tmp_path: Path, tiny: Resources
) -> None:
    for process in loading(triples, tmp_path / "new/store"):
        process.kill()
    assert len(list((tmp_path / "new").iterdir())) == 1
    (tmp_path / "one.nt").write_text("<a:a> <a:b> <a:c> .\n")
    from allusion.build.bulk_load import load

    load([tmp_path / "one.nt"], tmp_path / "new/store", tiny)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["store"]


@pytest.mark.slow
def test_a_load_leaves_the_folder_of_another_that_still_runs(triples: Path, tmp_path: Path) -> None:
    for process in loading(triples, tmp_path / "one"):
        with new_folder(tmp_path / "other"):
            assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 2
        assert process.wait(60) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_files_of_a_killed_build_are_removed_by_the_next(tiny: Resources) -> None:
    stores = tiny.store.parent
    for name in (f"{PREFIX}x-1", ".old-1-x"):
        (stores / name / "store").mkdir(parents=True)
    build(tiny)
    assert [path.name for path in stores.iterdir()] == [tiny.store.name]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_a_command_during_a_call_of_the_engine(name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WATCHED, "endless"], stdout=subprocess.PIPE, env=ENVIRONMENT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(getattr(signal, name))
        assert process.wait(60) in (128 + getattr(signal, name), -signal.SIGINT)


@pytest.mark.parametrize(
    ("query", "variable", "value", "message"),
    [
        ("endless", TIMEOUT, "0.3", "the engine found nothing for 0.3 s"),
        ("large", MAX_MEMORY, "60M", "MB. To allow more: ALLUSION_MAX_MEMORY=SIZE"),
    ],
)
def test_a_query_in_this_process_has_limits(
    query: str, variable: str, value: str, message: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, query],
        env=ENVIRONMENT | {variable: value},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 5
    assert message in done.stderr.decode()
    assert "allusion check --store" in done.stderr.decode()


@pytest.mark.parametrize(
    ("variable", "value"), [(TIMEOUT, "soon"), (TIMEOUT, "-1"), (MAX_MEMORY, "x")]
)
def test_an_invalid_limit_is_refused(variable: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "allusion", "query"],
        env=ENVIRONMENT | {variable: value}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert value in done.stderr.decode()


def test_new_files_have_the_permissions_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "new", "text")
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
        (tmp_path / "new").chmod(0o604)
        write_atomically(tmp_path / "new", "more")
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o604
        with new_folder(tmp_path / "folder") as folder:
            assert folder.stat().st_mode & 0o777 == 0o750
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_name_as_long_as_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("文" * 85)
    write_atomically(path, "text")
    assert path.read_text() == "text"


#: A server has handlers of its own, and takes longer to stop than the watchdog waits.
STOPS_SLOWLY = """
import signal, sys, time
from allusion.cli.watchdog import _GRACE_S, start
start()
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
print("ready", flush=True)
while not stopping:
    time.sleep(0.01)
time.sleep(2 * _GRACE_S)
"""


def test_a_command_with_its_own_handler_is_left_to_stop() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPS_SLOWLY], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        assert process.wait(30) == 0
