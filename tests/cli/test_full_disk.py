"""A command that has no room for its files reports it, and leaves everything as it was.

A limit of the size of files takes the place of a full disk, and needs no rights: a write above it
fails, at any step of the work.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from terminal import Run

from allusion.cli import cli
from allusion.core.resources import Resources
from allusion.store.sandbox.process import module_paths

resource = pytest.importorskip("resource", reason="this system has no limit of the size of files")

SHEET = """\
sources:
  - {key: steam, title: Steam, by: Ada Lind, url: https://example.org/steam, language: en}
connections:
  - from: The Night Market (film, 2019)
    kind: similar style
    to: Rain Song (film, 1961)
    says: The market is lit like the snack bar.
    source: steam
"""
TRIPLES = "".join(f'<http://e/{n}> <http://e/p> "value {n}" .\n' for n in range(2000))
#: Words of a command; its files are in the folder OUT. One for each way of writing.
COMMANDS = [
    "build --force",
    "load many.nt --into OUT/store",
    "export nq -o OUT/all.nq",
    "sparql SELECT*{?s?p?o} -o OUT/all.csv",
    "view film:later -o OUT/page.svg",
    "new OUT/mine",
    "import mine/sheet.yaml --into mine --write",
]
MORE_COMMANDS = [
    "load faulty.nt --into OUT/store --lenient --rejects OUT/rejects.nt",
    "export jsonld -o OUT/all.jsonld",
    "export graphml -o OUT/all.graphml",
    "export void -o OUT/void.ttl",
    "export --sheet other -o OUT/sheet",
    "export --sheet other -o OUT/sheet.xlsx",
    "export --nanopubs other -o OUT/all.trig",
    "sparql CONSTRUCTWHERE{?s?p?o} -o OUT/all.ttl",
    "query stats-graph -o OUT/cast.json",
    "view film:later -o OUT/page.html",
    "view film:later -o OUT/page.png",
    "site OUT/site",
    "site OUT",
    "docs --no-page -o OUT/docs",
    "new OUT/mine --sheet csv",
    "merge mine other --write",
]


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compile what workers import: Python keeps a bytecode file that the limit cut."""
    code = f"import sys; sys.path[:] = {module_paths()}; import allusion.store.sandbox.worker"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, timeout=60)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Limit the size of the files that this process writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    bytecode = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.dont_write_bytecode = bytecode


def contents(folder: Path) -> dict[str, bytes]:
    """The files under a folder; what only speeds up the next command does not count."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if path.name not in ("verified", "inputs.json", "LOG", "LOCK", ".history")
        and "home" not in path.relative_to(folder).parts[:-1]
    }


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory, _built_home: Path) -> Path:
    """A folder with two collections over the small graph; one of them is imported."""
    folder = tmp_path_factory.mktemp("collections")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("ALLUSION_HOME", str(_built_home))
        patch.setenv("ALLUSION_DATA", str(_built_home.parent / "data"))
        for name in ("mine", "other"):
            allusion("new", name, "--sheet", "yaml")
            (folder / name / "sheet.yaml").write_text(SHEET)
        allusion("import", "other/sheet.yaml", "--write")
    return folder


def allusion(*words: str) -> None:
    CliRunner().invoke(cli, words, standalone_mode=False, catch_exceptions=False)


@pytest.fixture
def place(
    built: Resources, collections: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with what the commands read, and an empty folder for what they write."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALLUSION_DATA", str(built.data))
    shutil.copytree(collections, tmp_path, dirs_exist_ok=True)
    (tmp_path / "many.nt").write_text(TRIPLES)
    (tmp_path / "faulty.nt").write_text(TRIPLES + "<a b> .\n" * 100)
    (tmp_path / "out").mkdir()
    return tmp_path


# The writer of workbooks does not close its temporary files.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "words", [*COMMANDS, *(pytest.param(one, marks=pytest.mark.slow) for one in MORE_COMMANDS)]
)
def test_without_room_a_command_reports_it_and_changes_nothing(
    place: Path, run: Run, words: str
) -> None:
    arguments = [word.replace("OUT", "out") for word in words.split()]
    failed = 0
    for size in (16, 4 << 10, 32 << 10, 80 << 10, 1 << 26):
        before = contents(place)
        with files_of_at_most(size):
            done = run(*arguments)
        if done.code == 0:
            break
        failed += 1
        assert done.code == 3, done.err
        last = done.err.splitlines()[-1]
        assert last.startswith("allusion: ")
        assert "File too large" in last
        assert contents(place) == before
    else:
        pytest.fail(f"it never had room enough: {done.err}")
    assert failed


def test_without_room_for_a_new_store_the_last_one_answers(
    place: Path, run: Run, tiny: Resources
) -> None:
    good = run("show", "person/star")
    source = tiny.data / "sources/review.ttl"
    source.write_text(source.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with files_of_at_most(16 << 10):
        done = run("show", "person/star")
        assert run("build").code == 3
    assert (done.code, done.out) == (0, good.out)
    assert "the store that was last built answers: " in done.err
    assert "File too large" in done.err
    assert "last built" not in run("show", "person/star").err
