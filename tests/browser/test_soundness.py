"""Programs that look for faults of accessibility and of types."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from addresses import PHONE, VIEWS
from playwright.sync_api import ViewportSize

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "graph" / "allusion" / "view" / "assets"


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core where npm has installed it."""
    given = os.environ.get("ALLUSION_AXE", "")
    folders = [Path(given)] if given else []
    folders += [folder / "node_modules" / "axe-core" for folder in Path(__file__).parents]
    found = next((f / "axe.min.js" for f in folders if (f / "axe.min.js").is_file()), None)
    if found is None:
        reason = (
            "axe-core is not installed: npm install axe-core, or set ALLUSION_AXE to its folder"
        )
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "size", [ViewportSize(width=1440, height=900), PHONE], ids=["wide", "phone"]
)
def test_axe_finds_no_violation(
    open_page: Callable[..., Any], axe: str, size: ViewportSize, scheme: str
) -> None:
    watched = open_page(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = watched.page
    page.evaluate(f"() => {{ {axe} }}")
    # What is dark differs from what is light in nothing but its colours.
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    for view in VIEWS:
        for mode in ("", "as=picture") if size is PHONE and "as=" not in view else ("",):
            address = f"#/{view}" + (f"{'&' if '?' in view else '?'}{mode}" if mode else "")
            page.evaluate("(hash) => { location.hash = hash; }", address)
            watched.settle()
            if view.startswith("network") and (mode or size is not PHONE):
                page.wait_for_selector("#canvas[data-ready]")
            found = page.evaluate(
                """async (rules) => (await axe.run(rules)).violations
                    .map((one) => [one.id, one.nodes.map((node) => node.target.join(' '))])""",
                rules,
            )
            assert found == [], address
    page.get_by_role("button", name="Cite", exact=True).first.click()
    assert page.evaluate("async () => (await axe.run('dialog')).violations.length") == 0


def test_typescript_finds_no_fault_in_the_scripts() -> None:
    folders = [Path(__file__).parents[2] / "node_modules" / ".bin"]
    tsc = os.environ.get("ALLUSION_TSC") or shutil.which("tsc")
    tsc = tsc or next((str(f / "tsc") for f in folders if (f / "tsc").exists()), None)
    if tsc is None:
        reason = "typescript is not installed: npm install typescript, or set ALLUSION_TSC"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [tsc, "-p", str(ASSETS / "jsconfig.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
