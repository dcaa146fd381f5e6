"""Each view has a drawing of a useful size, inside its box, in windows of every width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import ViewportSize

WIDTHS = (360, 390, 414, 480, 540, 600, 680, 720, 768, 820, 900, 960, 1024)
VIEWS = {
    "focus/chungking-express": "#focus-view svg.picture",
    "network/chungking-express": "#canvas canvas",
    "timeline/chungking-express": "#time-stage > svg",
    "path/moonlight/chungking-express": "#path-body svg.picture",
    "scene/chungking-express": "#scene-page svg.picture",
}


# Only the network is rendered otherwise in a large page.
@pytest.mark.parametrize(
    ("name", "view"),
    [*(("sample", view) for view in VIEWS), ("large", "network/chungking-express")],
)
@pytest.mark.parametrize(
    "widths", [WIDTHS[::3], pytest.param(WIDTHS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_the_drawing_is_inside_its_box_and_not_a_strip(
    open_page: Callable[..., Any], name: str, view: str, widths: Sequence[int]
) -> None:
    address = f"#/{view}?as=picture" if name == "sample" else "#/network?as=picture"
    watched = open_page(address, name=name)
    page = watched.page
    for width in widths:
        page.set_viewport_size(ViewportSize(width=width, height=800))
        watched.settle()
        if view.startswith("network"):
            page.wait_for_selector("#canvas[data-ready]")
            # While it moves, the canvas of a large network is drawn larger than its box.
            page.wait_for_function(
                """(selector) => {
                    const drawing = document.querySelector(selector);
                    const wide = drawing.closest('.canvas').getBoundingClientRect().width;
                    return Math.abs(drawing.getBoundingClientRect().width - wide) <= 2;
                }""",
                arg=VIEWS[view],
            )
        box, drawing = page.evaluate(
            """(selector) => {
                const drawing = document.querySelector(selector);
                const box = drawing.closest('.canvas, .stage, .time-stage, .path-body, .scene-page');
                return [box, drawing].map((one) => one.getBoundingClientRect().toJSON());
            }""",
            VIEWS[view],
        )
        where = f"{view} at {width}: {drawing} in {box}"
        # A path of two entities is one line.
        assert drawing["height"] >= (60 if view.startswith("path") else 240), where
        assert drawing["width"] >= min(280, box["width"] - 60), where
        assert 0 <= box["left"] < box["right"] <= width + 1, where
        if view.startswith("network"):
            assert box["height"] >= 0.4 * 800, where
            for side in ("left", "right", "top", "bottom"):
                assert abs(drawing[side] - box[side]) <= 2, where
