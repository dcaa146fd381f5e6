"""A dump of Wikidata that never was, in the shape of the truthy dumps, of any size.

Run ``python tests/benchmarks/make_dump.py 1000000 dump.nt``. The same size gives the same file.

Nearly all of it has nothing to do with films, as in Wikidata: papers, stars, places, people.
Labels stand three times, in languages of which most are not wanted, with characters beyond
ASCII escaped as Wikibase escapes them. Who is in a film and what is referred to follows Zipf's
law. Classes form a tree with a loop in it. Among it are lines that are rare but right: blank
nodes, unknown values, redirects, comments, spaces where none have to be.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ITEM: Final = "http://www.wikidata.org/entity/"
DIRECT: Final = "http://www.wikidata.org/prop/direct/"
PAGE: Final = "https://www.wikidata.org/wiki/Special:EntityData/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SCHEMA: Final = "http://schema.org/"
LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
PREFERRED: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"
ALIAS: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

FILM: Final = 11424
TELEVISION_SERIES: Final = 5398426
EPISODE: Final = 21191270
HUMAN: Final = 5
#: Made-up classes have numbers from here on, and no other item of this dump.
CLASSES: Final = 30_000_000
_LANGUAGES: Final = (
    "en", "nl", "de", "fr", "es", "ast", "sq", "it", "sv", "ru", "zh", "ja", "bg", "ga", "sl", "ar",
    "pt", "uk", "ca", "pl", "bn", "zh-hant", "yue", "ko", "eo", "cs", "da", "he", "vi", "sr-el",
)  # fmt: skip
#: Kind of item -> its share among all of a million, and its class.
_SHARES: Final = {
    "paper": (420_000, 13442814),
    "star": (120_000, 523),
    "person": (110_000, HUMAN),
    "place": (330_000, 486972),
    "book": (9_000, 571),
    "film": (6_500, FILM),
    "episode": (2_500, EPISODE),
    "series": (1_200, TELEVISION_SERIES),
    "character": (800, 15632617),
}


def dump(lines: int, seed: int = 223, films: int = 1) -> Iterator[str]:
    """About ``lines`` lines, without their ends; ``films`` times as many films as in Wikidata."""
    dice = random.Random(seed)
    yield from _classes()
    made = 60
    number = 1000
    kinds = list(_SHARES)
    shares = [share * (films if share < 10_000 else 1) for share, _ in _SHARES.values()]
    # Who is named is among the items so far, or comes later: about 30 lines are one item.
    highest, film = number + lines // 30, number
    while made < lines:
        for kind in dice.choices(kinds, shares, k=100):
            film = number if kind == "film" else film
            item = list(_item(number, kind, dice, highest, film))
            yield from item
            made += len(item)
            number += 1
            if made >= lines:
                return


def _iri(number: int) -> str:
    return f"<{ITEM}Q{number}>"


def _link(subject: str, name: str, number: int) -> str:
    return f"{subject} <{DIRECT}{name}> <{ITEM}Q{number}> ."


def _classes() -> Iterator[str]:
    """Trees of classes below film and television series, with a loop and what is left out."""
    for root, base in ((FILM, CLASSES), (TELEVISION_SERIES, CLASSES + 100)):
        for place in range(12):
            above = root if place < 3 else base + place // 3
            yield _link(_iri(base + place), "P279", above)
            yield f'{_iri(base + place)} <{LABEL}> "class {place} of Q{root}"@en .'
        yield _link(_iri(base + 1), "P279", base + 11)
    yield _link(_iri(EPISODE), "P279", TELEVISION_SERIES)
    yield _link(_iri(CLASSES + 200), "P279", EPISODE)
    yield _link(_iri(FILM), "P279", CLASSES + 300)
    yield f'{_iri(FILM)} <{LABEL}> "film"@en .'
    yield f'{_iri(CLASSES + 300)} <{LABEL}> "work"@en .'


def _zipf(dice: random.Random, count: int, flat: int = 10) -> int:
    """A place from 0: its share falls off as one over it, but for the first few."""
    return int(flat * ((count / flat + 1) ** dice.random() - 1))


def _item(number: int, kind: str, dice: random.Random, highest: int, film: int) -> Iterator[str]:
    subject, page = _iri(number), f"<{PAGE}Q{number}>"
    yield f"{page} <{TYPE}> <{SCHEMA}Dataset> ."
    yield f"{page} <{SCHEMA}about> {subject} ."
    yield f'{page} <{SCHEMA}version> "{2_000_000_000 + number * 7}"^^<{XSD}integer> .'
    changed = f"2026-0{1 + number % 9}-1{number % 10}T12:00:00Z"
    yield f'{page} <{SCHEMA}dateModified> "{changed}"^^<{XSD}dateTime> .'
    yield f"{subject} <{TYPE}> <http://wikiba.se/ontology#Item> ."
    start = dice.randrange(len(_LANGUAGES))
    for place in range(1 + _zipf(dice, 12, 3)):
        # English first, as with most items; then any.
        language = _LANGUAGES[(start * place) % len(_LANGUAGES)] if place else "en"
        name = f"{kind} {number}"
        if language in ("zh", "ja", "ru", "zh-hant", "yue", "ko", "ar", "uk", "he"):
            name = f"\\u96FB\\u5F71 {number} \\u7B2C{place}"
        elif number % 50 == 0:
            name = f'the \\"{kind}\\" \\\\ {number}'
        label = f'"{name}"@{language}'
        yield f"{subject} <{LABEL}> {label} ."
        yield f"{subject} <{PREFERRED}> {label} ."
        yield f"{subject} <{SCHEMA}name> {label} ."
        if place % 2 == 0:
            yield f'{subject} <{SCHEMA}description> "{kind} of the year 20{number % 100:02}"@{language} .'
    if number % 5 == 0:
        yield f'{subject} <{ALIAS}> "{kind.title()} No. {number}"@en .'
    class_ = _SHARES[kind][1]
    if kind in ("film", "series") and number % 3 == 0:
        class_ = (CLASSES if kind == "film" else CLASSES + 100) + number % 12
    yield _link(subject, "P31", class_)
    yield from _statements(subject, number, kind, dice, highest)
    if kind == "character" or (kind == "book" and number % 50 == 0):
        yield _link(subject, "P1441" if kind == "character" else "P144", film)
    yield from _rare(subject, number)


def _statements(
    subject: str, number: int, kind: str, dice: random.Random, highest: int
) -> Iterator[str]:
    def anyone() -> int:
        return 1000 + _zipf(dice, highest - 1000)

    if kind in ("film", "series", "episode"):
        for name, low, spread in (("P57", 1, 1), ("P161", 0, 30)):
            for _ in range(low + _zipf(dice, spread, 4)):
                yield _link(subject, name, anyone())
        yield _link(subject, "P136", CLASSES + 400 + _zipf(dice, 40))
        yield _link(subject, "P495", CLASSES + 500 + _zipf(dice, 60))
        year = 1920 + number * 37 % 105
        yield f'{subject} <{DIRECT}P577> "{year}-01-01T00:00:00Z"^^<{XSD}dateTime> .'
        yield f'{subject} <{DIRECT}P345> "tt{number:07}" .'
        yield f'{subject} <{DIRECT}P4947> "{number}" .'
        yield f'{subject} <{DIRECT}P1476> "{kind.title()} {number}"@en .'
        if number % 4 == 0:
            yield _link(subject, ("P144", "P941", "P8371", "P6166")[number // 4 % 4], anyone())
    elif kind == "person":
        born = f"{1890 + number % 110}-0{1 + number % 9}-01T00:00:00Z"
        yield f'{subject} <{DIRECT}P569> "{born}"^^<{XSD}dateTime> .'
        yield _link(subject, "P106", CLASSES + 600 + _zipf(dice, 300))
        yield _link(subject, "P27", CLASSES + 500 + _zipf(dice, 60))
    elif kind in ("paper", "book"):
        for _ in range(1 + _zipf(dice, 8, 2)):
            yield _link(subject, "P50", anyone())
        yield _link(subject, "P921", anyone())
        yield f'{subject} <{DIRECT}P1476> "On {number} and what follows from it"@en .'
    else:
        yield _link(subject, "P17", CLASSES + 500 + _zipf(dice, 60))
        where = f"Point({number % 360 - 180}.5 {number % 180 - 90}.25)"
        yield f'{subject} <{DIRECT}P625> "{where}"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .'
    yield from _identifiers(subject, 3 + _zipf(dice, 12, 4), dice)


def _identifiers(subject: str, count: int, dice: random.Random) -> Iterator[str]:
    """What it is called elsewhere: the most frequent statements, and of no use here."""
    for name in range(count):
        value = dice.randrange(10**9)
        yield f'{subject} <{DIRECT}P{2000 + name * 31}> "{value}" .'
        if name % 2:
            iri = f"http://example.org/id/{value}"
            yield f"{subject} <http://www.wikidata.org/prop/direct-normalized/P{2000 + name * 31}> <{iri}> ."


def _rare(subject: str, number: int) -> Iterator[str]:
    """What few items have, and readers get wrong."""
    if number % 8 == 0:
        yield f"<https://en.wikipedia.org/wiki/Article_{number}> <{SCHEMA}about> {subject} ."
        yield f"<https://xx.wikipedia.org/wiki/Article_{number}> <{SCHEMA}about> {subject} ."
    if number % 90 == 0:
        merged = _iri(31_000_000 + number)
        yield f"{merged} <http://www.w3.org/2002/07/owl#sameAs> {subject} ."
    if number % 200 == 0:
        yield f"{subject} <{DIRECT}P57> _:unknown{number} ."
        yield f"{subject} <{DIRECT}P50> <http://www.wikidata.org/.well-known/genid/{number:x}> ."
    if number % 500 == 0:
        yield f"# the item {number}"
        yield f'\t{subject}  <{DIRECT}P4985>\t"{number}"  . # set with care'
        yield f'{subject}<{DIRECT}P1705>"\\U0001F3AC {number} 電影\t<{DIRECT}P31>"@zh.'
    if number % 1000 == 0:
        yield f'{subject} <{LABEL}> "{subject} <{DIRECT}P31> <{ITEM}Q{FILM}> ."@en .'
        yield ""


#: Lines that are no N-Triples, though each looks like one; none may be kept.
SPOILED: Final = (
    f"<{ITEM}Q1000> <{DIRECT}P31> <{ITEM}Q{FILM}>",
    f"{ITEM}Q1000 <{DIRECT}P31> <{ITEM}Q{FILM}> .",
    f"<{ITEM}Q1000> <{DIRECT}P31> <{ITEM}Q{FILM}> . <{ITEM}Q1001>",
    f"<{ITEM}Q1000> <{DIRECT}P31> <entity/Q{FILM}> .",
    f'<{ITEM}Q1000> <{LABEL}> "not ended@en .',
    f'<{ITEM}Q1000> <{LABEL}> "a \\x escape"@en .',
    f'<{ITEM}Q1000> <{LABEL}> "half a pair \\uD83C"@en .',
    f'<{ITEM}Q1000> <{LABEL}> "a line\rin a line"@en .',
    f'<{ITEM}Q1000> <{LABEL}> "two tags"@en@fr .',
    f"<{ITEM}Q1 000> <{DIRECT}P31> <{ITEM}Q{FILM}> .",
    f'"text" <{DIRECT}P31> <{ITEM}Q{FILM}> .',
    f"<{ITEM}Q1000> _:blank <{ITEM}Q{FILM}> .",
    f"<{ITEM}Q1000> <{DIRECT}P31> <{ITEM}Q{FILM}> <{ITEM}Q1> .",
)


def write_dump(lines: int, path: Path) -> int:
    """Write a dump; how many lines it has."""
    count = 0
    with path.open("w", encoding="utf-8", buffering=1 << 20, newline="\n") as stream:
        for line in dump(lines):
            stream.write(line + "\n")
            count += 1
    return count


if __name__ == "__main__":
    print(f"{write_dump(int(sys.argv[1]), Path(sys.argv[2])):,} lines: {sys.argv[2]}")
