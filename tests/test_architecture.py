"""Architecture: import order, light start-up, size of modules, what lies at the top."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "graph" / "allusion"

MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def test_packages_import_in_one_direction() -> None:
    """The contracts stand in pyproject.toml, under tool.importlinter."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        capture_output=True, text=True, cwd=ROOT, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_top_of_the_package_has_at_most_four_modules() -> None:
    names = {path.stem for path in PACKAGE.glob("*.py")}
    assert names == {"__init__", "__main__", "_version", "knowledge_graph"}


def test_every_command_is_a_module_of_its_name() -> None:
    from allusion.cli import COMMANDS
    from allusion.cli.wikidata import COMMANDS as OF_WIKIDATA

    cli = PACKAGE / "cli"
    assert all((cli / f"{name}.py").is_file() for name in COMMANDS if name != "wikidata")
    assert all((cli / "wikidata" / f"{name}.py").is_file() for name in OF_WIKIDATA)


def test_no_module_is_longer_than_500_lines() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (*MODULES, *TESTS)
    }
    assert {name: lines for name, lines in lengths.items() if lines > 500} == {}


def test_pytest_collects_every_test_folder(pytestconfig: pytest.Config) -> None:
    """The usual ``norecursedirs`` of pytest has "build", the name of a package here."""
    patterns = pytestconfig.getini("norecursedirs")
    folders = {part for path in (*MODULES, *TESTS) for part in path.relative_to(ROOT).parts[:-1]}
    assert "build" in folders
    assert [name for name in folders if any(fnmatch(name, one) for one in patterns)] == []


def test_only_the_command_line_prints_exits_or_reads_the_environment() -> None:
    # ALLUSION_HOME, and credentials, which no option may hold
    readers = ("core/resources.py", "http/credentials.py")
    faults = []
    for path, tree in trees().items():
        place = path.relative_to(PACKAGE)
        if place.parts[0] in ("cli", "__main__.py"):
            continue
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else ""
            is_read = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            if isinstance(node, ast.expr) and (
                name in ("print", "exit", "quit", "input")
                or (is_read and place.as_posix() not in readers)
            ):
                faults.append(f"{place}:{node.lineno}")
    assert faults == []


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
    "mcp",
    "pydantic",
    "starlette",
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


def test_a_card_imports_nothing_heavy() -> None:
    modules_after(f"import sys; sys.argv = ['allusion', 'build']\n{RUN}")
    loaded = modules_after(
        f"import sys; sys.argv = ['allusion', 'show', 'film:chungking-express']\n{RUN}"
    )
    assert "pyoxigraph" in loaded
    assert "rich" in loaded  # it folds the lines of a card
    assert not loaded & (HEAVY | {"yaml"})


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not modules_after("import allusion") & (HEAVY | {"pyoxigraph", "click", "rich"})


def test_the_top_level_has_the_expected_files() -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, timeout=30
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to list")
    shown = {name for name in listed.stdout.split() if not name.startswith(".")}
    assert shown == {
        "pyproject.toml", "README.md", "graph", "ontology", "queries", "tests", "LICENSE",
        "LICENSE-DATA", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "biome.json", "docs",
        "SECURITY.md", "Containerfile",
    }  # fmt: skip


def test_no_two_public_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(path.relative_to(PACKAGE).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_docstrings_are_in_technical_english() -> None:
    """A docstring states what a thing is or does; it does not narrate."""
    words = narration = 0
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                found = re.findall(r"[A-Za-z']+", (ast.get_docstring(node) or "").lower())
                words += len(found)
                narration += sum(
                    word in ("say", "says", "said", "tell", "tells", "told") for word in found
                )
    assert 1000 * narration / words < 0.3
