"""Templates of the pages, and addresses within the site.

All links are relative, so that the site works below any path, behind a proxy and as files.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from .._version import __version__
from ..core.external_links import safe_url
from ..core.vocabulary import local_path
from ..view.page.html import theme_rules
from ..view.svg.stylesheet import color_rules, read_asset
from ..view.theme import Palette
from .footnotes import Footnotes
from .long_pages import (
    MAX_PAGE,
    MAX_STATIC_PAGE,
    NoteSizes,
    PageBlock,
    PageParts,
    PageSeries,
    clip,
    divide,
    further,
    size_of,
)
from .negotiation import MEDIA_TYPES
from .rights import Rights

#: Static files of the site -> media type.
ASSETS: Final = {
    "site.css": "text/css",
    "site.js": "text/javascript",
    "colors.js": "text/javascript",
    "editor.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
#: Statements whose pages a static site leaves out; other pages have all that is on them.
_NOT_STATIC: Final = frozenset(("evidence", "performance", "contribution", "release"))
#: Characters of a path that a page links to.
_MAX_PATH: Final = 300
_HASH_CHARACTERS: Final = 10
_IMPLIED_END: Final = re.compile(r"</li>\s*(?=<li[ >]|</[uo]l>)")


@cache
def asset(name: str) -> bytes:
    """Return the content of a static file."""
    text = files("allusion.web").joinpath("assets", name).read_text(encoding="utf-8")
    if name == "site.css":
        names = Palette.__slots__
        palette = Palette(**{slot: f"var(--{slot})" for slot in names})
        colors = color_rules(palette, "sheet.css")
        text = "\n".join((theme_rules(), read_asset("picture.css"), colors, text))
    return text.encode("utf-8")


@cache
def asset_name(name: str) -> str:
    """Return the name of a static file with a hash of its content."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(asset(name)).digest()).decode("ascii")
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{digest[:_HASH_CHARACTERS].strip('-_')}.{suffix}"


def asset_of(path: str) -> str:
    """Return the static file that a hashed name means; "" if there is none."""
    return next((name for name in ASSETS if asset_name(name) == path), "")


def compact(text: str) -> str:
    """Remove line ends after blocks, which are not shown, and ends of items that HTML implies.

    A page has hundreds of both.
    """
    return _IMPLIED_END.sub("", text).replace("</li>\n", "</li>").replace("</p>\n", "</p>")


class Renderer:
    """Renders templates.

    Args:
        digest: Version of the data, shown on every page.
        rights: Licenses of the data, shown on every page.
        static: Write links to files with suffixes, and leave out what needs a server.
    """

    def __init__(self, digest: str, rights: Rights, *, static: bool = False) -> None:
        self.digest = digest
        self.rights = rights
        self.static = static
        self.max_page = MAX_STATIC_PAGE if static else MAX_PAGE
        self._environment = Environment(
            loader=PackageLoader("allusion.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["clip"] = clip

    def render(self, template: str, path: str, **values: Any) -> str:
        """Render a page.

        Args:
            template: Name of the template without its suffix.
            path: Path of the page, without "/" at its start; links are relative to it.
            values: Values of the template.
        """
        given = self._values(path)
        text = self._environment.get_template(f"{template}.html").render(given | values)
        return compact(text)

    def macros(self, path: str) -> Any:
        """Return the macros of the templates for a page, as functions.

        Args:
            path: Path of the page; links are relative to it.
        """
        return self._environment.get_template("macros.html").make_module(
            self._values(path) | {"place": lambda ident: f"#{ident}", "pages": 2}
        )

    def series(
        self,
        template: str,
        path: str,
        blocks: Sequence[PageBlock],
        notes: Footnotes | None = None,
        first_cites: Collection[str] = (),
        **values: Any,
    ) -> PageSeries:
        """Render a page of sections, divided into pages of limited size.

        Args:
            template: Name of the template without its suffix. It renders the parts of the
                sections; what else it renders must be bounded.
            path: Path of the first page.
            blocks: The sections.
            notes: Footnotes of the sections.
            first_cites: Footnotes that the template cites on the first page.
            values: Values of the template.
        """
        notes = notes or Footnotes()
        language = values.get("language", "")
        root = "../" * path.count("/")

        def page_url(number: int) -> str:
            if self.static:
                return self.address(root, path + further(number))
            values = {"page": str(number) if number > 1 else "", "lang": language}
            query = urlencode({name: value for name, value in values.items() if value})
            return self.address(root, path) + (f"?{query}" if query else "")

        def write(page: PageParts, pages: Sequence[PageParts]) -> str:
            places: dict[str, int] = {}
            for one in pages:
                for part in one.parts:
                    places.setdefault(part.block.ident, one.number)

            def place(ident: str) -> str:
                number = places.get(ident, page.number)
                return f"{page_url(number) if number != page.number else ''}#{ident}"

            return self.render(
                template, path, parts=page.parts, number=page.number, pages=len(pages),
                page_url=page_url, place=place, notes=notes.only(page.cites), **values,
            )  # fmt: skip

        whole = PageParts.whole(blocks, first_cites)
        text = write(whole, [whole])
        if len(text.encode("utf-8", "replace")) <= self.max_page:
            return PageSeries([whole], lambda *_: text)

        def frames() -> Iterator[int]:
            for number in (1, 2):
                yield len(write(PageParts(number, (), frozenset()), ()).encode("utf-8", "replace"))

        sizes = self._note_sizes(notes, path)
        return PageSeries(divide(blocks, self.max_page, frames(), sizes, first_cites), write)

    def _note_sizes(self, notes: Footnotes, path: str) -> NoteSizes:
        macros = self.macros(path)
        return NoteSizes(
            {
                key: (note.number, size_of(macros.passage(note, passage)) if passage else 0)
                for key, note, passage in notes.labeled()
            },
            {note.number: size_of(macros.footnotes([note.without_passages()])) for note in notes},
        )

    def _values(self, path: str) -> dict[str, Any]:
        """Return the values that every template has."""
        root = "../" * path.count("/")

        def url(target: str, form: str = "") -> str:
            return self.address(root, target, form)

        return {
            "root": root,
            "path": path,
            "url": url,
            "asset": lambda name: f"{root or './'}static/{asset_name(name)}",
            "local": self.local,
            "safe_url": safe_url,
            "host": lambda address: urlsplit(address).hostname or address,
            "version": __version__,
            "digest": self.digest,
            "rights": self.rights,
            "static": self.static,
            "iri": "",
            "description": "",
            "section": "",
            "alternates": self.alternates,
            "number": 1,
        }

    def local(self, iri: str) -> str:
        """Return the path of the page of an IRI; "" if it has no page."""
        path = local_path(iri)
        if len(path) > _MAX_PATH:
            return ""
        return "" if self.static and path.partition("/")[0] in _NOT_STATIC else path

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """The formats of a page besides HTML, with their media types."""
        kept = ("json", "ttl", "jsonld", "svg", "md")
        return [(form, MEDIA_TYPES[form]) for form in kept]

    def address(self, root: str, target: str, form: str = "") -> str:
        """Return a relative address.

        Args:
            root: Relative address of the root of the site: "" or "../" several times.
            target: Path from the root.
            form: Suffix of another format than HTML, or "".
        """
        if form:
            return f"{root or './'}{target}.{form}"
        if not self.static:
            return f"{root or './'}{target}"
        name, hash_, fragment = target.partition("#")
        name = f"{name}.html" if name else "index.html"
        return f"{root or './'}{name}{hash_}{fragment}"
