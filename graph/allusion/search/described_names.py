"""Names with a description in brackets, as sheets and messages have them: "Hero (film, 2002)"."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from ..core.labels import fold
from ..core.terms import expand
from ..core.vocabulary import CLASS_WORDS, ENTITY_REGISTERS

_BRACKET: Final = re.compile(r"(.*\S)\s*[(（]([^()（）]+)[)）]")
_SEPARATOR: Final = re.compile(r"[,，、;]\s*")
_YEAR: Final = re.compile(r"-?[0-9]{4}")


class DescribedName(NamedTuple):
    """A name with the description in the brackets after it.

    Attributes:
        name: The name without the brackets.
        register: The register of the kind in the brackets, "" if none.
        year: The year in the brackets, or None.
        iri: The prefixed name in the brackets as an IRI, "" if none.
    """

    name: str
    register: str = ""
    year: int | None = None
    iri: str = ""


def read_described_name(text: str) -> DescribedName | None:
    """Split a name from a kind, a year and a prefixed name in brackets after it.

    Returns:
        None if there are no brackets, or if they have anything else.

    >>> read_described_name("タンポポ（映画、1985）")
    DescribedName(name='タンポポ', register='film', year=1985, iri='')
    >>> read_described_name("Hero (film:hero)").iri
    'https://w3id.org/allusion/film/hero'
    """
    name, inside = split_bracket(text)
    if not inside:
        return None
    described = DescribedName(name)
    for part in split_parts(inside):
        word = unicodedata.normalize("NFKC", part.strip())
        if _YEAR.fullmatch(word):
            described = described._replace(year=int(word))
        elif ":" in word and (iri := expand(word)):
            described = described._replace(iri=iri)
        elif register := _REGISTERS.get(fold(word)):
            described = described._replace(register=register)
        else:
            return None
    return described


def split_bracket(text: str) -> tuple[str, str]:
    """Split a name from the words in brackets after it, "" if there are none.

    >>> split_bracket("Grease (musical)"), split_bracket("Grease")
    (('Grease', 'musical'), ('Grease', ''))
    """
    found = _BRACKET.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def split_parts(inside: str) -> list[str]:
    """Split the words in brackets at commas and semicolons, also at Chinese ones."""
    return _SEPARATOR.split(inside)


def _registers() -> dict[str, str]:
    """Return folded word for a kind of entity -> register."""
    of_class = {name: register for register, names in ENTITY_REGISTERS.items() for name in names}
    found = {fold(word): of_class[name] for word, name in CLASS_WORDS.items()}
    for name, register in of_class.items():
        found[fold(re.sub("(?<=[a-z])(?=[A-Z])", " ", name))] = register
    return found | {fold(register): register for register in ENTITY_REGISTERS}


_REGISTERS: Final = _registers()
