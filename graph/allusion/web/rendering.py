"""Templates of the pages, and addresses within the site.

All links are relative, so that the site works below any path, behind a proxy and as files.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from .._version import __version__
from ..core.external_links import safe_url
from ..core.vocabulary import local_path
from ..view.page.html import theme_rules
from ..view.svg.stylesheet import color_rules, read_asset
from ..view.theme import Palette
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
_HASH_CHARACTERS: Final = 10
_IMPLIED_END: Final = re.compile(r"</li>\s*(?=<li[ >]|</[uo]l>)")


@cache
def asset(name: str) -> bytes:
    """Return the content of a static file."""
    text = files("allusion.web").joinpath("assets", name).read_text(encoding="utf-8")
    if name == "site.css":
        names = Palette.__slots__
        colors = color_rules(Palette(**{slot: f"var(--{slot})" for slot in names}))
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
        self._environment = Environment(
            loader=PackageLoader("allusion.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, path: str, **values: Any) -> str:
        """Render a page.

        Args:
            template: Name of the template without its suffix.
            path: Path of the page, without "/" at its start; links are relative to it.
            values: Values of the template.
        """
        root = "../" * path.count("/")

        def url(target: str, form: str = "") -> str:
            return self.address(root, target, form)

        given = {
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
        }
        text = self._environment.get_template(f"{template}.html").render(given | values)
        # Line ends after blocks are not shown, and HTML implies the end of an item that another
        # one or the end of the list follows; a page has hundreds of both.
        return _IMPLIED_END.sub("", text).replace("</li>\n", "</li>").replace("</p>\n", "</p>")

    def local(self, iri: str) -> str:
        """Return the path of the page of an IRI; "" if it has no page."""
        path = local_path(iri)
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
