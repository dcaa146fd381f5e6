"""CSS of the drawings, from the files in ``assets/``."""

from __future__ import annotations

from importlib.resources import files
from string import Template

from ..options import PictureOptions, Theme
from ..theme import DARK, LIGHT, Palette


def read_asset(name: str) -> str:
    """Return the text of a file in ``assets/``."""
    return files("allusion.view").joinpath("assets", name).read_text(encoding="utf-8")


def color_rules(palette: Palette, *names: str) -> str:
    """Return the rules that set colors.

    Args:
        palette: The colors.
        names: Assets with color rules, besides ``picture-colors.css``.
    """
    values = {slot: getattr(palette, slot) for slot in palette.__slots__}
    rules = "".join(map(read_asset, ("picture-colors.css", *names)))
    return Template(rules).substitute(values)


def scoped_stylesheet(theme: Theme, *names: str) -> str:
    """Return all rules of a drawing, limited to the class of its theme.

    nbviewer and VS Code put all drawings of a notebook into one page, where each ``<style>``
    would otherwise apply to all drawings.

    Args:
        theme: "auto" follows the color scheme of the reader's system.
        names: Assets with color rules, besides ``picture-colors.css``.
    """
    match theme:
        case "light":
            rules = color_rules(LIGHT, *names)
        case "dark":
            rules = color_rules(DARK, *names)
        case "auto":
            dark = color_rules(DARK, *names)
            rules = f"{color_rules(LIGHT, *names)}@media (prefers-color-scheme:dark){{{dark}}}"
    css = _minify_css(read_asset("picture.css") + rules)
    return css.replace(".picture", f".picture.{theme}")


def style_element(options: PictureOptions, *names: str) -> str:
    """Return the ``<style>`` element of a drawing; "" if the page has its rules.

    Args:
        options: The theme.
        names: As for `scoped_stylesheet`.
    """
    return f"<style>{scoped_stylesheet(options.theme, *names)}</style>" if options.has_style else ""


def _minify_css(css: str) -> str:
    """Remove comments and line breaks; every drawing repeats the rules."""
    without_comments = "".join(part.partition("*/")[2] or part for part in css.split("/*"))
    return " ".join(without_comments.split())
