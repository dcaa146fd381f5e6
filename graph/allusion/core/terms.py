"""RDF terms as records, independent of the engine.

Each engine has its own term classes. The package ``store`` converts them to these records; all
other packages use only these.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from .immutable import Immutable
from .vocabulary import PREFIXES

if TYPE_CHECKING:
    from .values import PythonValue

XSD: Final = PREFIXES["xsd"]
XSD_STRING: Final = f"{XSD}string"
# Characters that RFC 3987 does not allow in IRIs; the same as in SPARQL 1.1, production 139
# (IRIREF).
_NOT_IN_IRI: Final = r'[\x00-\x20<>"{}|^`\\]'
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.-]*:"
_LANGUAGE: Final = r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_LOCAL: Final = r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9_])?|[A-Za-z0-9_]?"
# Compiles an expression at its first use, which many commands do not reach.
_compiled: Final = lru_cache(re.compile)


def _has_iri_characters(text: str) -> bool:
    return not (_compiled(_NOT_IN_IRI).search(text) or _has_surrogate(text))


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class Iri(Immutable):
    """An absolute IRI.

    Raises:
        ValueError: If ``value`` is not absolute, or has a character that SPARQL does not
            allow in IRIs.

    >>> Iri("https://w3id.org/allusion/film/chungking-express").curie()
    'film:chungking-express'
    """

    __slots__ = _fields = __match_args__ = ("value",)
    value: str

    def __init__(self, value: str) -> None:
        if not (_has_iri_characters(value) and _compiled(_SCHEME).match(value)):
            raise ValueError(f"{value!r} is not an absolute IRI")
        _set_iri(self, value)

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if type(other) is Iri else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.value

    def n3(self) -> str:
        """Return the term in SPARQL and Turtle syntax."""
        return f"<{self.value}>"

    def curie(self) -> str:
        """Return the prefixed name of the IRI; the IRI itself if no prefix matches."""
        return shorten(self.value)


class Blank(Immutable):
    """A blank node; its name is valid only within one result."""

    __slots__ = _fields = __match_args__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        self._set(name=name)

    def __str__(self) -> str:
        return f"_:{self.name}"

    def n3(self) -> str:
        """Return the term in Turtle syntax."""
        return f"_:{self.name}"


class Literal(Immutable):
    r"""A literal: a lexical form, and a language tag or a datatype.

    >>> Literal("7", datatype=XSD + "integer").to_python()
    7
    >>> Literal('He said "no"', language="en").n3()
    '"He said \\"no\\""@en'
    """

    __slots__ = _fields = __match_args__ = ("value", "language", "datatype")
    value: str
    language: str
    datatype: str

    def __init__(self, value: str, language: str = "", datatype: str = XSD_STRING) -> None:
        if _has_surrogate(value):
            raise ValueError(f"{value!r} contains a lone surrogate")
        if language:
            if not _compiled(_LANGUAGE).fullmatch(language):
                raise ValueError(f"{language!r} is not a language tag")
            language = canonical_language(language)
        if not _has_iri_characters(datatype):
            raise ValueError(f"{datatype!r} is not an absolute IRI")
        _set_value(self, value)
        _set_language(self, language)
        _set_datatype(self, datatype)

    def __eq__(self, other: object) -> bool:
        if type(other) is not Literal:
            return NotImplemented
        return (
            self.value == other.value
            and self.language == other.language
            and self.datatype == other.datatype
        )

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.value

    def n3(self) -> str:
        """Return the term in SPARQL and Turtle syntax."""
        quoted = f'"{self.value.translate(_ESCAPES)}"'
        if self.language:
            return f"{quoted}@{self.language}"
        return quoted if self.datatype == XSD_STRING else f"{quoted}^^<{self.datatype}>"

    def to_python(self) -> PythonValue:
        """Return the value as a Python object, by the table `allusion.core.values.READERS`.

        The lexical form is returned if no Python type corresponds (``xsd:gYearMonth``, durations,
        plain and language-tagged strings), if it is not valid for the datatype, or if Python cannot
        represent the value: a date outside the years 1 to 9999, or more than six decimals of a
        second. The language tag is only in ``literal.language``.
        """
        from .values import value_of

        return value_of(self.value, self.datatype)


Term = Iri | Blank | Literal


# Terms from an engine are valid, and there may be millions. The functions below skip the checks.
_new_object: Final = object.__new__
_set_iri: Final = Iri.__dict__["value"].__set__
_set_value: Final = Literal.__dict__["value"].__set__
_set_language: Final = Literal.__dict__["language"].__set__
_set_datatype: Final = Literal.__dict__["datatype"].__set__


def sound_iri(value: str) -> Iri:
    """Return an IRI without validation; an engine has parsed ``value``."""
    made = _new_object(Iri)
    _set_iri(made, value)
    return made


def sound_literal(value: str, language: str, datatype: str) -> Literal:
    """Return a literal without validation; an engine has parsed its parts."""
    made = _new_object(Literal)
    _set_value(made, value)
    _set_language(made, language)
    _set_datatype(made, datatype)
    return made


def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI; the IRI itself if no prefix matches.

    >>> shorten("https://w3id.org/allusion/ontology#Film")
    'al:Film'
    >>> shorten("https://example.org/")
    'https://example.org/'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _PREFIX_OF.get(iri[:cut])
    local = iri[cut:]
    return f"{prefix}:{local}" if prefix and local and _compiled(_LOCAL).fullmatch(local) else iri


def expand(curie: str) -> str | None:
    """Return the IRI of a prefixed name; None if the prefix is unknown.

    >>> expand("person:tomokazu-miura")
    'https://w3id.org/allusion/person/tomokazu-miura'
    """
    prefix, colon, local = curie.partition(":")
    if colon and prefix in PREFIXES and _compiled(_LOCAL).fullmatch(local):
        return PREFIXES[prefix] + local
    return None


def xml_text(text: str) -> str:
    r"""Return ``text`` with U+FFFD for each character that XML 1.0 cannot hold.

    >>> xml_text("a\x0bb")
    'a\ufffdb'
    """
    return _compiled(_NOT_IN_XML).sub("\ufffd", text)


@lru_cache(maxsize=512)
def canonical_language(tag: str) -> str:
    """Return a language tag in the letter case of BCP 47 (RFC 5646, section 2.1.1).

    Engines normalize the case of language tags differently; all output uses this form. Subtags
    after a singleton ("x", "u") are extensions and stay in lower case.

    >>> canonical_language("zh-hant"), canonical_language("yue-latn-jyutping")
    ('zh-Hant', 'yue-Latn-jyutping')
    >>> canonical_language("DE-ch-U-CO-phonebk"), canonical_language("en-x-hant")
    ('de-CH-u-co-phonebk', 'en-x-hant')
    """
    cased: list[str] = []
    is_extension = False
    for part in tag.lower().split("-"):
        if cased and not is_extension:
            part = part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part
        is_extension = is_extension or len(part) == 1
        cased.append(part)
    return "-".join(cased)


# A string; then a language tag of Turtle, or if it is a JSON key, a tag as its value.
_STRING_WITH_TAG: Final = (
    r'(?s)("(?:[^"\\]|\\.)*")'
    r'(?:@([A-Za-z0-9-]+)|(?:(?<="@language")|(?<="xml:lang"))(:\s*)"([A-Za-z0-9-]+)")?'
)


def canonical_tags(text: str) -> str:
    r"""Convert the language tags in serialized RDF or results to canonical form.

    For formats with strings in single double quotes: Turtle, TriG, N-Triples, N-Quads, JSON-LD and
    SPARQL JSON.

    >>> canonical_tags('<urn:a> <urn:b> "say \\"@zh-hant\\" "@zh-hant .')
    '<urn:a> <urn:b> "say \\"@zh-hant\\" "@zh-Hant .'
    >>> canonical_tags('{"@language":"zh-hant","@value":"\\"@language\\":\\"zh-hant\\""}')
    '{"@language":"zh-Hant","@value":"\\"@language\\":\\"zh-hant\\""}'
    >>> canonical_tags('[{"@language":"zh-hans"},{"@language": "zh-hant"}]')
    '[{"@language":"zh-Hans"},{"@language": "zh-Hant"}]'
    """

    def respelled(found: re.Match[str]) -> str:
        string, tag, colon, value = found.groups()
        if tag:
            return f"{string}@{canonical_language(tag)}"
        return f'{string}{colon}"{canonical_language(value)}"' if value else string

    return re.sub(_STRING_WITH_TAG, respelled, text)


_PREFIX_OF: Final = {iri: prefix for prefix, iri in PREFIXES.items()}
