"""The house: one direction of dependence, light doors, rooms of a size."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "graph" / "allusion"

#: Rooms from the ground up; a module imports only from rooms before its own.
ORDER = [
    "version", "errors", "login", "vocabulary", "terms", "naming", "records", "files", "linkout", "resources", "sources",
    "mappings", "romanising", "searching", "names", "check",
    "limits", "federation", "tokens", "outline", "guard", "worker", "store", "contents", "copying", "inference",
    "indexing", "queries", "formats", "plain", "dataframes", "results", "dressing", "remarks", "describing", "build", "loading", "pushing",
    "multisets", "conformance", "violations",
    "reading", "network", "nearby", "card", "chains", "ranking", "exporting", "stats", "documenting",
    "view", "wikidata", "asking", "pictures", "answers", "querying", "knowledge", "cli",
]  # fmt: skip


def room_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports, at its head or inside a function."""
    package = ("allusion", *path.relative_to(PACKAGE).parts[:-1])
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = [".".join((*base, *(node.module or "").split("."))).rstrip(".")]
            if not node.module:
                names = [f"{names[0]}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "allusion" and len(parts) > 1:
                rooms.add(parts[1])
    return rooms


MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_rooms_below_its_own(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    allowed = {*ORDER[: ORDER.index(room) + 1]}
    assert imported_rooms(path) <= allowed


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room_of(path) for path in MODULES} - {"__init__", "__main__"} == set(ORDER)


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_is_longer_than_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_command_line_prints_exits_or_reads_the_environment(path: Path) -> None:
    if room_of(path) in ("cli", "__main__"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not called & {"print", "exit", "quit", "input"}
    read = {
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and n.attr in ("environ", "getenv")
    }
    readers = ("resources", "login")  # ALLUSION_HOME, and logins, which no option may hold
    assert not read or room_of(path) in readers


def modules_after(code: str) -> set[str]:
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules, file=sys.stderr)"],
        capture_output=True, text=True, env=environment, check=True, timeout=60,
    )  # fmt: skip
    return {name.split(".")[0] for name in done.stderr.split()}


HEAVY = {
    "rdflib",
    "pyvis",
    "networkx",
    "pyshacl",
    "SPARQLWrapper",
    "IPython",
    "numpy",
    "pandas",
    "jinja2",
}
RUN = "from allusion.cli import main\nimport sys\ntry: main()\nexcept SystemExit: pass"


def test_help_imports_nothing_heavy() -> None:
    loaded = modules_after(f"import sys; sys.argv = ['allusion', '--help']\n{RUN}")
    assert not loaded & (HEAVY | {"pyoxigraph", "rich"})


def test_a_canned_query_imports_nothing_heavy() -> None:
    modules_after(f"import sys; sys.argv = ['allusion', 'build']\n{RUN}")
    loaded = modules_after(
        f"import sys; sys.argv = ['allusion', 'query', 'what-it-refers-to']\n{RUN}"
    )
    assert "pyoxigraph" in loaded
    assert not loaded & (HEAVY | {"rich", "yaml"})


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not modules_after("import allusion") & (HEAVY | {"pyoxigraph", "click", "rich"})


def test_the_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, timeout=30
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to list")
    shown = {name for name in listed.stdout.split() if not name.startswith(".")}
    assert shown == {
        "pyproject.toml", "README.md", "graph", "ontology", "queries", "tests", "LICENSE",
        "LICENSE-DATA", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff",
    }  # fmt: skip
