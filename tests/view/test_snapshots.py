"""Each layout of the drawings as a text file, so that a diff shows what a change does to them.

``ALLUSION_UPDATE=1 uv run --group test pytest tests/view/test_snapshots.py`` writes them again. Look
at the new drawings before you commit them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import networkx as nx
import pytest
import sample

from allusion.core.vocabulary import BASE
from allusion.network.paths.rules import PathRules
from allusion.network.paths.search import find_paths
from allusion.view.options import PictureOptions
from allusion.view.picture import PathPicture, Picture
from allusion.view.text_metrics import text_width

FOLDER: Final = Path(__file__).with_name("snapshots")
FILM: Final = f"{BASE}film/chungking-express"
STAR: Final = f"{BASE}person/tomokazu-miura"


def drawn(focus: str, **options: Any) -> Callable[[nx.MultiDiGraph[str]], str]:
    return lambda network: Picture(network, focus, PictureOptions(**options)).svg()


def path(start: str, end: str) -> Callable[[nx.MultiDiGraph[str]], str]:
    def draw(network: nx.MultiDiGraph[str]) -> str:
        paths = find_paths(network, start, end, PathRules(), all_shortest=True)
        return PathPicture(network, start, PictureOptions(), paths=paths).svg()

    return draw


DRAWINGS: Final[dict[str, Callable[[nx.MultiDiGraph[str]], str]]] = {
    "focus": drawn(FILM),
    "focus-of-a-person": drawn(STAR),
    "focus-dark-japanese": drawn(FILM, theme="dark", languages=("ja", "en")),
    "focus-two-hops": drawn(FILM, hops=2, max_neighbors=4),
    "network": drawn(FILM, layout="network"),
    "timeline": drawn(FILM, layout="timeline"),
    "scene": drawn(FILM, layout="scene"),
    "path": path(f"{BASE}film/moonlight", FILM),
}


def readable(svg: str) -> str:
    """Return a drawing with one element a line, and one rule of its style a line."""
    lines = svg.replace("><", ">\n<")
    return re.sub(
        r"<style>(.*?)</style>", lambda style: style[0].replace("} ", "}\n"), lines, flags=re.DOTALL
    )


@pytest.fixture(scope="module")
def network() -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = sample.sample()
    return made


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_equals_its_snapshot(network: nx.MultiDiGraph[str], name: str) -> None:
    file = FOLDER / f"{name}.svg"
    now = readable(DRAWINGS[name](network))
    if os.environ.get("ALLUSION_UPDATE"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    assert now.splitlines() == before.splitlines(), (
        "look at it, then run: ALLUSION_UPDATE=1 uv run --group test pytest tests/view"
    )


def test_every_snapshot_belongs_to_a_drawing() -> None:
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(DRAWINGS)


@pytest.mark.parametrize("name", ["path"])
def test_text_has_room_for_wider_fonts(network: nx.MultiDiGraph[str], name: str) -> None:
    svg = DRAWINGS[name](network)
    width = int(re.search(r' width="(\d+)"', svg)[1])  # type: ignore[index]
    texts = re.findall(r'<text class="(?:words|sub)" x="(\d+)"[^>]*>([^<]+)</text>', svg)
    assert len(texts) > 4
    for x, words in texts:
        assert int(x) + 1.15 * text_width(words, 12) <= width, words
