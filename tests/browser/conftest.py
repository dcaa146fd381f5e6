"""A real Chromium, one for all tests, and pages that may not speak to anybody."""

from __future__ import annotations

import os
import runpy
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

import allusion
from allusion.view import page
from allusion.vocabulary import BASE

FILM = f"{BASE}film/chungking-express"
WIDE = ViewportSize(width=1440, height=900)
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Watched:
    """A page and what it did that it must not do."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Wait for the frame after the next, when what was asked for is drawn."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


Open = Callable[..., Watched]


def executable() -> str:
    """Chromium's path; "" where there is none."""
    given = os.environ.get("ALLUSION_CHROMIUM", "")
    return given or next((path for name in NAMES if (path := shutil.which(name))), "")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = executable()
    if not path:
        reason = f"no Chromium: none of {', '.join(NAMES)} on PATH, ALLUSION_CHROMIUM not set"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def samples() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).with_name("sample.py")))


@pytest.fixture(scope="session")
def network(samples: dict[str, Any]) -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = samples["sample"]()
    return made


def large_page() -> str:
    """A network of 500 as one of 10,000 is shown: painted by the page, and folded."""
    path = Path(__file__).parents[1] / "benchmarks" / "make_network.py"
    large = runpy.run_path(str(path))["make_network"](500)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("allusion.view.plan.PAINTED_ABOVE", 200)
        patched.setattr("allusion.view.plan.FOLDED_ABOVE", 200)
        patched.setattr("allusion.view.plan._SHOWN", 120)
        return page(large, max(large, key=lambda iri: (large.degree(iri), iri)))


@pytest.fixture(scope="session")
def pages(
    network: nx.MultiDiGraph[str],
    samples: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """The pages under test by name, each written once."""
    folder = tmp_path_factory.mktemp("pages")
    written = {
        "sample": page(network, FILM),
        "hostile": page(samples["hostile"](network), FILM, title=samples["PAYLOADS"][0]),
        "shipped": page(allusion.open().network(), FILM),
        "hub": page(samples["hub"](212), f"{BASE}person/star"),
        "large": large_page(),
    }
    paths = {name: folder / f"{name}.html" for name in written}
    for name, path in paths.items():
        path.write_text(written[name], encoding="utf-8")
    return paths


@pytest.fixture
def open_page(chromium: Browser, pages: dict[str, Path]) -> Iterator[Open]:
    """Opens a page; afterwards none may have asked for anything, complained or run foreign code."""
    opened: list[Watched] = []

    def open_(
        address: str = "", *, name: str = "sample", viewport: ViewportSize = WIDE, **options: Any
    ) -> Watched:
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page())
        opened.append(watched)
        first = pages[name].as_uri()

        def judge(route: Any) -> None:
            url = route.request.url
            if url.split("#")[0] == first:
                route.continue_()
            else:
                watched.requests.append(url)
                route.abort()

        context.route("**/*", judge)
        watched.page.on("console", lambda message: watched.complaints.append(message.text))
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))

        def dismiss(dialog: Any) -> None:
            watched.dialogs.append(dialog.message)
            dialog.dismiss()

        watched.page.on("dialog", dismiss)
        watched.page.goto(first + address)
        if options.get("java_script_enabled", True):
            watched.page.wait_for_function(
                "() => performance.getEntriesByName('allusion-drawn').length > 0"
            )
        return watched

    yield open_
    for watched in opened:
        watched.page.context.close()
    for watched in opened:
        assert watched.requests == []
        assert watched.complaints == []
        assert watched.dialogs == []
