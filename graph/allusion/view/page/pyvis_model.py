"""The data of the network view, built with a pyvis ``Network``.

Of pyvis only the data model is used. Its HTML template loads scripts from content delivery
networks and does not escape labels, so `html` renders the page. A network that is too large
for vis-network (`network_layout.VIS_NETWORK_MAX_NODES`) has no such data.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ...core.errors import MissingResource
from ...core.model import Edge, Entity
from ..text_metrics import clean_text
from ..theme import FAMILY_STYLES, LIGHT, kind_style
from .network_layout import PageLayout

OPTIONS: Final[dict[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": True,
        "dragNodes": False,
        "hideEdgesOnDrag": True,
        "selectConnectedEdges": False,
        "hoverConnectedEdges": False,
        "keyboard": False,
    },
    "nodes": {"borderWidth": 1, "borderWidthSelected": 3},
    "edges": {
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.45}},
        "selectionWidth": 1.5,
        "hoverWidth": 1,
        "smooth": False,
    },
}


def vis_network_data(
    layout: PageLayout, entities: list[Entity], edges: list[Edge], languages: tuple[str, ...]
) -> dict[str, Any]:
    """Return nodes, edges and options for vis-network; ids are indices of the two lists."""
    model = _network_class()(directed=True)
    model.options = OPTIONS
    index = {entity.iri: number for number, entity in enumerate(entities)}
    for number, entity in enumerate(entities):
        kind = kind_style(entity.kind)
        x, y = layout.positions[entity.iri]
        model.add_node(
            number,
            label=clean_text(entity.label(*languages)),
            shape=kind.shape,
            color=kind.color,
            size=layout.radii[entity.iri],
            x=x,
            y=y,
        )
    parallel: Counter[frozenset[str]] = Counter()
    for number, edge in enumerate(edges):
        pair = frozenset((edge.origin, edge.target))
        family = FAMILY_STYLES[edge.family]
        options: dict[str, Any] = {
            "id": number,
            "color": LIGHT.line,
            "width": 1 + 0.5 * (min(max(edge.sources, 1), 5) - 1),
            "dashes": list(family.dash) or False,
        }
        if edge.mutual:
            options["arrows"] = ""
        if parallel[pair]:
            # Parallel edges are curved, so that they do not cover each other. A curve bends
            # to one side of its own direction, so the direction decides the type.
            roundness = 0.12 * ((parallel[pair] + 1) // 2)
            clockwise = (parallel[pair] % 2 == 1) == (edge.origin < edge.target)
            options["smooth"] = {
                "enabled": True,
                "type": "curvedCW" if clockwise else "curvedCCW",
                "roundness": round(roundness, 2),
            }
        parallel[pair] += 1
        model.add_edge(index[edge.origin], index[edge.target], **options)
    nodes, lines, _heading, _height, _width, network_options = model.get_network_data()
    return {"nodes": nodes, "edges": lines, "options": json.loads(network_options)}


@cache
def _network_class() -> Any:
    """Import ``pyvis.network.Network`` without IPython and jsonpickle.

    Both are needed only by methods of pyvis that are not used here, and take 0.3 s to import.
    They get placeholders during the import. What was loaded here is then removed from
    `sys.modules`, so that another import of pyvis in the same process gets the real modules.
    """
    before = set(sys.modules)
    placeholders = {name: ModuleType(name) for name in ("IPython", "IPython.display", "jsonpickle")}
    placeholders["IPython.display"].IFrame = None  # type: ignore[attr-defined]
    for name, module in placeholders.items():
        sys.modules.setdefault(name, module)
    try:
        from pyvis.network import Network
    finally:
        for name in set(sys.modules) - before:
            if name in placeholders or name.partition(".")[0] == "pyvis":
                del sys.modules[name]
    return Network


@cache
def vis_network_source() -> str:
    """Return the JavaScript of vis-network that the installed pyvis contains.

    Raises:
        MissingResource: If there is none.
    """
    spec = find_spec("pyvis")
    if spec is None or spec.origin is None:
        raise MissingResource("pyvis is not installed: pip install 'pyvis==0.3.2'")
    folder = Path(spec.origin).parent
    found = sorted(folder.glob("**/vis-network.min.js"), key=_version)
    if not found:
        raise MissingResource(
            f"{folder} contains no vis-network.min.js; reinstall pyvis: "
            "pip install --force-reinstall 'pyvis==0.3.2'"
        )
    # Its only "<script" is in a string literal; escaped, it may stand in a page.
    return found[-1].read_text(encoding="utf-8").replace("<script", r"\x3cscript")


def _version(path: Path) -> tuple[list[int], str]:
    """Sort by the version in the folder name ("vis-9.1.2"), then by path."""
    digits = [int(part) for part in path.parent.name.split("-")[-1].split(".") if part.isdigit()]
    return digits, str(path)
