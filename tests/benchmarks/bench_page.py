"""How soon a picture is seen and how smoothly it moves: our page beside stock pyvis.

Run ``python tests/benchmarks/bench_page.py``, or with sizes to measure only some:
``bench_page.py shipped 1000 5000 20000``. Pages are opened from disk in headless Chromium
with software rendering and no network. "First picture" is the time from the start of the
navigation until something is painted where the picture belongs: for us the focus view and,
opened by its address, the network view; for pyvis, whose default is to lay out in the
browser, the first time its canvas holds anything. Layout is CPU time, of Python. "Pan" is how many frames a second there
are while a mouse drags the network. Times are the median of the runs; what to compare
between machines are the ratios, of one run.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
from make_network import make_network
from playwright.sync_api import Browser, Error, sync_playwright
from pyvis.network import Network

import allusion
from allusion.view.page.html import render_page
from allusion.view.page.network_layout import layout_page

RUNS = 5
FILM = "https://w3id.org/allusion/film/chungking-express"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SIZES = ("shipped", "1000", "5000", "20000")
#: Stock pyvis takes a minute for a thousand nodes, and far more than ten for five thousand.
PYVIS_UP_TO = 1500
PATIENCE_MS = 300_000

# Asks each frame; resolves with the milliseconds since the navigation began.
WAIT = """(condition) => new Promise((done) => {
    const painted = {
        picture: () => document.querySelector('#picture .card'),
        canvas: () => {
            const canvas = document.querySelector('canvas');
            if (!canvas || !canvas.width || !canvas.height) return false;
            const { data } = canvas.getContext('2d')
              .getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, at) => at % 4 === 3 && value > 0);
        },
    }[condition];
    const look = () => (painted() ? requestAnimationFrame(() => done(performance.now()))
        : requestAnimationFrame(look));
    look();
})"""

# Resolves with the milliseconds until the scripts have run and a frame has been drawn after them.
READY = """() => new Promise((done) => {
    const look = () => (performance.getEntriesByName('allusion-drawn').length
        ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look));
    look();
})"""

# How many frames there are from now until `stop` is called.
COUNT = """() => {
    const seen = [];
    const look = (now) => { seen.push(now); window.counting = requestAnimationFrame(look); };
    window.counting = requestAnimationFrame(look);
    window.stop_counting = () => { cancelAnimationFrame(window.counting); return seen; };
}"""


@dataclass(frozen=True)
class Seen:
    """Milliseconds, frames a second, megabytes."""

    picture: float
    network: float
    pan: float


def stock_page(network: nx.MultiDiGraph[str]) -> str:
    """The same nodes and edges as pyvis draws them when nothing else is asked of it."""
    made = Network(directed=True, cdn_resources="in_line")
    for iri in network:
        made.add_node(iri, label=network.nodes[iri]["entity"].label())
    for origin, target in network.edges():
        made.add_edge(origin, target)
    html: str = made.generate_html(notebook=False)
    return html


def first_picture(
    browser: Browser, path: Path, address: str, condition: str, runs: int = RUNS
) -> float:
    """Median milliseconds until the picture is painted."""
    times = []
    for _ in range(runs):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        tab.goto(path.as_uri() + address, wait_until="commit")
        times.append(float(tab.evaluate(WAIT, condition)))
        context.close()
    return statistics.median(times)


def interactive(browser: Browser, path: Path) -> float:
    """Median milliseconds until the page reacts, on a processor four times as slow."""
    times = []
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        tab.goto(path.as_uri(), wait_until="commit")
        times.append(float(tab.evaluate(READY)))
        context.close()
    return statistics.median(times)


def overlaps(browser: Browser, path: Path, address: str) -> tuple[int, int, int]:
    """Labels of the network that cover another, labels, and entities drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(path.as_uri() + address)
    tab.wait_for_selector("#canvas[data-ready]")
    tab.wait_for_timeout(600)
    boxes, drawn = tab.evaluate(
        "() => [allusion.networkLabels().boxes, allusion.networkModel.seen.visible.size]"
    )
    context.close()
    covering = sum(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for index, one in enumerate(boxes)
        for other in boxes[index + 1 :]
    )
    return covering, len(boxes), int(drawn)


def pan(browser: Browser, path: Path, address: str, area: str) -> float:
    """Frames a second while the network is dragged to and fro."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(path.as_uri() + address)
    tab.evaluate(WAIT, "canvas")
    tab.wait_for_timeout(600)
    box = tab.locator(area).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 40
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.evaluate(COUNT)
    for step in range(120):
        across = 4 * (step if step < 60 else 120 - step)
        tab.mouse.move(x + across, y - across / 2)
    seen = tab.evaluate("() => window.stop_counting()")
    tab.mouse.up()
    context.close()
    return float(1000 * (len(seen) - 1) / (seen[-1] - seen[0]))


def measure(browser: Browser, name: str, folder: Path) -> None:
    """One network: its layout, its page, and how that is seen; beside pyvis where it can be."""
    if name == "shipped":
        network, focus = allusion.open().network(records=True), FILM
    else:
        network = make_network(int(name))
        focus = max(network, key=lambda iri: (network.degree(iri), iri))
    begun = time.process_time()
    layout_page(network, ("en",))
    laid = time.process_time() - begun
    begun = time.process_time()
    ours = folder / f"{name}.html"
    ours.write_text(render_page(network, focus), encoding="utf-8")
    whole = time.process_time() - begun
    address = f"#/network/{focus.rsplit('/', 1)[-1]}"
    focused = first_picture(browser, ours, "", "picture")
    networked = first_picture(browser, ours, address, "canvas")
    print(f"{name}: {len(network):,} entities, {network.number_of_edges():,} edges")
    print(f"  layout          {laid:8.1f} s of CPU, page in all {whole:.1f} s")
    print(f"  page            {ours.stat().st_size / 1e6:8.2f} MB")
    print(f"  focus view      {focused:8.0f} ms")
    print(f"  network view    {networked:8.0f} ms")
    print(f"  interactive     {interactive(browser, ours):8.0f} ms at a quarter of the speed")
    covering, labels, drawn = overlaps(browser, ours, address)
    print(f"  labels          {labels:8} of {drawn:,} entities drawn, {covering} overlaps")
    print(f"  pan             {pan(browser, ours, address, '#canvas'):8.0f} frames a second")
    if len(network) <= PYVIS_UP_TO:
        stock = folder / f"{name}-pyvis.html"
        stock.write_text(stock_page(network), encoding="utf-8")
        # Half a minute and more a time, at a thousand nodes: once says enough.
        pyvis = first_picture(browser, stock, "", "canvas", runs=1)
        print(f"  stock pyvis     {pyvis:8.0f} ms   page {stock.stat().st_size / 1e6:.2f} MB")
        print(f"  pyvis : focus   {pyvis / focused:8.0f}")
        print(f"  pyvis : network {pyvis / networked:8.0f}")
    sys.stdout.flush()


def main(sizes: list[str]) -> int:
    """Print the figures."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (path for name in names if (path := shutil.which(name)))
    executable = os.environ.get("ALLUSION_CHROMIUM") or next(found, "")
    if not executable:
        print("no Chromium found; set ALLUSION_CHROMIUM", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        for name in sizes or SIZES:
            try:
                measure(browser, name, Path(folder))
            except Error as error:
                print(f"{name}: {error}", file=sys.stderr)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
