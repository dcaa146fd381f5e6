"""The scripts and styles of the page: types, linter, line length, unit tests in node."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import sample

from allusion.core.vocabulary import BASE
from allusion.view.page.data import PageData
from allusion.view.page.html import render_page

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "graph" / "allusion" / "view" / "assets"
LONGEST_LINE = 120
FOLDER = Path(__file__).parent
FILM = f"{BASE}film/chungking-express"


def tool(name: str, package: str) -> str:
    """Return the path of a program of npm, or skip the test (fail it in CI)."""
    installed = ROOT / "node_modules" / ".bin" / name
    found = str(installed) if installed.exists() else shutil.which(name)
    if not found:
        missing(name, package)
    return str(found)


def require(package: str) -> None:
    """Skip the test if a package of npm is not installed (fail it in CI)."""
    if not (ROOT / "node_modules" / package).is_dir():
        missing(package, package)


def missing(name: str, package: str) -> None:
    reason = f"{name} is not installed: npm install --no-save {package}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def run(command: Sequence[str], **environment: str) -> None:
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the runner of node has processes of its own
            raise
    assert process.returncode == 0, output


def test_the_types_of_the_scripts_are_right() -> None:
    run([tool("tsc", "typescript"), "-p", str(ASSETS / "jsconfig.json")])


def test_the_linter_and_the_formatter_find_no_fault() -> None:
    run([tool("biome", "@biomejs/biome"), "check", "--error-on-warnings"])


def test_units_of_the_scripts_work_without_a_browser(tmp_path: Path) -> None:
    data = tmp_path / "page.json"
    data.write_text(PageData(sample.sample(), ("en",), FILM).to_json(), encoding="utf-8")
    tests = sorted(str(path) for path in FOLDER.glob("*.test.mjs"))
    run([tool("node", "node"), "--test", *tests], ALLUSION_PAGE_DATA=str(data))


def test_the_drawings_of_the_page_equal_their_snapshots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """See them before you commit: ``ALLUSION_UPDATE=1 uv run --group test pytest tests/javascript``."""
    require("linkedom")
    # The renderer of large networks: vis-network, which draws small ones, needs a browser.
    monkeypatch.setattr("allusion.view.page.network_layout.VIS_NETWORK_MAX_NODES", 0)
    page = tmp_path / "page.html"
    page.write_text(render_page(sample.sample(), FILM), encoding="utf-8")
    (FOLDER / "snapshots").mkdir(exist_ok=True)
    run([tool("node", "node"), "--test", str(FOLDER / "snapshots.mjs")], ALLUSION_PAGE=str(page))


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for folder in (ASSETS, FOLDER, ROOT / "tests" / "browser")
        for path in folder.iterdir()
        if path.suffix in {".css", ".html", ".js", ".json", ".mjs", ".ts"}
    ),
    ids=lambda path: path.name,
)
def test_lines_and_files_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 600 if path.suffix == ".ts" else len(lines) <= 500
    assert [line for line in lines if len(line) > LONGEST_LINE] == []
