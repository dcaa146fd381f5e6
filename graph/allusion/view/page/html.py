"""The page: one HTML file that fetches nothing and runs only the scripts it names by hash."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Final

import networkx as nx
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...core.progress import Silent, Teller
from ..layout.focus import arrange
from ..links import safe_url
from ..neighbors import known, neighbours
from ..svg.focus import CAPTIONS, asset, colours, render
from ..theme import DARK, LIGHT, Theme
from .data import MOST, REACH, Payload
from .pyvis_model import vis_network_source

SCRIPTS: Final = (
    "core.js",
    "graph.js",
    "url-state.js",
    "text-metrics.js",
    "focus-layout.js",
    "second-hop.js",
    "focus-column.js",
    "svg-parts.js",
    "focus-view.js",
    "romanization.js",
    "name-search.js",
    "combobox.js",
    "panel.js",
    "connection.js",
    "time-axis.js",
    "timeline-layout.js",
    "timeline-view.js",
    "year-range.js",
    "path-search.js",
    "vertical-layout.js",
    "path-view.js",
    "scene-view.js",
    "scene-drawing.js",
    "label-placement.js",
    "network-model.js",
    "gestures.js",
    "canvas-renderer.js",
    "vis-network-renderer.js",
    "network-view.js",
    "list-view.js",
    "legend.js",
    "sparql.js",
    "share.js",
    "export.js",
    "print.js",
    "main.js",
)
STYLES: Final = ("page.css", "views.css", "narrow.css")
# What ends a script or starts the state in which its end is not seen:
# HTML Living Standard, 4.12.1.3, restrictions for contents of script elements.
_NOT_IN_SCRIPT: Final = re.compile(r"<(!--|/?script)", re.IGNORECASE)


def render_page(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    title: str | None,
    languages: tuple[str, ...],
    start: str = "",
    still: str = "",
    tell: Teller | None = None,
) -> str:
    """The page of `allusion.view.page`."""
    entity = known(network, focus)
    tell = tell or Silent()
    beside = neighbours(network, focus, languages=languages)
    picture = render(arrange(entity, beside, most=MOST, reach=REACH, languages=languages), None)
    payload = Payload(network, languages, tell)
    data = json.dumps(payload.data(focus), ensure_ascii=False, separators=(",", ":"))
    tell("packing the page")
    name = entity.label(*languages)
    scripts = [*(script(asset(name)) for name in SCRIPTS)]
    # What the page paints by itself has no use for vis-network.
    vis = "" if payload.plan.painted else script(vis_network_source())
    marker = script("document.documentElement.className = 'js';")
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=title or "allusion",
            name=name,
            start=start,
            still=Markup(still),  # noqa: S704 - escaped where it is drawn
            language=languages[0] if languages else "en",
            policy=content_security_policy([marker, *scripts, *filter(None, [vis])]),
            style=Markup(stylesheet()),  # noqa: S704 - a file of this package
            marker=marker,
            scripts=scripts,
            vis=pack(vis) if vis else "",
            picture=Markup(picture),  # noqa: S704 - escaped where it is drawn
            data=pack(data),
            sides=[(CAPTIONS[side], [n for n in beside if n.side == side]) for side in CAPTIONS],
            safe_url=safe_url,
        )
    )


def pack(text: str) -> str:
    """Text as base64 of its zlib stream (RFC 1950), which a page takes apart by itself.

    Every browser since 2023 has ``DecompressionStream``, and a page opened from disk may
    use it: it fetches nothing. vis-network packs to a quarter, the data to a fifth, and a
    script so packed costs nothing until the network view asks for it.
    """
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def stylesheet() -> str:
    """The page's rules, the picture's, and the two themes as custom properties."""
    names = Theme.__slots__
    in_page = Theme(**{name: f"var(--{name})" for name in names})
    values = {
        theme: "".join(f"--{name}:{getattr(theme, name)};" for name in names)
        for theme in (LIGHT, DARK)
    }
    return "\n".join(
        (
            f":root{{color-scheme:light dark;{values[LIGHT]}}}",
            f"@media screen and (prefers-color-scheme:dark){{"
            f":root:not([data-theme=light]){{{values[DARK]}}}}}",
            f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{values[DARK]}}}"
            f":root[data-theme=light]{{color-scheme:light}}}}",
            asset("picture.css"),
            colours(in_page),
            *(asset(name) for name in STYLES),
        )
    )


def script(source: str) -> Markup:
    """A script fit to stand in a page, byte for byte as it will be hashed.

    Raises:
        ValueError: If it holds what would end or hide its element.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_IN_SCRIPT.search(source):
        raise ValueError(f"a script of the page holds {found[0]!r}; write it another way")
    return Markup(source)  # noqa: S704 - a file of this package or of pyvis, checked above


def content_security_policy(scripts: Iterable[str]) -> str:
    """A policy under which only these scripts run and nothing is fetched.

    vis-network sets a style element of its own, so styles may be inline.
    """
    allowed = " ".join(f"'{sha256(source)}'" for source in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def sha256(source: str) -> str:
    """The hash of an inline script as a policy names it (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("allusion.view", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
