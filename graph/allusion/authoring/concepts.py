"""Terms of the ontology by the names in a sheet: kinds, certainties, roles, classes.

A concept is named by its slug or by its label in any language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from ..core.labels import fold
from ..core.resources import Resources
from ..core.terms import canonical_language
from ..core.vocabulary import AL, BASE, CLASS_WORDS, ENTITY_REGISTERS, FAMILIES, PREFIXES

_LABELS: Final = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label")
_DEFINITION: Final = PREFIXES["skos"] + "definition"
_BROADER: Final = PREFIXES["skos"] + "broader"
_SUBCLASS: Final = PREFIXES["rdfs"] + "subClassOf"
#: Common word for a certainty -> slug.
_CERTAINTIES: Final = {
    "seen": "explicit",
    "heard": "explicit",
    "maker": "stated-by-maker",
    "critic": "claimed",
}
#: Certainty -> the word of the sheet in English.
_SURE_WORDS: Final = {"explicit": "seen", "stated-by-maker": "maker"}
#: Certainty that sheets cannot have.
RESERVED: Final = "inferred"
#: Kind that needs more than a row of a sheet can hold.
ANALOGY: Final = "analogy"
#: Words of kinds -> other spellings of them.
_SPELLINGS: Final = {"hommage": "homage", "tribute": "homage", "homages": "homage"}
#: Words that do not distinguish kinds.
_SMALL_WORDS: Final = frozenset(("a", "an", "the", "in", "of", "to", "by", "as", "or", "on"))
#: Role that is a performance, not a contribution.
PERFORMER: Final = "performer"
#: Classes that need more than a row of a sheet can hold.
_NOT_IN_SHEETS: Final = frozenset(("StarCouple",))
_SURE: Final = 0.7
#: Minimum length of the beginning of a word in Latin letters.
_FEWEST: Final = 2
#: Minimum length of a part of a word for a suggestion.
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme, or a class of entities.

    Attributes:
        slug: Last part of its IRI ("name-drop", "Film").
        labels: Language tag -> label.
        definition: In English.
        above: Slug of the broader concept, "" if none.
    """

    slug: str
    labels: Mapping[str, str]
    definition: str = ""
    above: str = ""

    def label(self, language: str) -> str:
        """Return the label in a language, else in English, else the slug."""
        start = language.partition("-")[0]
        near = next((text for tag, text in self.labels.items() if tag.startswith(start)), "")
        return self.labels.get(language) or near or self.labels.get("en") or self.slug


class Scheme:
    """Concepts that one column allows.

    Args:
        concepts: The concepts.
        words: Other words -> slug.
    """

    def __init__(self, concepts: list[Concept], words: Mapping[str, str] | None = None) -> None:
        self.concepts = {one.slug: one for one in sorted(concepts, key=lambda one: one.slug)}
        self._by_word = {fold(word): slug for word, slug in (words or {}).items()}
        for one in concepts:
            for word in (one.slug, *one.labels.values()):
                self._by_word[fold(word)] = one.slug
        self._by_words: dict[frozenset[str], set[str]] = defaultdict(set)
        for word, slug in self._by_word.items():
            self._by_words[_words(word)].add(slug)

    def find(self, text: str) -> str | None:
        """Return the slug that a word or label means, or None.

        The words may be in another order, and without articles: "shot homage".
        """
        exact = self._by_word.get(fold(text))
        found = self._by_words.get(_words(fold(text)), set())
        return exact or (next(iter(found)) if len(found) == 1 else None)

    def find_or_start(self, text: str) -> str | None:
        """Return the slug that a word, a label, or the beginning of only one label means."""
        found = self.find(text)
        start = fold(text)
        if found or not is_beginning(start):
            return found
        plain = _plain(start)
        slugs = {
            slug
            for word, slug in self._by_word.items()
            if word.startswith(start) or (plain and _plain(word).startswith(plain))
        }
        return slugs.pop() if len(slugs) == 1 else None

    def near(self, text: str) -> list[str]:
        """Return the slugs of up to three similar concepts."""
        part = " ".join(_SPELLINGS.get(word, word) for word in fold(text).split())
        words = get_close_matches(part, self._by_word, n=3, cutoff=_SURE)
        shortest = _SHORTEST if part.isascii() else 2
        words += [word for word in self._by_word if len(part) >= shortest and part in word]
        return list(dict.fromkeys(self._by_word[word] for word in words))[:3]


