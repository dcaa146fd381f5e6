"""A drawing as PNG: by resvg where it is installed, else by a Chromium of this machine.

resvg (https://github.com/linebender/resvg) draws static SVG with the fonts of the system and
gives the same bytes for the same drawing and fonts. It takes fonts by name and by language
attribute, not by ``:lang()``, so it is told the fonts of each script beside the drawing.
Colours that follow the reader's system are those of its light theme.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from typing import Final

from ..core.errors import OutputError, ParameterError
from .boxes import SUB_SIZE
from .text_metrics import width

SCALES: Final = (0.1, 8.0)
_MOST_PIXELS: Final = 120_000_000
_TIMEOUT_S: Final = 60
_BROWSERS: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
)  # fmt: skip
_SIZE: Final = re.compile(r'<svg [^>]*? width="(\d+)" height="(\d+)"')
_FONTS: Final = {
    "ja": "Hiragino Sans, Yu Gothic, Noto Sans CJK JP, Noto Sans JP",
    "zh-Hant": "PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Noto Sans TC",
    "zh-Hans": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC",
    "ko": "Apple SD Gothic Neo, Malgun Gothic, Noto Sans CJK KR, Noto Sans KR",
}
# resvg sets a whole run of text in the font that has all of it: the year after a Japanese
# name would be in the Japanese font. With a place of its own it is a run of its own.
_MIXED: Final = re.compile(
    r'(<text class="(?:halo )?sub" x=")(\d+)(" y="\d+">)(<tspan lang="[^"]+">)([^<]+)(</tspan>)'
    r"<tspan>"
)


def png(svg: str, *, scale: float = 1.0) -> bytes:
    """The bytes of a PNG file; ``scale`` 2 has twice as many pixels each way.

    Raises:
        ParameterError: If the scale is beyond `SCALES`, or the picture would be too large.
        OutputError: If there is nothing to draw it with; the message says how to get one.
    """
    found = _SIZE.search(svg)
    if found is None:
        raise ParameterError("this is not a drawing of allusion: it does not state its size")
    across, down = int(found[1]), int(found[2])
    if not SCALES[0] <= scale <= SCALES[1]:
        raise ParameterError(f"scale {scale:g} is not between {SCALES[0]:g} and {SCALES[1]:g}")
    if across * down * scale * scale > _MOST_PIXELS:
        raise ParameterError(
            f"{across} by {down} pixels at scale {scale:g} is more than a picture file should "
            "hold; choose a smaller scale, or .svg, which has none"
        )
    try:
        import resvg_py
    except ImportError:
        return _by_browser(svg, across, down, scale)
    rules = "".join(f'[lang="{tag}"]{{font-family:{fonts}}}' for tag, fonts in _FONTS.items())
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=_parted(svg), style_sheet=rules, zoom=scale))
    except ValueError as error:
        raise OutputError(f"the picture could not be drawn as PNG: {error}") from error


def _parted(svg: str) -> str:
    def with_place(found: re.Match[str]) -> str:
        start, x, rest, open_, words, close = found.groups()
        after = int(x) + width(unescape(words), SUB_SIZE)
        return f'{start}{x}{rest}{open_}{words}{close}<tspan x="{after}">'

    return _MIXED.sub(with_place, svg)


def _by_browser(svg: str, across: int, down: int, scale: float) -> bytes:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise OutputError(
            "nothing here draws PNG: pip install 'allusion[png]' (resvg), or install Chromium or "
            "Chrome; .svg needs neither"
        )
    with tempfile.TemporaryDirectory(prefix="allusion-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, made = folder / "picture.html", folder / "picture.png"
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><style>body{{margin:0}}</style>{svg}', "utf-8"
        )
        command = [
            browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            f"--user-data-dir={folder / 'profile'}", f"--window-size={across},{down}",
            f"--force-device-scale-factor={scale:g}", f"--screenshot={made}", page.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - a browser found on PATH, our own file
                command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutputError(f"{browser} did not draw the picture: {error}") from error
        if not made.exists():
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise OutputError(
                f"{browser} did not draw the picture ({said}); pip install 'allusion[png]' "
                "draws without a browser"
            )
        return made.read_bytes()
