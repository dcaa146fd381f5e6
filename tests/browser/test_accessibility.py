"""axe-core finds no violation of accessibility rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from addresses import PHONE, VIEWS
from playwright.sync_api import ViewportSize


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("size", "views"),
    [
        pytest.param(ViewportSize(width=1440, height=900), VIEWS, id="wide"),
        pytest.param(PHONE, VIEWS[:1], id="phone"),
        pytest.param(PHONE, VIEWS[1:], id="phone-others", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_no_violation(
    open_page: Callable[..., Any],
    axe: str,
    size: ViewportSize,
    views: Sequence[str],
    scheme: str,
) -> None:
    watched = open_page(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = watched.page
    page.evaluate(f"() => {{ {axe} }}")
    # What is dark differs from what is light in nothing but its colors.
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    for view in views:
        for mode in ("", "as=picture") if size is PHONE and "as=" not in view else ("",):
            address = f"#/{view}" + (f"{'&' if '?' in view else '?'}{mode}" if mode else "")
            page.evaluate("(hash) => { location.hash = hash; }", address)
            watched.settle()
            if view.startswith("network") and (mode or size is not PHONE):
                page.wait_for_selector("#canvas[data-ready]")
            found = page.evaluate(
                """async (rules) => (await axe.run(rules)).violations
                    .map((one) => [one.id, one.nodes.map((node) => node.target.join(' '))])""",
                rules,
            )
            assert found == [], address
    page.get_by_role("button", name="Cite", exact=True).first.click()
    assert page.evaluate("async () => (await axe.run('dialog')).violations.length") == 0
