"""A real Chromium, one for all tests, and pages that may not speak to anybody."""

from __future__ import annotations

import json
import os
import runpy
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import sample
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from allusion.core.vocabulary import BASE
from allusion.view.options import PictureOptions
from allusion.view.page.html import render_page
from allusion.view.picture import Picture

FILM = f"{BASE}film/chungking-express"
WIDE = ViewportSize(width=1440, height=900)
# To another address, as if the page had just been opened there.
CALM = """(address) => {
    document.querySelectorAll('dialog[open]').forEach((one) => one.close());
    const opened = '.view details[open], #legend details[open]';
    document.querySelectorAll(opened).forEach((one) => { one.open = false; });
    document.querySelectorAll('#search').forEach((one) => { one.value = ''; one.blur(); });
    if (document.activeElement) document.activeElement.blur();
    window.scrollTo(0, 0);
    return new Promise((done) => {
        if (location.hash === address || (!address && !location.hash)) { done(); return; }
        addEventListener('hashchange', () => setTimeout(done), { once: true });
        location.hash = address;
    });
}"""
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
def network() -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = sample.sample()
    return made


class Pages:
    """The pages under test by name, each written when it is first asked for."""

    def __init__(self, folder: Path, makers: dict[str, Callable[[], str]]) -> None:
        self.folder, self.makers = folder, makers

    def __getitem__(self, name: str) -> Path:
        path = self.folder / f"{name}.html"
        if not path.exists():
            path.write_text(self.makers[name](), encoding="utf-8")
        return path


def large_page() -> str:
    """A network of 500 as one of 10,000 is shown: painted by the page, and folded."""
    path = Path(__file__).parents[1] / "benchmarks" / "make_network.py"
    large = runpy.run_path(str(path))["make_network"](500)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("allusion.view.page.network_layout.VIS_NETWORK_MAX_NODES", 200)
        patched.setattr("allusion.view.page.network_layout.EXPANDED_MAX_NODES", 200)
        patched.setattr("allusion.view.page.network_layout._VISIBLE_NODES", 120)
        return render_page(large, max(large, key=lambda iri: (large.degree(iri), iri)))


@pytest.fixture(scope="session")
def pages(
    network: nx.MultiDiGraph[str],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Pages:
    return Pages(
        tmp_path_factory.mktemp("pages"),
        {
            "sample": lambda: render_page(network, FILM),
            "started": lambda: Picture(
                network,
                f"{BASE}film/fallen-angels",
                PictureOptions("timeline", kinds=("reference",)),
            ).html(),
            "hostile": lambda: render_page(
                sample.hostile(network), FILM, PictureOptions(title=sample.PAYLOADS[0])
            ),
            "shipped": lambda: str(request.getfixturevalue("shipped_page")),
            "doubtful": lambda: render_page(sample.doubtful(network), FILM),
            "hub": lambda: render_page(sample.hub(212), f"{BASE}person/star"),
            "large": large_page,
        },
    )


class Tabs:
    """Open tabs, by page and by the options of their browser; a few are kept for the next test.

    To load a page takes longer than most tests: one that needs nothing but another address
    goes there in the tab that is open.
    """

    MOST = 6

    def __init__(self, browser: Browser, pages: Pages) -> None:
        self.browser, self.pages = browser, pages
        self.kept: dict[str, Watched] = {}

    def get(
        self, name: str, address: str, viewport: ViewportSize, options: dict[str, Any]
    ) -> Watched:
        key = json.dumps([name, viewport, options], sort_keys=True)
        watched = self.kept.pop(key, None)
        if watched is None:
            watched = self.open(name, address, viewport, options)
        else:
            watched.page.set_viewport_size(viewport)
            watched.page.emulate_media(media="screen")
            watched.page.evaluate(CALM, address)
            watched.settle()
        self.kept[key] = watched
        for old in list(self.kept)[: -self.MOST]:
            self.kept.pop(old).page.context.close()
        return watched

    def open(
        self, name: str, address: str, viewport: ViewportSize, options: dict[str, Any]
    ) -> Watched:
        context = self.browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page())
        first = self.pages[name].as_uri()

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

    def forget(self, watched: Watched) -> None:
        self.kept = {key: one for key, one in self.kept.items() if one is not watched}
        watched.page.context.close()


@pytest.fixture(scope="session")
def tabs(chromium: Browser, pages: Pages) -> Iterator[Tabs]:
    made = Tabs(chromium, pages)
    yield made
    for watched in made.kept.values():
        watched.page.context.close()


@pytest.fixture
def open_page(tabs: Tabs) -> Iterator[Open]:
    """Opens a page; afterwards none may have asked for anything, complained or run foreign code.

    ``fresh`` gives a tab of its own, for tests that change what an address does not hold.
    """
    opened: list[Watched] = []
    own: list[Watched] = []

    def open_(
        address: str = "",
        *,
        name: str = "sample",
        viewport: ViewportSize = WIDE,
        fresh: bool = False,
        **options: Any,
    ) -> Watched:
        if fresh or not options.get("java_script_enabled", True):
            watched = tabs.open(name, address, viewport, options)
            own.append(watched)
        else:
            watched = tabs.get(name, address, viewport, options)
        opened.append(watched)
        return watched

    yield open_
    for watched in own:
        watched.page.context.close()
    for watched in opened:
        seen = (watched.requests[:], watched.complaints[:], watched.dialogs[:])
        if any(seen) and watched not in own:
            tabs.forget(watched)
        assert seen == ([], [], [])


@pytest.fixture(scope="session")
def covered() -> Callable[[Sequence[Any]], list[Any]]:
    """The pairs of boxes (left, top, right, bottom, words) that cover one another."""

    def look(boxes: Sequence[Any]) -> list[Any]:
        return [
            (one, other)
            for index, one in enumerate(boxes)
            for other in boxes[index + 1 :]
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        ]

    return look


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
