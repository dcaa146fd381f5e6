"""Render the page: one HTML file without external resources.

Its Content Security Policy allows only the scripts of the page, by their hashes.
"""

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

from ...core.external_links import safe_url
from ...core.progress import NoProgress, Progress
from ...core.terminal import visible
from ...network.networkx_graph import get_entity
from ..edge_bundles import doubt
from ..layout.focus import layout_focus
from ..neighbors import find_neighbors
from ..options import DEFAULT_OPTIONS, PictureOptions
from ..svg.elements import in_brackets
from ..svg.focus import CAPTIONS, draw_focus
from ..svg.stylesheet import color_rules, read_asset
from ..theme import DARK, DOUBTED, LIGHT, Palette
from .data import MAX_CARD_Y, MAX_NEIGHBORS, PageData
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
    "compare-view.js",
    "line-context.js",
    "scene-view.js",
    "scene-drawing.js",
    "label-placement.js",
    "community-areas.js",
    "network-marks.js",
    "network-model.js",
    "gestures.js",
    "canvas-renderer.js",
    "vis-network-renderer.js",
    "network-view.js",
    "list-view.js",
    "legend.js",
    "sparql.js",
    "share.js",
    "drawing-legend.js",
    "export.js",
    "print.js",
    "main.js",
)
STYLES: Final = ("page.css", "views.css", "narrow.css")
# An escape sequence of JSON.
_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-f]{4}|.)")
# Text that would end a script, or hide its end: HTML Living Standard, 4.12.1.3,
# restrictions for contents of script elements.
_NOT_IN_SCRIPT: Final = re.compile(r"<(!--|/?script)", re.IGNORECASE)


def render_page(
    network: nx.MultiDiGraph[str],
    focus: str,
    options: PictureOptions = DEFAULT_OPTIONS,
    *,
    start: str = "",
    static_svg: str = "",
    progress: Progress | None = None,
) -> str:
    """Return the page of a network as one self-contained HTML file.

    Args:
        network: All entities and edges that the page holds.
        focus: IRI of the entity that the page shows first.
        options: Title and languages; the page has controls for the other options.
        start: Fragment of `page.url_state` to open if the URL has none; "" for the focus
            view of ``focus``.
        static_svg: Drawing to show if JavaScript is off; "" for the focus view.
        progress: Receives the steps of the work, which takes some seconds for thousands of
            entities.

    Raises:
        UnknownName: If ``focus`` is not in the network.
    """
    entity = get_entity(network, focus)
    progress = progress or NoProgress()
    languages = options.languages
    neighbors = find_neighbors(network, focus, languages=languages)
    layout = layout_focus(
        entity,
        neighbors,
        max_neighbors=MAX_NEIGHBORS,
        max_card_y=MAX_CARD_Y,
        languages=languages,
    )
    page_data = PageData(network, languages, focus, progress)
    data = visible(_ESCAPE.sub(_visible_escape, page_data.to_json()))
    progress("compressing the page")
    scripts = [checked_script(read_asset(name)) for name in SCRIPTS]
    vis_network = "" if page_data.layout.uses_canvas else checked_script(vis_network_source())
    marker = checked_script("document.documentElement.className = 'js';")
    return visible(
        _environment()
        .get_template("page.html")
        .render(
            license=network.graph.get("attribution", ""),
            title=options.title or "allusion",
            name=entity.label(*languages),
            start=start,
            still=Markup(static_svg),  # noqa: S704 - escaped where it is drawn
            language=languages[0] if languages else "en",
            policy=content_security_policy([marker, *scripts, *filter(None, [vis_network])]),
            style=Markup(page_stylesheet()),  # noqa: S704 - a file of this package
            marker=marker,
            scripts=scripts,
            vis=compress(vis_network) if vis_network else "",
            picture=Markup(draw_focus(layout, None)),  # noqa: S704 - escaped where it is drawn
            data=compress(data),
            sides=[(CAPTIONS[side], [n for n in neighbors if n.side == side]) for side in CAPTIONS],
            safe_url=safe_url,
            doubt=doubt,
            doubted=DOUBTED,
            in_brackets=in_brackets,
        )
    )


def _visible_escape(found: re.Match[str]) -> str:
    """Return the visible form of an escaped control character of JSON."""
    character = json.loads(f'"{found[0]}"')
    shown = visible(character)
    return found[0] if shown == character else shown


def compress(text: str) -> str:
    """Return the zlib stream (RFC 1950) of a text, in base64.

    The page decompresses it with ``DecompressionStream``, which all browsers have since 2023
    and which also works for a page opened from disk. vis-network shrinks to a quarter, the
    data to a fifth. A compressed script costs no time until it is needed.
    """
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def theme_rules() -> str:
    """Return the CSS that sets the palettes as custom properties, by color scheme and choice."""
    names = Palette.__slots__
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
        )
    )


def page_stylesheet() -> str:
    """Return the CSS of the page."""
    in_page = Palette(**{name: f"var(--{name})" for name in Palette.__slots__})
    return "\n".join(
        (
            theme_rules(),
            read_asset("picture.css"),
            color_rules(in_page),
            *(read_asset(name) for name in STYLES),
        )
    )


def checked_script(source: str) -> Markup:
    """Check a script that is written into the page.

    Returns:
        The script, byte for byte as `csp_hash` hashes it.

    Raises:
        ValueError: If it contains text that would end or hide its element.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_IN_SCRIPT.search(source):
        raise ValueError(f"a script of the page contains {found[0]!r}; escape it")
    return Markup(source)  # noqa: S704 - a file of this package or of pyvis, checked above


def content_security_policy(scripts: Iterable[str]) -> str:
    """Return a policy that allows these scripts, inline styles and no network access.

    Inline styles are allowed because vis-network adds a style element.
    """
    allowed = " ".join(f"'{csp_hash(source)}'" for source in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def csp_hash(source: str) -> str:
    """Return the hash of an inline script for a policy (CSP Level 3, 2.3.1)."""
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
