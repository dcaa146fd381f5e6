"""A small graph that tests can spoil, and a home for its stores."""

from __future__ import annotations

import csv
import gc
import io
import os
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from curated import DATA, Mapping
from terminal import Done, Run
from tiny import write_tiny

from allusion import open as open_graph
from allusion.build.pipeline import build
from allusion.cli import main
from allusion.core.labels import Link
from allusion.core.resources import Resources, locate
from allusion.core.unfinished_files import _locked
from allusion.core.vocabulary import BASE
from allusion.knowledge_graph import KnowledgeGraph
from allusion.network import networkx_graph
from allusion.store import Store
from allusion.store.default_graph import merge
from allusion.store.oxigraph import OxigraphStore
from allusion.view.page.html import render_page
from allusion.view.svg.stylesheet import read_asset
from allusion.view.text_metrics import text_width

#: Folders whose tests all have one mark.
_MARKED_FOLDERS = {"browser": "browser", "remote": "server", "web": "server"}


# Some containers forbid it, and every process would compile all modules again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use one worker more than cores: tests of servers and browsers wait half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Keep the collected tests, which live to the end, out of the garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)  # as the command line does


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of a folder by its name; the files that take longest begin first."""
    items.sort(key=lambda item: item.path.parent.name != "browser")
    for item in items:
        if mark := _MARKED_FOLDERS.get(item.path.parent.name):
            item.add_marker(mark)


#: What the person who runs the tests may have set, and no test is to see.
SETTINGS = (
    "ALLUSION_DATA",
    "ALLUSION_STORE",
    "ALLUSION_WITH",
    "ALLUSION_CONTACT",
    "ALLUSION_WIKIDATA_API",
    "ALLUSION_WIKIDATA_ENDPOINT",
    "ALLUSION_STORE_USER",
    "ALLUSION_STORE_PASSWORD",
    "ALLUSION_STORE_TOKEN",
    "NETRC",
)


@contextmanager
def locked_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Lock a folder that all workers of a run share, and yield it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with _locked(folder, wait=True):
        yield folder


@pytest.fixture(scope="session", autouse=True)
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stores made by tests never touch those of the person who runs them.

    The first worker builds the shipped graph; the others copy its store.
    """
    before = {name: os.environ.get(name) for name in ("ALLUSION_HOME", *SETTINGS)}
    for name in SETTINGS:
        os.environ.pop(name, None)
    home = tmp_path_factory.mktemp("home")
    if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
        with locked_folder(tmp_path_factory, "shipped") as shared:
            os.environ["ALLUSION_HOME"] = str(shared)
            if not (resources := locate()).is_built:
                build(resources)
        shutil.copytree(shared, home, dirs_exist_ok=True)
    os.environ["ALLUSION_HOME"] = str(home)
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session", autouse=True)
def _shipped_network_is_read_once(_home_of_the_tests: None) -> Iterator[None]:
    """Keep the frozen network of the shipped store, which takes two seconds to read."""
    read = networkx_graph.read_network
    known: list[nx.MultiDiGraph[str]] = []
    folder = locate().store

    def read_once(store: Store, links: Callable[[str], Iterable[Link]]) -> nx.MultiDiGraph[str]:
        if not isinstance(store, OxigraphStore) or store.path != folder / "store":
            return read(store, links)
        if not known:
            known.append(read(store, links))
        return known[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networkx_graph, "read_network", read_once)
        yield


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The graph that ships, opened once; reading all of its network takes a second."""
    return open_graph()


@pytest.fixture(scope="session")
def shipped(kg: KnowledgeGraph) -> nx.MultiDiGraph[str]:
    """The network of the graph that ships. Nobody changes it."""
    return kg.network(records=True)


@pytest.fixture(scope="session")
def shipped_page(shipped: nx.MultiDiGraph[str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the shipped graph; the first worker that needs it makes it for all."""
    with locked_folder(tmp_path_factory, "page") as folder:
        path = folder / "page.html"
        if not path.exists():
            page = render_page(shipped, f"{BASE}film/chungking-express")
            path.write_text(page, encoding="utf-8", newline="")
        return path.read_bytes().decode()


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resources:
    """The graph of `write_tiny`; its folder and home are its own."""
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path / "home"))
    return write_tiny(tmp_path / "data")


