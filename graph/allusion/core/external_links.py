"""Addresses of an entity on Wikidata, Wikipedia, IMDb and TMDb."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from .labels import Link
from .vocabulary import WIKIDATA_ENTITY

_WIKIPEDIA: Final = re.compile(r"([a-z][a-z-]*)\.(?:m\.)?wikipedia\.org")
# Characters not allowed in an address: they end attributes, split words or reorder text.
_UNSAFE: Final = re.compile(
    r"[\x00-\x20\x7f-\xa0\u200e\u200f\u202a-\u202e\u2066-\u2069\"'<>\\^`{|}]"
)
_IMDB: Final = {"tt": "title", "nm": "name", "co": "company", "ch": "character"}


def wikidata_link(item: str, confidence: float, note: str) -> Link:
    """Return the link to an item, with confidence (0 to 1) and a note on its origin."""
    return Link("Wikidata", f"https://www.wikidata.org/wiki/{item}", item, confidence, note)


def wikipedia_links(article: str) -> list[Link]:
    """Return links to an article and to its item.

    Wikidata resolves ``Special:ItemByTitle`` itself, so no Q-id is guessed.

    >>> [link.url for link in wikipedia_links("https://en.wikipedia.org/wiki/Anita_Mui")]
    ['https://en.wikipedia.org/wiki/Anita_Mui', \
'https://www.wikidata.org/wiki/Special:ItemByTitle/enwiki/Anita_Mui']
    """
    parts = urlsplit(article)
    host = _WIKIPEDIA.fullmatch(parts.netloc)
    if not host or not parts.path.startswith("/wiki/"):
        return [Link("Wikipedia", article, article)]
    title = parts.path.removeprefix("/wiki/")
    site = host[1].replace("-", "_") + "wiki"
    shown = unquote(title).replace("_", " ")
    return [
        Link("Wikipedia", article, f"{host[1]}: {shown}"),
        Link(
            "Wikidata",
            f"https://www.wikidata.org/wiki/Special:ItemByTitle/{site}/{title}",
            f"{site}: {shown}",
            None,
            "no item seen yet; Wikidata finds it by the article's title",
        ),
    ]


def imdb_link(identifier: str) -> Link:
    """Return the link to a title, name, company or character on IMDb."""
    kind = _IMDB.get(identifier[:2], "title")
    return Link("IMDb", f"https://www.imdb.com/{kind}/{identifier}/", identifier)


def tmdb_link(identifier: str) -> Link:
    """Return the link to a film on TMDb."""
    return Link("TMDb", f"https://www.themoviedb.org/movie/{identifier}", identifier)


def safe_url(url: str) -> str:
    """Return ``url`` if it is safe to use as a link in a page, else "".

    A link is an absolute http or https address with a host and without a login. An apostrophe
    is percent-encoded.

    >>> safe_url("http://www.wikidata.org/entity/Q766263")
    'https://www.wikidata.org/wiki/Q766263'
    >>> safe_url("javascript:alert(1)")
    ''
    """
    if url.startswith(WIKIDATA_ENTITY):
        url = "https://www.wikidata.org/wiki/" + url.removeprefix(WIKIDATA_ENTITY)
    url = url.replace("'", "%27")
    if _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if is_web else ""
