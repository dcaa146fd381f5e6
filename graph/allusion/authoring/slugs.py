"""Slugs of new entities, sources and statements."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final

from ..core.labels import Name, fold
from ..core.vocabulary import BASE, register_of

HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
#: Maximum number of characters of a slug; longer ones end with a digest.
_LONGEST: Final = 100


def latin_slug(text: str) -> str:
    """Return the letters a to z and digits of a text, joined by hyphens.

    >>> latin_slug("Zesshō: the film!"), latin_slug("My Films (2026)"), latin_slug("重慶森林")
    ('zessho-the-film', 'my-films-2026', '')
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def romanized_slug(name: Name) -> str:
    """Return a slug of a name in another script; "" for Chinese characters in Japanese.

    The readings of Chinese characters in Japanese depend on the word. Those in Chinese are the
    most common ones of each character.

    >>> romanized_slug(Name("重慶故事", "zh-Hant")), romanized_slug(Name("ゴジラ", "ja"))
    ('zhong-qing-gu-shi', 'gojira')
    >>> romanized_slug(Name("Сталкер", "ru")), romanized_slug(Name("赤い疑惑", "ja"))
    ('stalker', '')
    """
    if not name.language or (name.language.startswith("ja") and HAN.search(name.text)):
        return ""
    from anyascii import anyascii  # its tables take a moment to import

    # Each Chinese character becomes a word that begins with a capital.
    words = re.sub("(?<=[a-z])(?=[A-Z])", " ", anyascii(name.text))
    return latin_slug(words)


def slug_of_names(names: Iterable[Name], year: str = "") -> str:
    """Return a slug from the first name with Latin letters, else from a romanized name.

    If no name can be romanized, or all have only punctuation, the slug is a digest of the names.
    Only new entities get a slug, so that a later version with other readings changes none.

    >>> slug_of_names([Name("24", "en")]), slug_of_names([Name("!?", "en")])
    ('24', 'n8faf838e')

    Args:
        names: The names of an entity, English first if there is one.
        year: Added after the name.
    """
    ordered = sorted(names, key=lambda name: name.language != "en")
    for name in ordered:
        slug = latin_slug(name.text)
        if re.search("[a-z]", slug) or (slug and slug == fold(name.text).replace(" ", "-")):
            return shorten_slug(f"{slug}-{year}" if year else slug)
    for name in ordered:
        if slug := romanized_slug(name):
            return shorten_slug(f"{slug}-{year}" if year else slug)
    return f"n{digest_of(*(name.text for name in ordered))}"


def digest_of(*texts: str) -> str:
    """Return eight hexadecimal digits of texts, for slugs that do not distinguish them."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


def shorten_slug(slug: str) -> str:
    """Return a slug of at most 100 characters; a cut one ends with a digest of the whole."""
    if len(slug) <= _LONGEST:
        return slug
    return f"{slug[: _LONGEST - 9].rstrip('-')}-{digest_of(slug)}"


def new_iri(register: str, namespace: str, slug: str, taken: Callable[[str], bool]) -> str:
    """Return an IRI in a namespace that is not taken; a number is added if needed."""
    iri = f"{BASE}{register}/{namespace}-{slug}"
    number = 2
    while taken(iri):
        iri = f"{BASE}{register}/{namespace}-{slug}-{number}"
        number += 1
    return iri


def short(iri: str, namespace: str) -> str:
    """Return the slug of an entity; its register precedes it, unless it is a film or person.

    >>> short("https://w3id.org/allusion/song/my-films-rain", "my-films")
    'song-rain'
    """
    register = register_of(iri)
    slug = local(iri, namespace)
    return slug if register in ("film", "person") else f"{register}-{slug}"


def local(iri: str, namespace: str) -> str:
    """Return the slug of an IRI without the namespace.

    >>> local("https://w3id.org/allusion/film/my-films-hero", "my-films")
    'hero'
    """
    return iri.rpartition("/")[2].removeprefix(f"{namespace}-")
