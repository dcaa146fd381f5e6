"""How soon a picture of the whole graph is seen: our page beside stock pyvis.

Run ``python tests/benchmarks/bench_page.py``. Both pages are opened from disk in
headless Chromium with software rendering and no network. "First picture" is the
time from the start of the navigation until something is painted where the picture
belongs: for us the focus view and, opened by its address, the network view; for
pyvis, whose default is to lay out in the browser, the first time its canvas holds
anything. Times are the median of the runs; the ratio is what to compare between
machines.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import networkx as nx
from playwright.sync_api import Browser, sync_playwright
from pyvis.network import Network

import allusion
from allusion.view import page

RUNS = 5
FOCUS = "https://w3id.org/allusion/film/chungking-express"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

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
        tab.set_default_timeout(300_000)
        tab.goto(path.as_uri() + address, wait_until="commit")
        times.append(float(tab.evaluate(WAIT, condition)))
        context.close()
    return statistics.median(times)


def main() -> int:
    """Print the figures."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (path for name in names if (path := shutil.which(name)))
    executable = os.environ.get("ALLUSION_CHROMIUM") or next(found, "")
    if not executable:
        print("no Chromium found; set ALLUSION_CHROMIUM", file=sys.stderr)
        return 1
    network = allusion.open().network()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, stock = Path(folder, "allusion.html"), Path(folder, "pyvis.html")
        ours.write_text(page(network, FOCUS), encoding="utf-8")
        stock.write_text(stock_page(network), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        focus = first_picture(browser, ours, "", "picture")
        whole = first_picture(browser, ours, "#/network/chungking-express", "canvas")
        # Half a minute and more a time, at a thousand nodes: once says enough.
        pyvis = first_picture(browser, stock, "", "canvas", runs=1)
        browser.close()
        sizes = [path.stat().st_size / 1e6 for path in (ours, stock)]
    print(f"{len(network)} entities, {network.number_of_edges()} edges, median of {RUNS} runs")
    print(f"focus view    {focus:7.0f} ms   page {sizes[0]:.2f} MB")
    print(f"network view  {whole:7.0f} ms")
    print(f"stock pyvis   {pyvis:7.0f} ms   page {sizes[1]:.2f} MB")
    print(f"ratio stock pyvis : focus view   {pyvis / focus:.1f}")
    print(f"ratio stock pyvis : network view {pyvis / whole:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