@pytest.fixture(scope="session")
def _built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLUSION_HOME", str(folder / "home"))
        build(write_tiny(folder / "data"))
    return folder / "home"


@pytest.fixture
def built(tiny: Resources, tmp_path: Path, _built_home: Path) -> Resources:
    """The graph of `write_tiny` with a copy of its store, which is built once."""
    shutil.copytree(_built_home / "stores", tmp_path / "home/stores")
    return tiny


@pytest.fixture
def spoil(tiny: Resources) -> Callable[[str, str, str], Resources]:
    """Replace one piece of one file of the tiny graph; the piece must be there."""

    def replace(file: str, old: str, new: str) -> Resources:
        path = tiny.data / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return locate(tiny.data)

    return replace


TextBoxes = Callable[[str], list[tuple[str, tuple[float, float, float, float]]]]


@pytest.fixture(scope="session")
def text_boxes() -> TextBoxes:
    """Every text of a drawing with its left, top, right and bottom, measured by the drawing's rules."""
    rules = read_asset("picture.css") + read_asset("sheet.css")
    sizes = {
        name: (float(size), "font-weight: 600" in rest)
        for name, size, rest in re.findall(
            r"\.picture \.(\w+) \{\s+font-size: (\d+)px;([^}]*)", rules
        )
    }

    def measure(svg: str) -> list[tuple[str, tuple[float, float, float, float]]]:
        found = []
        for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
            words = "".join(element.itertext())
            role = (element.get("class") or "").split()[-1]
            size, bold = sizes["sub" if role == "rest" else role]
            across = text_width(words, size, bold=bold)
            x, y = float(element.get("x") or 0), float(element.get("y") or 0)
            left = x - {"middle": across / 2, "end": across}.get(
                element.get("text-anchor") or "", 0
            )
            found.append((words, (left, y - 0.78 * size, left + across, y + 0.2 * size)))
        return found

    return measure


@pytest.fixture(scope="session")
def covering(text_boxes: TextBoxes) -> Callable[[str], list[tuple[str, str]]]:
    """The pairs of texts of a drawing that cover one another, and those beyond its edges."""

    def look(svg: str) -> list[tuple[str, str]]:
        boxes = text_boxes(svg)
        root = ET.fromstring(svg)
        across, down = float(root.get("width") or 0), float(root.get("height") or 0)
        beyond = [
            (words, "the edge")
            for words, box in boxes
            if box[0] < 0 or box[1] < 0 or box[2] > across or box[3] > down
        ]
        boxes.sort(key=lambda box: box[1])
        found = []
        for place, (words, one) in enumerate(boxes):
            for other_words, other in boxes[place + 1 :]:
                if other[0] >= one[2] - 0.5:
                    break  # sorted by their left: all that follow are further right
                if one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5:
                    found.append((words, other_words))
        return beyond + found

    return look


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process: words in, code and texts out; it opens no browser."""

    def go(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["allusion", *arguments])
        monkeypatch.delenv("COLUMNS", raising=False)  # who runs tests may state a width
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        monkeypatch.setattr("allusion.cli.output.browse", lambda _: False)
        monkeypatch.setattr("allusion.cli.view.browse", lambda _: False, raising=False)
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return Done(int(stop.value.code or 0), captured.out, captured.err)

    return go


@pytest.fixture(scope="session")
def facts() -> ox.Store:
    """The curated facts alone, each source in its named graph, and their merge."""
    store = ox.Store()
    files = [(path, path.stem) for path in sorted((DATA / "sources").glob("*.ttl"))]
    files += [(path, "register") for path in sorted((DATA / "entities").glob("*.ttl"))]
    for path, slug in files:
        graph = ox.NamedNode(f"{BASE}source/{slug}")
        store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=graph)
    merge(store)
    return store


@pytest.fixture(scope="session")
def mappings() -> list[Mapping]:
    """The rows of the links to Wikidata, as they stand."""
    text = (DATA / "wikidata.sssom.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
