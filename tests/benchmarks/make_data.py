"""Data for benchmarks, in N-Triples or N-Quads, in the vocabulary of the ontology.

Run::

    python tests/benchmarks/make_data.py skewed 1000000 skewed.nt
    python tests/benchmarks/make_data.py films ../shared/data/wikidata-movies.json.gz films.nt
    python tests/benchmarks/make_data.py films ../shared/data/wikidata-movies.json.gz large.nt 10

"skewed" makes up films, people, casts, connections and evidence. Who is cast and what is
referred to follows Zipf's law, as it does in Wikidata: a few are in everything, most are there
once. The same size gives the same file. "films" turns the films of a file of Wikidata (one JSON
object a line) into films, casts, directors, places, series and derivations; whoever has no name
there gets none. With a number, so many copies of each film are written. One in ten of the links
of a copy leads to another copy, so that all are joined, and entities have as many edges as in
one copy. A file whose name has ".nq" gets N-Quads of one graph, ".gz" is compressed.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

BASE: Final = "https://w3id.org/allusion/"
AL: Final = f"{BASE}ontology#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
#: Kind of connection -> its class; the first come up most.
KINDS: Final = {
    "name-drop": "Reference",
    "critic-claims-influence": "Influence",
    "similar-style": "Comparison",
    "song-used": "Reference",
    "adaptation": "Derivation",
    "quotation": "Reference",
    "homage-shot": "Reference",
    "remake": "Derivation",
    "parallel": "Comparison",
    "maker-states-influence": "Influence",
    "parody": "Reference",
    "title-allusion": "Reference",
}
ROLES: Final = ("director", "screenwriter", "composer", "cinematographer", "editor", "producer")
LANGUAGES: Final = ("english", "french", "japanese", "cantonese", "mandarin", "german", "korean")
#: Named graph of all statements in N-Quads.
GRAPH: Final = f"<{BASE}source/wikidata>"
_TYPE: Final = f"<{RDF}type>"
_LABEL: Final = f"<{RDFS}label>"
_DESCRIPTION: Final = f"<{DCTERMS}description>"


def node(register: str, name: object) -> str:
    """An entity as N-Triples writes it."""
    return f"<{BASE}{register}/{name}>"


def al(name: str) -> str:
    """A term of the ontology as N-Triples writes it."""
    return f"<{AL}{name}>"


def text(value: str, language: str = "en") -> str:
    """A text as N-Triples writes it."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    return f'"{quoted}"@{language}'


#: Register -> class.
CLASSES: Final = {
    "film": "Film",
    "language": "Language",
    "literature": "LiteraryWork",
    "motif": "Motif",
    "person": "Person",
    "place": "Place",
    "series": "WorkSeries",
}
#: What a record of Wikidata says of a film: plain values, links, and nodes that join.
FACTS: Final[tuple[tuple[str, str, Callable[[str], str]], ...]] = (
    ("label", _LABEL, text),
    ("enwiki_title", al("wikipediaArticle"), lambda title: text(f"en:{title}")[:-3]),
    ("imdb_id", al("imdbId"), '"{}"'.format),
    ("publication_date", al("published"), f'"{{}}"^^<{XSD}date>'.format),
)
LINKS: Final = (
    ("original_language", "language", "originalLanguage"),
    ("filming_location", "place", "shotAt"),
    ("main_subject", "motif", "about"),
    ("series", "series", "partOfSeries"),
)
NODES: Final[tuple[tuple[str, str, tuple[Any, ...]], ...]] = (
    ("cast_member", "performance", ("Performance", ("performer", "person"), "inWork")),
    (
        "director",
        "contribution",
        (
            "Contribution",
            ("contributor", "person"),
            "inWork",
            f"{al('role')} {node('role', 'director')}",
        ),
    ),
    (
        "based_on",
        "connection",
        ("Derivation", ("to", "literature"), "from", f"{al('kind')} {node('kind', 'adaptation')}"),
    ),
)


