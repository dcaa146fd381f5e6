"""Render a drawing as PNG, with resvg if it is installed, else with Chromium.

resvg (https://github.com/linebender/resvg) renders static SVG with the installed fonts. The
same drawing and fonts give the same bytes. It selects fonts by name and by the attribute
``lang``, but not by ``:lang()``, so the fonts of each language are passed as a style sheet; and
not by ``@font-face``, so the font of Latin quotation marks replaces its name.
Drawings with theme "auto" are rendered in the light theme.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from typing import Final

from ..core.errors import OutputError, ParameterError
from .text_boxes import SMALL_SIZE
from .text_metrics import text_width

SCALE_RANGE: Final = (0.1, 8.0)
_MAX_PIXELS: Final = 120_000_000
_TIMEOUT_S: Final = 60
_BROWSERS: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
)  # fmt: skip
_SIZE: Final = re.compile(r'<svg [^>]*? width="(\d+)" height="(\d+)"')
_FONTS_BY_LANGUAGE: Final = {
    "ja": "Hiragino Sans, Yu Gothic, Noto Sans CJK JP, Noto Sans JP",
    "zh-Hant": "PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Noto Sans TC",
    "zh-Hans": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC",
    "ko": "Apple SD Gothic Neo, Malgun Gothic, Noto Sans CJK KR, Noto Sans KR",
}
_MARKS: Final = {
    '"Latin marks"': '"Noto Sans CJK KR"',
    '"Latin serif marks"': '"Noto Serif CJK KR"',
}
# A name with a font of its own, followed by text without a language tag. resvg would render both
# in the font of the name; with an x position of its own the second part keeps the default font.
_MIXED_RUNS: Final = re.compile(
    r'(<text class="(?:halo )?sub" x=")(\d+)(" y="\d+">)'
    rf'(<tspan lang="(?:{"|".join(_FONTS_BY_LANGUAGE)})">)([^<]+)(</tspan>)<tspan>'
)


def render_png(svg: str, *, scale: float = 1.0) -> bytes:
    """Render a drawing of this package as PNG.

    Args:
        svg: Text of the SVG file.
        scale: Pixels of the PNG for each pixel of the SVG, within `SCALE_RANGE`.

    Raises:
        ParameterError: If the scale is out of range, or the PNG would be too large.
        OutputError: If neither resvg nor Chromium is installed, or rendering fails.
    """
    size = _SIZE.search(svg)
    if size is None:
        raise ParameterError("not a drawing of allusion: the <svg> element has no width and height")
    width, height = int(size[1]), int(size[2])
    if not SCALE_RANGE[0] <= scale <= SCALE_RANGE[1]:
        raise ParameterError(
            f"scale must be {SCALE_RANGE[0]:g} to {SCALE_RANGE[1]:g}, not {scale:g}"
        )
    if width * height * scale * scale > _MAX_PIXELS:
        raise ParameterError(
            f"{width} by {height} pixels at scale {scale:g} exceed the limit of "
            f"{_MAX_PIXELS:,} pixels for PNG; choose a smaller scale, or write .svg"
        )
    try:
        import resvg_py
    except ImportError:
        return _render_in_browser(svg, width, height, scale)
    css = "".join(
        f'[lang="{tag}"]{{font-family:{fonts}}}' for tag, fonts in _FONTS_BY_LANGUAGE.items()
    )
    for name, font in _MARKS.items():
        svg = svg.replace(name, font)
    try:
        return bytes(
            resvg_py.svg_to_bytes(svg_string=_split_mixed_runs(svg), style_sheet=css, zoom=scale)
        )
    except ValueError as error:
        raise OutputError(f"resvg could not render the drawing: {error}") from error


def _split_mixed_runs(svg: str) -> str:
    def add_position(match: re.Match[str]) -> str:
        start, x, rest, open_tag, text, close_tag = match.groups()
        end = int(x) + text_width(unescape(text), SMALL_SIZE)
        return f'{start}{x}{rest}{open_tag}{text}{close_tag}<tspan x="{end}">'

    return _MIXED_RUNS.sub(add_position, svg)


def _render_in_browser(svg: str, width: int, height: int, scale: float) -> bytes:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise OutputError(
            "PNG needs resvg, Chromium or Chrome; run: pip install 'allusion[png]', or write .svg"
        )
    with tempfile.TemporaryDirectory(prefix="allusion-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, image = folder / "picture.html", folder / "picture.png"
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><style>body{{margin:0}}</style>{svg}', "utf-8"
        )
        command = [
            browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}",
            f"--force-device-scale-factor={scale:g}", f"--screenshot={image}",
            # Chromium refuses to start its sandbox as root; the page is a drawing of this program.
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            page.as_uri(),
        ]  # fmt: skip
        try:
            result = subprocess.run(  # noqa: S603 - a browser found on PATH, our own file
                command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(f"{browser} could not render the drawing: {error}") from error
        if not image.exists():
            message = (result.stderr.strip().splitlines() or ["no message"])[-1]
            raise OutputError(
                f"{browser} wrote no PNG ({message}); run: pip install 'allusion[png]' to render "
                "without a browser"
            )
        return image.read_bytes()