def is_beginning(folded: str) -> bool:
    """Return whether folded text is long enough to be the beginning of a word."""
    return len(folded) >= (_FEWEST if folded.isascii() else 1)


def _plain(text: str) -> str:
    """Return folded text without words that do not distinguish concepts."""
    return " ".join(word for word in text.split() if word not in _SMALL_WORDS)


def _words(text: str) -> frozenset[str]:
    """Return the words of folded text that distinguish concepts."""
    words = (_SPELLINGS.get(word, word) for word in text.split())
    return frozenset(word for word in words if word not in _SMALL_WORDS)


class Concepts:
    """All schemes of a sheet, read from the ontology.

    Args:
        resources: Where the ontology is.
    """

    def __init__(self, resources: Resources) -> None:
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        definitions: dict[str, str] = {}
        above: dict[str, str] = {}
        classes_above: dict[str, str] = {}
        for name in ("kinds", "schemes", "allusion"):
            text = (resources.ontology / f"{name}.ttl").read_bytes()
            for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
                subject = getattr(quad.subject, "value", "")
                if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal):
                    tag = canonical_language(quad.object.language or "")
                    labels[subject][tag] = quad.object.value
                elif quad.predicate.value == _DEFINITION and isinstance(quad.object, ox.Literal):
                    definitions[subject] = quad.object.value
                elif quad.predicate.value == _SUBCLASS and isinstance(quad.object, ox.NamedNode):
                    classes_above[subject] = quad.object.value
                elif quad.predicate.value == _BROADER and isinstance(quad.object, ox.NamedNode):
                    above[subject] = quad.object.value.rpartition("/")[2]

        def concept(iri: str, slug: str) -> Concept:
            return Concept(slug, labels[iri], definitions.get(iri, ""), above.get(iri, ""))

        def scheme(name: str, words: Mapping[str, str] | None = None) -> Scheme:
            start = f"{BASE}{name}/"
            found = [concept(iri, iri[len(start) :]) for iri in labels if iri.startswith(start)]
            return Scheme(found, words)

        self.kinds = scheme("kind")
        #: Kinds that a row can have.
        self.pick_kinds = [one for slug, one in self.kinds.concepts.items() if slug != ANALOGY]
        self.certainties = scheme("certainty", _CERTAINTIES)
        self.source_types = scheme("source-type")
        self.stances = scheme("stance")
        roles = [*scheme("role").concepts.values(), concept(AL + PERFORMER, PERFORMER)]
        self.roles = Scheme(roles)
        names = [name for of in ENTITY_REGISTERS.values() for name in of]
        classes = [concept(AL + name, name) for name in names if name not in _NOT_IN_SHEETS]
        self.classes = Scheme(classes, CLASS_WORDS)
        #: Registers of works.
        self.works = tuple(
            register
            for register, names in ENTITY_REGISTERS.items()
            if AL + "Work" in _ancestors(AL + names[0], classes_above)
        )

    def class_word(self, name: str, language: str = "en") -> str:
        """Return the word of a sheet for a class: "film"."""
        return self.classes.concepts[name].label(language).lower()

    def class_words(self, language: str = "en") -> list[str]:
        """Return the words of a sheet for all classes."""
        return sorted(self.class_word(name, language) for name in self.classes.concepts)

    def certainty_word(self, slug: str, language: str) -> str:
        """Return the word of a sheet for a certainty: "seen", or the label in another language."""
        label = self.certainties.concepts[slug].label(language)
        is_english = label == self.certainties.concepts[slug].label("en")
        return _SURE_WORDS.get(slug, label) if is_english else label

    def pick_certainties(self, language: str) -> list[tuple[str, Concept]]:
        """Return the certainties that a sheet may have, each with its word."""
        return [
            (self.certainty_word(slug, language), one)
            for slug, one in self.certainties.concepts.items()
            if slug != RESERVED
        ]

    def family_of(self, kind: str) -> str:
        """Return the family of a kind of connection."""
        while kind not in FAMILIES:
            kind = self.kinds.concepts[kind].above
        return kind


def _ancestors(iri: str, above: Mapping[str, str]) -> list[str]:
    """Return a class and the classes above it."""
    found = [iri]
    while found[-1] in above:
        found.append(above[found[-1]])
    return found


def register_of_class(name: str) -> str:
    """Return the register of a class.

    >>> register_of_class("TelevisionSpecial")
    'television'
    """
    return next(register for register, names in ENTITY_REGISTERS.items() if name in names)
