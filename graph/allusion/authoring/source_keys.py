"""Sources of a sheet and of its collection, by what rows call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote

from ..core.labels import Name, fold
from ..core.vocabulary import BASE
from .concepts import is_beginning
from .records import NO_LANGUAGE, Source
from .slugs import digest_of, latin_slug, local, shorten_slug, slug_of_names

_URL: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_DOI: Final = re.compile(r"(?:doi:\s*)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_LONGEST_KEY: Final = 40
_PREFIX: Final = re.compile(r"https?://(www\.)?", re.IGNORECASE)
#: The host of an address and, after a resolver of DOIs, the DOI: case does not count in them.
_ANY_CASE: Final = re.compile(r"(?:dx\.)?doi\.org/.*|[^/?]+", re.IGNORECASE)


class SourceKeys:
    """Sources by key, title, address or author; of sources with one key, the first one counts.

    Args:
        sources: The first sources.
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._iris: dict[str, str] = {}
        self._beginnings: dict[str, set[str]] = {}
        self._of_page: dict[str, str] = {}
        self._faulty: set[str] = set()
        for source in sources:
            self.add(source)

    def add(self, source: Source, *keys: str) -> None:
        """Add a source.

        Args:
            source: The source.
            keys: Other keys of it.
        """
        for word in filter(None, (source.key, *keys, source.title.text)):
            if not is_address(word) and word != page_of(source.url):
                self._iris.setdefault(fold(word), source.iri)
            else:
                self._of_page.setdefault(page_of(word), source.iri)
        for word in _words(source):
            self._beginnings.setdefault(fold(word), set()).add(source.iri)
        if source.url:
            self._of_page.setdefault(page_of(source.url), source.iri)

    def add_faulty(self, *words: str) -> None:
        """Add what a row with a fault calls its source."""
        self._faulty.update(fold(word) for word in words if word)

    def is_faulty(self, text: str) -> bool:
        """Return whether a row with a fault describes this source."""
        return fold(text) in self._faulty

    def find(self, text: str) -> str | None:
        """Return the IRI of a source, or None if none, several or one with a fault are meant.

        Args:
            text: Its key, title or address; or the beginning of its key, of its title, of the name
                of an author or of the name of the site.
        """
        if self.is_faulty(text):
            return None
        found = self.exactly(text)
        if found or not is_beginning(fold(text)) or is_address(text):
            return found
        meant = self.starting(text)
        return meant[0] if len(meant) == 1 else None

    def exactly(self, text: str) -> str | None:
        """Return the IRI of the source with this key, title or address, or None."""
        url = address_of(text)
        if is_address(url):  # case and every sign count
            return self.of_page(url) or None
        return self.of_page(text) or self._iris.get(fold(text))

    def of_page(self, url: str) -> str:
        """Return the IRI of the source with an address, or ""."""
        return self._of_page.get(page_of(url), "") if url else ""

    def starting(self, text: str) -> list[str]:
        """Return the IRIs of the sources with a word that begins with the text."""
        word = fold(text)
        found = (iris for start, iris in self._beginnings.items() if start.startswith(word))
        return sorted(set().union(*found))

    def near(self, text: str) -> list[str]:
        """Return up to three similar keys or titles."""
        return get_close_matches(fold(text), self._iris, n=3, cutoff=0.6)


def _words(source: Source) -> Iterator[str]:
    """Yield the texts whose beginnings name a source."""
    yield from (source.key, source.title.text)
    for author in source.by:
        name = author.rpartition("/")[2].replace("-", " ") if "://" in author else author
        yield from (name, name.rpartition(" ")[2])
    if source.url:
        yield page_of(source.url)


def source_iri(key: str, title: Name, namespace: str) -> str:
    """Return the IRI of a source with a key, or with a title if the key is empty.

    A digest of the title follows if only its beginning is in the IRI.
    """
    slug = latin_slug(key or title.text) or slug_of_names([Name(key or title.text, "")])
    if not key and len(slug) > _LONGEST_KEY:
        slug = f"{slug[:_LONGEST_KEY].rstrip('-')}-{digest_of(title.text)}"
    return f"{BASE}source/{namespace}-{shorten_slug(slug)}"


def cut_iri(title: Name, namespace: str) -> str:
    """Return the IRI that earlier versions gave a source without a key."""
    return f"{BASE}source/{namespace}-{latin_slug(title.text)[:_LONGEST_KEY].rstrip('-')}"


def page_iri(url: str, namespace: str, taken: Callable[[str], bool]) -> str:
    """Return the IRI of a source of which only the address is known.

    Args:
        url: The address.
        namespace: Namespace of the collection.
        taken: Whether a source with another address has an IRI.
    """
    page = page_of(url)
    iri = source_iri("", Name(page, NO_LANGUAGE), namespace)
    return f"{iri}-{digest_of(page)}" if taken(iri) else iri


def source_at(text: str, namespace: str, taken: Callable[[str], bool]) -> Source | None:
    """Return a source of which only the address is known; None if the text is no address.

    Args:
        text: The address, or a DOI.
        namespace: Namespace of the collection.
        taken: Whether a source with another address has an IRI.
    """
    url = address_of(text)
    if not is_address(url):
        return None
    iri = page_iri(url, namespace, taken)
    return Source(iri, local(iri, namespace), Name(page_of(url), NO_LANGUAGE), url=url)


def is_address(text: str) -> bool:
    """Return whether a text is an address of the web."""
    return _URL.fullmatch(text) is not None


def address_of(text: str) -> str:
    """Return the address of a DOI; another text as it is.

    >>> address_of("doi:10.1000/182"), address_of("https://example.org/")
    ('https://doi.org/10.1000/182', 'https://example.org/')
    """
    doi = _DOI.fullmatch(text)
    return f"https://doi.org/{doi[1]}" if doi else text


def page_of(url: str) -> str:
    """Return an address without what does not distinguish pages: scheme, "www", fragment.

    >>> page_of("http://www.example.org/a/#top"), page_of("https://example.org/%E5%A4%9C?p=2")
    ('example.org/a', 'example.org/夜?p=2')
    >>> page_of("https://Example.org/A"), page_of("https://doi.org/10.1000/ABC")
    ('example.org/A', 'doi.org/10.1000/abc')
    """
    page = unquote(_PREFIX.sub("", url).partition("#")[0]).rstrip("/")
    return _ANY_CASE.sub(lambda found: found[0].lower(), page, count=1)
