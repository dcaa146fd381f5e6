"""The network view as a pyvis ``Network``: its nodes, edges and options.

Only the model of pyvis is used. Its own page loads from content networks and
writes labels into markup unescaped, so ``document.py`` renders instead. What is too
large for vis-network (see `plan.PAINTED_ABOVE`) the page paints itself, and has none.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from ...core.errors import MissingResource
from ...core.model import Edge, Entity
from ..text_metrics import clean
from ..theme import FAMILY_STYLES, LIGHT, kind_style
from .network_layout import Plan

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


def network_model(
    plan: Plan, entities: list[Entity], edges: list[Edge], languages: tuple[str, ...]
) -> dict[str, Any]:
    """Nodes, edges and options as vis-network reads them; ids are places in the two lists."""
    from pyvis.network import Network

    model = Network(directed=True)
    model.options = OPTIONS
    number = {entity.iri: place for place, entity in enumerate(entities)}
    for place, entity in enumerate(entities):
        style = kind_style(entity.kind)
        x, y = plan.places[entity.iri]
        model.add_node(
            place,
            label=clean(entity.label(*languages)),
            shape=style.shape,
            color=style.colour,
            size=plan.sizes[entity.iri],
            x=x,
            y=y,
        )
    parallel: Counter[frozenset[str]] = Counter()
    for place, edge in enumerate(edges):
        pair = frozenset((edge.origin, edge.target))
        style_of_family = FAMILY_STYLES[edge.family]
        options: dict[str, Any] = {
            "id": place,
            "color": LIGHT.line,
            "width": 1 + 0.5 * (min(max(edge.sources, 1), 5) - 1),
            "dashes": list(style_of_family.dash) or False,
        }
        if edge.mutual:
            options["arrows"] = ""
        if parallel[pair]:
            # Straight lines between the same two would lie on each other; a curve
            # bends to one side of its own direction, so direction decides the sign.
            bend = 0.12 * ((parallel[pair] + 1) // 2)
            flip = (parallel[pair] % 2 == 1) == (edge.origin < edge.target)
            options["smooth"] = {
                "enabled": True,
                "type": "curvedCW" if flip else "curvedCCW",
                "roundness": round(bend, 2),
            }
        parallel[pair] += 1
        model.add_edge(number[edge.origin], number[edge.target], **options)
    nodes, lines, _heading, _height, _width, chosen = model.get_network_data()
    return {"nodes": nodes, "edges": lines, "options": json.loads(chosen)}


@cache
def vis_network_source() -> str:
    """The text of vis-network as the installed pyvis carries it.

    Raises:
        MissingResource: If this pyvis carries none.
    """
    import pyvis

    folder = Path(pyvis.__file__).parent
    found = sorted(folder.glob("**/vis-network.min.js"), key=_version)
    if not found:
        raise MissingResource(f"no vis-network.min.js in {folder}; install pyvis 0.3.2 again")
    # Its only "<script" stands in a string literal; written so it can stand in a page.
    return found[-1].read_text(encoding="utf-8").replace("<script", r"\x3cscript")


def _version(path: Path) -> tuple[list[int], str]:
    """The version in the name of the file's folder ("vis-9.1.2"), then the path."""
    digits = [int(part) for part in path.parent.name.split("-")[-1].split(".") if part.isdigit()]
    return digits, str(path)