def skewed(triples: int, seed: int = 223) -> Iterator[str]:
    """About ``triples`` lines, never fewer."""
    dice = random.Random(seed)
    films, people = triples // 70 + 10, triples // 45 + 10
    sources = triples // 2000 + 5

    def zipf(count: int, flat: int = 10) -> int:
        # A share falls off as one over the rank, but for the first few (Mandelbrot's law).
        return int(flat * ((count / flat + 1) ** dice.random() - 1))

    made = 0
    for number in range(people):
        person = node("person", f"p{number}")
        yield f"{person} {_TYPE} {al('Person')} ."
        yield f"{person} {_LABEL} {text(f'Person {number}')} ."
        yield f'{person} {al("born")} "{1890 + number % 110}"^^<{XSD}gYear> .'
        made += 3
    for number in range(films):
        film = node("film", f"f{number}")
        yield f"{film} {_TYPE} {al('Film')} ."
        yield f"{film} {_LABEL} {text(f'Film {number}')} ."
        yield f'{film} {al("published")} "{1920 + number * 37 % 105}"^^<{XSD}gYear> .'
        yield f"{film} {al('originalLanguage')} {node('language', LANGUAGES[zipf(7, 1)])} ."
        yield f"{film} <{DCTERMS}source> {node('source', f's{zipf(sources)}')} ."
        made += 5
        if number % 3 == 0:
            yield f"{film} {_LABEL} {text(f'電影 {number}', 'zh-Hant')} ."
            made += 1
        for place in range(1 + zipf(20, 1)):
            credit = node("performance", f"f{number}-{place}")
            yield f"{credit} {_TYPE} {al('Performance')} ."
            yield f"{credit} {al('performer')} {node('person', f'p{zipf(people)}')} ."
            yield f"{credit} {al('inWork')} {film} ."
            made += 3
            if place < 2:
                yield f"{credit} {al('character')} {node('character', f'f{number}-{place}')} ."
                made += 1
        for role in ROLES[: 1 + zipf(6, 1)]:
            credit = node("contribution", f"f{number}-{role}")
            yield f"{credit} {_TYPE} {al('Contribution')} ."
            yield f"{credit} {al('contributor')} {node('person', f'p{zipf(people)}')} ."
            yield f"{credit} {al('inWork')} {film} ."
            yield f"{credit} {al('role')} {node('role', role)} ."
            made += 4
    number = 0
    kinds = list(KINDS.items())
    while made < triples:
        kind, family = kinds[zipf(len(kinds), 1)]
        origin, target = dice.randrange(films), zipf(films)
        to = node("film", f"f{target}") if number % 3 else node("person", f"p{zipf(people)}")
        connection, evidence = node("connection", f"c{number}"), node("evidence", f"e{number}")
        said = text(f"Film {origin} has to do with what {target} stands for ({kind}).")
        yield f"{connection} {_TYPE} {al(family)} ."
        yield f"{connection} {_LABEL} {text(kind.replace('-', ' '))} ."
        yield f"{connection} {_DESCRIPTION} {said} ."
        yield f"{connection} {al('from')} {node('film', f'f{origin}')} ."
        yield f"{connection} {al('to')} {to} ."
        yield f"{connection} {al('kind')} {node('kind', kind)} ."
        yield f"{connection} {al('certainty')} {node('certainty', 'explicit')} ."
        yield f"{connection} {al('evidence')} {evidence} ."
        yield f"{evidence} {_TYPE} {al('Evidence')} ."
        yield f"{evidence} {al('source')} {node('source', f's{zipf(sources)}')} ."
        yield f"{evidence} {al('stance')} {node('stance', 'supports')} ."
        yield f'{evidence} {al("locator")} "paragraph {1 + number % 40}" .'
        made += 12
        number += 1


def films(path: Path, copies: int = 1, seed: int = 223) -> Iterator[str]:
    """Write the films of a gzipped file of Wikidata with one JSON object a line."""
    seen: set[str] = set()
    dice = random.Random(seed)

    def in_copy(number: int) -> Callable[[str], str]:
        def renamed(name: str) -> str:
            is_link_out = copies > 1 and dice.random() < 0.1
            copy = dice.randrange(copies) if is_link_out else number
            return f"{name}-{copy}" if copy else name

        return renamed

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for number in range(copies):
                yield from _film(json.loads(line), seen, number, in_copy(number))


def _film(
    record: dict[str, Any], seen: set[str], copy: int, renamed: Callable[[str], str]
) -> Iterator[str]:
    item = record["wikidata_id"] + (f"-{copy}" if copy else "")
    film = node("film", item)

    def once(register: str, name: str) -> Iterator[str]:
        """What is met for the first time gets its type and its item."""
        iri = node(register, name)
        if iri not in seen:
            seen.add(iri)
            yield f"{iri} {_TYPE} {al(CLASSES[register])} ."
            yield f"{iri} <{SKOS}exactMatch> <http://www.wikidata.org/entity/{name}> ."

    def several(found: str | list[str]) -> list[str]:
        return [found] if isinstance(found, str) else found

    yield from once("film", item)
    yield f"{film} <{DCTERMS}source> {node('source', 'wikidata')} ."
    for key, predicate, value in FACTS:
        if record.get(key):
            yield f"{film} {predicate} {value(record[key])} ."
    for key, register, predicate in LINKS:
        for name in map(renamed, several(record.get(key, ()))):
            yield from once(register, name)
            yield f"{film} {al(predicate)} {node(register, name)} ."
    for key, register, more in NODES:
        kind, end, start, *facts = more
        for name in map(renamed, several(record.get(key, ()))):
            made = node(register, f"{item}-{name}")
            yield from once(end[1], name)
            yield f"{made} {_TYPE} {al(kind)} ."
            yield f"{made} {al(start)} {film} ."
            yield f"{made} {al(end[0])} {node(end[1], name)} ."
            yield from (f"{made} {fact} ." for fact in facts)


def write(lines: Iterator[str], path: Path) -> int:
    """Write lines of N-Triples to a file, and return their number.

    Args:
        lines: The lines.
        path: A name with ".nq" makes N-Quads of the graph `GRAPH`, and ".gz" compresses.
    """
    count = 0
    end = f" {GRAPH} .\n" if ".nq" in path.suffixes else " .\n"
    with _open(path) as stream:
        for line in lines:
            stream.write(line.removesuffix(" .") + end)
            count += 1
    return count


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "wb", compresslevel=1), encoding="utf-8")
    return path.open("w", encoding="utf-8", buffering=1 << 20)


def main(kind: str, what: str, path: str, copies: str = "1") -> None:
    """Write one of the two, and print the number of triples."""
    lines = skewed(int(what)) if kind == "skewed" else films(Path(what), int(copies))
    print(f"{write(lines, Path(path)):,} triples: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
