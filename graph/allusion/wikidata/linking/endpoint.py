"""Candidates from a SPARQL endpoint that holds Wikidata's graph, asked in chunks of VALUES.

Standard SPARQL alone. Labels are looked up as they are spelled, for an endpoint cannot fold
names; `allusion.wikidata.linking.titles.spellings` gives the ways in which people write one.

Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from ...records import Name
from ...store.answer import Row
from ...terms import Iri, Literal, Term, canonical_language
from ...vocabulary import PREFIXES, WIKIDATA_ENTITY
from ..classes import KNOWN
from ..items import DATES, IDENTIFIERS, MAKERS, TYPE
from ..languages import ANY, codes_of, codes_to_ask
from .clues import Candidate, Clues, Someone, article_of, years_in
from .titles import spellings

Ask = Callable[[str], Iterable[Row]]
"""Gives the rows of a SELECT query."""

_CHUNK: Final = 60
_DESCRIBED_AT_ONCE: Final = 20
_ITEM: Final = re.compile(re.escape(WIKIDATA_ENTITY) + r"(Q[1-9][0-9]{0,11})")

# Each branch has the block again: engines push no binding into a union.
_BY_NAME: Final = """\
SELECT DISTINCT ?value ?item WHERE {{
  {{ VALUES ?value {{ {values} }} ?item rdfs:label ?value }}
  UNION
  {{ VALUES ?value {{ {values} }} ?item skos:altLabel ?value }}
}}
ORDER BY STR(?value) ?item"""
_BY_IDENTIFIER: Final = """\
SELECT DISTINCT ?value ?item WHERE {{
  VALUES (?property ?value) {{ {values} }}
  ?item ?property ?value
}}
ORDER BY ?value ?item"""
_BY_ARTICLE: Final = """\
PREFIX schema: <http://schema.org/>
SELECT DISTINCT ?value ?item WHERE {{
  VALUES ?value {{ {values} }}
  ?value schema:about ?item
}}
ORDER BY ?value ?item"""
_DESCRIBE: Final = """\
PREFIX schema: <http://schema.org/>
SELECT ?item ?property ?value ?name WHERE {{
  {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ rdfs:label skos:altLabel }}
    ?item ?property ?value
    FILTER(LCASE(LANG(?value)) IN ({languages}))
  }} UNION {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ {things} }}
    ?item ?property ?value
    OPTIONAL {{ ?value rdfs:label ?name FILTER(LCASE(LANG(?name)) IN ({languages})) }}
  }} UNION {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ {literals} }}
    ?item ?property ?value
  }} UNION {{
    VALUES ?item {{ {items} }}
    VALUES ?property {{ schema:about }}
    ?value ?property ?item
  }}
}}
ORDER BY ?item ?property STR(?value) STR(?name)"""
_ABOVE: Final = """\
SELECT DISTINCT ?item ?value WHERE {{
  VALUES ?item {{ {items} }}
  VALUES ?value {{ {classes} }}
  ?item wdt:P279+ ?value
}}
ORDER BY ?item ?value"""
_WORKS: Final = """\
SELECT DISTINCT ?item ?value WHERE {{
  VALUES ?value {{ {works} }}
  VALUES ?item {{ {items} }}
  VALUES ?property {{ {properties} }}
  ?value ?property ?item
}}
ORDER BY ?item ?value"""


class Endpoint:
    """A SPARQL endpoint as a source of candidates.

    ``ask`` gives the rows of a query. ``host`` is what comments call it, "query.wikidata.org",
    with the day that ``read_on`` gives: that of the oldest answer that was made use of.
    ``languages`` are BCP 47 tags in which names are asked for, besides those of the clues.
    """

    def __init__(
        self,
        ask: Ask,
        host: str,
        read_on: Callable[[], dt.date],
        languages: Sequence[str] = ("en", "zh-Hant", "zh-Hans", "ja"),
    ) -> None:
        self._ask = ask
        self._host, self._read_on = host, read_on
        self._languages = tuple(languages)

    @property
    def name(self) -> str:
        """Its host, and the day of the oldest answer that was made use of."""
        return f"{self._host} ({self._read_on()})"

    def candidates(self, wanted: Sequence[Clues]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, the items that have an identifier, an article or a name of it."""
        found = self._found(wanted)
        described = self._described(
            list(dict.fromkeys(item for items in found for item in items)),
            {work for clues in wanted for work in clues.works},
        )
        for items in found:
            yield [described[item] for item in items if item in described]

    def _found(self, wanted: Sequence[Clues]) -> list[list[str]]:
        """The Q-ids for each of ``wanted``, those by identifier and article first."""
        keys = [self._keys(clues) for clues in wanted]
        items: dict[Term, list[str]] = defaultdict(list)
        for place, template in enumerate((_BY_IDENTIFIER, _BY_ARTICLE, _BY_NAME)):
            asked = {block: None for one in keys for block in one[place]}
            for chunk in _parts(list(asked), _CHUNK):
                for value, item in self._ask(template.format(values=" ".join(chunk))):
                    if value is not None and (q_id := _q_id(item)):
                        items[value].append(q_id)
        return [
            list(
                dict.fromkeys(
                    item for blocks in one for term in blocks.values() for item in items[term]
                )
            )
            for one in keys
        ]

    def _keys(self, clues: Clues) -> tuple[dict[str, Term], ...]:
        """What to look for, as it stands in a VALUES block, each with its term: three kinds."""
        identifiers: dict[str, Term] = {}
        for prop, value in clues.identifiers.items():
            term = Literal(value)
            identifiers[f"(wdt:{prop} {term.n3()})"] = term
        articles: dict[str, Term] = {}
        for site, title in clues.articles.items():
            if site.endswith("wiki"):
                page = Iri(_article_url(site, title))
                articles[page.n3()] = page
        names: dict[str, Term] = {}
        for name in clues.names:
            codes = codes_of(name.language).exact if name.language else ("en",)
            for spelled in spellings(name.text):
                for code in (*codes, ANY):
                    # Asked for as Wikidata writes tags; an answer has them in the canonical form.
                    asked = Literal(spelled, language=code).n3()
                    names[asked] = Literal(spelled, language=canonical_language(code))
        return identifiers, articles, names

    def _described(self, items: Sequence[str], works: set[str]) -> dict[str, Candidate]:
        rows: dict[str, list[Row]] = defaultdict(list)
        for chunk in _parts(items, _DESCRIBED_AT_ONCE):
            for row in self._ask(self._describe_query(chunk)):
                rows[_q_id(row[0])].append(row)
        types = {
            q_id
            for some in rows.values()
            for _, prop, value, _ in some
            if str(prop) == f"{PREFIXES['wdt']}{TYPE}" and (q_id := _q_id(value))
        }
        above = self._pairs(
            [one for one in sorted(types) if one not in KNOWN],
            _ABOVE,
            classes=_block(sorted(KNOWN)),
        )
        named = (
            self._pairs(
                items, _WORKS, works=_block(sorted(works)),
                properties=" ".join(f"wdt:{prop}" for prop in MAKERS),
            )
            if works
            else {}
        )  # fmt: skip
        return {
            item: _candidate(item, some, above, frozenset(named.get(item, ())))
            for item, some in rows.items()
        }

    def _pairs(self, items: Sequence[str], template: str, **rest: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for chunk in _parts(items, _CHUNK):
            for item, value in self._ask(template.format(items=_block(chunk), **rest)):
                found[_q_id(item)].add(_q_id(value))
        return found

    def _describe_query(self, items: Sequence[str]) -> str:
        return _DESCRIBE.format(
            items=_block(items),
            languages=", ".join(f'"{code}"' for code in codes_to_ask(self._languages)),
            things=" ".join(f"wdt:{prop}" for prop in (TYPE, *MAKERS)),
            literals=" ".join(f"wdt:{prop}" for prop in (*DATES, *IDENTIFIERS)),
        )


def _candidate(
    item: str, rows: Sequence[Row], above: dict[str, set[str]], works: frozenset[str]
) -> Candidate:
    labels: list[Name] = []
    aliases: list[Name] = []
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    articles: dict[str, str] = {}
    for _, prop, value, name in rows:
        path = str(prop)
        if path == f"{PREFIXES['rdfs']}label" and isinstance(value, Literal):
            labels.append(Name(value.value, value.language))
        elif path == f"{PREFIXES['skos']}altLabel" and isinstance(value, Literal):
            aliases.append(Name(value.value, value.language))
        elif path.startswith(PREFIXES["wdt"]):
            text = _q_id(value) or (value.value if isinstance(value, Literal) else "")
            if text:  # "unknown value" comes as a blank node or a genid IRI
                names = values[path.removeprefix(PREFIXES["wdt"])][text]
                if isinstance(name, Literal) and name.value not in names:
                    names.append(name.value)
        elif found := article_of(str(value)):
            articles[found[0]] = found[1]
    types = tuple(values.get(TYPE, ()))
    return Candidate(
        item,
        tuple(labels),
        tuple(aliases),
        types,
        frozenset().union(*(above.get(one, set()) for one in types)) if types else frozenset(),
        {
            prop: tuple(sorted({year for text in values[prop] for year in years_in(text)}))
            for prop in DATES
            if prop in values
        },
        {
            prop: tuple(Someone(one, tuple(names)) for one, names in values[prop].items())
            for prop in MAKERS
            if prop in values
        },
        {prop: tuple(values[prop]) for prop in IDENTIFIERS if prop in values},
        articles,
        works,
    )


def _parts(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def _q_id(term: Term | None) -> str:
    found = _ITEM.fullmatch(term.value) if isinstance(term, Iri) else None
    return found[1] if found else ""


def _block(items: Iterable[str]) -> str:
    return " ".join(f"wd:{item}" for item in items)


def _article_url(site: str, title: str) -> str:
    """The address of an article as Wikidata writes it in RDF.

    >>> _article_url("enwiki", "It's a Wonderful Life")
    'https://en.wikipedia.org/wiki/It%27s_a_Wonderful_Life'
    """
    host = site.removesuffix("wiki").replace("_", "-")
    return f"https://{host}.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe=';@$!*(),/~:')}"
