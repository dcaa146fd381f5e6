"""The tasks of a person in Firefox."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("firefox-esr", "firefox")


def needed(found: str | None, reason: str) -> str:
    """Return a program or package, or skip the test (fail it in CI)."""
    if not found:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.mark.slow
def test_the_page_works_in_firefox(pages: dict[str, Path], tmp_path: Path) -> None:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    firefox = needed(found, f"no Firefox: none of {', '.join(NAMES)} on PATH")
    node = needed(shutil.which("node"), "node is not installed")
    package = ROOT / "node_modules" / "puppeteer-core"
    needed(
        str(package) if package.exists() else None,
        "puppeteer-core is not installed: npm install --no-save puppeteer-core",
    )
    (tmp_path / "downloads").mkdir()
    done = subprocess.run(
        [node, "--test", str(Path(__file__).with_name("firefox.test.mjs"))],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=300,
        env=os.environ
        | {
            "PAGE_PATH": str(pages["shipped"]),
            "FIREFOX_PATH": firefox,
            "DOWNLOADS_PATH": str(tmp_path / "downloads"),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
