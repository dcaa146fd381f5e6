"""RDF terms as small records, the same whichever engine answered.

Engines have term classes of their own; they are turned into these at the edge of
``store`` and nothing above knows them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from .vocabulary import PREFIXES

if TYPE_CHECKING:
    from decimal import Decimal

XSD: Final = PREFIXES["xsd"]
XSD_STRING: Final = f"{XSD}string"
_INTEGERS: Final = (
    "integer",
    "int",
    "long",
    "short",
    "byte",
    "nonNegativeInteger",
    "positiveInteger",
    "negativeInteger",
    "nonPositiveInteger",
    "unsignedByte",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
)
# RFC 3987 leaves these out of IRIs; SPARQL 1.1, production 139 (IRIREF), is the same list.
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_LOCAL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9_])?|[A-Za-z0-9_]?")

type_of_python: TypeAlias = "bool | int | float | Decimal | dt.date | dt.datetime | dt.time | str"
"""What `Literal.to_python` may give."""


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI, absolute and without the characters that SPARQL forbids in one.

    :raises ValueError: if ``value`` holds a forbidden character or is not absolute.

    >>> Iri("https://w3id.org/allusion/film/chungking-express").curie()
    'film:chungking-express'
    """

    value: str

    def __post_init__(self) -> None:
        if _NOT_IN_IRI.search(self.value) or not _SCHEME.match(self.value):
            raise ValueError(f"{self.value!r} is not an absolute IRI")

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.value

    def n3(self) -> str:
        """The term as SPARQL and Turtle write it."""
        return f"<{self.value}>"

    def curie(self) -> str:
        """The IRI with a prefix of the project, or itself where none fits."""
        return shorten(self.value)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node of one answer; its name means nothing elsewhere."""

    name: str

    def __str__(self) -> str:
        return f"_:{self.name}"

    def n3(self) -> str:
        """The term as Turtle writes it."""
        return f"_:{self.name}"


@dataclass(frozen=True, slots=True)
class Literal:
    r"""A literal: its text, and either a language tag or a datatype.

    >>> Literal("7", datatype=XSD + "integer").to_python()
    7
    >>> Literal('He said "no"', language="en").n3()
    '"He said \\"no\\""@en'
    """

    value: str
    language: str = ""
    datatype: str = XSD_STRING

    def __post_init__(self) -> None:
        if self.language and not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language!r} is not a language tag")
        if _NOT_IN_IRI.search(self.datatype):
            raise ValueError(f"{self.datatype!r} is not an absolute IRI")

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.value

    def n3(self) -> str:
        """The term as SPARQL and Turtle write it."""
        quoted = f'"{self.value.translate(_ESCAPES)}"'
        if self.language:
            return f"{quoted}@{self.language}"
        return quoted if self.datatype == XSD_STRING else f"{quoted}^^<{self.datatype}>"

    def to_python(self) -> type_of_python:
        """The value with the nearest Python type, by the table `READERS`.

        The text itself where no type is near (``xsd:gYearMonth``, durations, plain and
        language-tagged text) or where the text is not of the datatype. The language
        stays with the term: ``literal.language``.
        """
        read = READERS.get(self.datatype)
        if read is None:
            return self.value
        try:
            return read(self.value)
        except ValueError:
            return self.value


Term = Iri | Blank | Literal


def _decimal(text: str) -> Decimal:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(str(error)) from error


def _boolean(text: str) -> bool:
    if text not in {"true", "false", "1", "0"}:
        raise ValueError(text)
    return text in {"true", "1"}


#: Datatype -> how its text is read. Whatever is not here stays text.
READERS: Final[dict[str, Callable[[str], type_of_python]]] = {
    **{XSD + name: int for name in (*_INTEGERS, "gYear")},
    XSD + "decimal": _decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": _boolean,
    XSD + "date": dt.date.fromisoformat,
    XSD + "dateTime": dt.datetime.fromisoformat,
    XSD + "time": dt.time.fromisoformat,
}

# Terms out of an engine are sound, and there may be millions: these make them without the
# checks, and past the frozen dataclass, in a fifth of the time.
_make: Final = object.__new__
_set_iri: Final = Iri.__dict__["value"].__set__
_set_value: Final = Literal.__dict__["value"].__set__
_set_language: Final = Literal.__dict__["language"].__set__
_set_datatype: Final = Literal.__dict__["datatype"].__set__


def sound_iri(value: str) -> Iri:
    """The IRI, unchecked: ``value`` comes from an engine that has parsed it."""
    made = _make(Iri)
    _set_iri(made, value)
    return made


def sound_literal(value: str, language: str, datatype: str) -> Literal:
    """The literal, unchecked: its parts come from an engine that has parsed them."""
    made = _make(Literal)
    _set_value(made, value)
    _set_language(made, language)
    _set_datatype(made, datatype)
    return made


def shorten(iri: str) -> str:
    """``iri`` with a prefix of the project, or itself where none fits.

    >>> shorten("https://w3id.org/allusion/ontology#Film")
    'al:Film'
    >>> shorten("https://example.org/")
    'https://example.org/'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _PREFIX_OF.get(iri[:cut])
    local = iri[cut:]
    return f"{prefix}:{local}" if prefix and local and _LOCAL.fullmatch(local) else iri


def expand(curie: str) -> str | None:
    """The IRI of a prefixed name, or None where the prefix is not one of the project's.

    >>> expand("person:tomokazu-miura")
    'https://w3id.org/allusion/person/tomokazu-miura'
    """
    prefix, colon, local = curie.partition(":")
    if colon and prefix in PREFIXES and _LOCAL.fullmatch(local):
        return PREFIXES[prefix] + local
    return None


@lru_cache(maxsize=512)
def canonical_language(tag: str) -> str:
    """``tag`` with the letter case that BCP 47 recommends (RFC 5646, section 2.1.1).

    Engines fold the case of language tags; people should read the usual one.

    >>> canonical_language("zh-hant"), canonical_language("yue-latn-jyutping")
    ('zh-Hant', 'yue-Latn-jyutping')
    """
    first, *rest = tag.split("-")
    cased = [
        part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part.lower()
        for part in rest
    ]
    return "-".join([first.lower(), *cased])


_PREFIX_OF: Final = {iri: prefix for prefix, iri in PREFIXES.items()}
