"""Candidates from a SPARQL endpoint that holds Wikidata's graph, asked in chunks of VALUES.

Standard SPARQL alone. Labels are looked up as they are spelled, for an endpoint cannot fold
names; `allusion.wikidata.linking.titles.spellings` gives the ways in which people write one.

Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import quote

from ...core.labels import Name
from ...core.terms import Iri, Literal, Term, canonical_language
from ...core.vocabulary import PREFIXES, WIKIDATA_ENTITY
from ...store.base import Row
from ..client.wikidata_client import Wikidata
from ..model.classes import KNOWN
from ..model.languages import ANY, codes_of, codes_to_ask
from ..model.properties import DATES, IDENTIFIERS, MAKERS, TYPE
from .features import Candidate, Clues, Someone, article_of, years_in
from .name_similarity import spellings

Things = dict[str, tuple[Term, ...]]
"""What to ask for: as it stands in a VALUES block, and its terms in an answer."""

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
SELECT DISTINCT ?property ?value ?item WHERE {{
  VALUES (?property ?value) {{ {values} }}
  ?item ?property ?value
}}
ORDER BY ?property ?value ?item"""
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
# Asked by the work, for it is the same answer whoever is looked for.
_MAKERS: Final = """\
SELECT DISTINCT ?work ?item WHERE {{
  VALUES ?work {{ {works} }}
  VALUES ?property {{ {properties} }}
  ?work ?property ?item
}}
ORDER BY ?work ?item"""


class Endpoint:
    """The SPARQL endpoint of ``wikidata`` as a source of candidates.

    What it answers is kept there for each thing that was asked for. ``languages`` are BCP 47
    tags in which names are asked for, besides those of the clues.
    """

    def __init__(
        self,
        wikidata: Wikidata,
        languages: Sequence[str] = ("en", "zh-Hant", "zh-Hans", "ja"),
    ) -> None:
        self._wikidata = wikidata
        self._languages = tuple(languages)

    @property
    def name(self) -> str:
        """Its host, and the day of the oldest answer that was made use of."""
        return f"{self._wikidata.store.host} ({self._wikidata.account.day()})"

    def candidates(self, wanted: Sequence[Clues]) -> Iterator[list[Candidate]]:
        """For each of ``wanted``, the items that have an identifier, an article or a name of it."""
        found = self._found(wanted)
        described = self._described(
            list(dict.fromkeys(item for items in found for item in items)),
            {work for clues, items in zip(wanted, found, strict=True) if items
             for work in clues.works},
        )  # fmt: skip
        for items in found:
            yield [described[item] for item in items if item in described]

    def _found(self, wanted: Sequence[Clues]) -> list[list[str]]:
        """The Q-ids for each of ``wanted``, those by identifier and article first."""
        keys = [self._keys(clues) for clues in wanted]
        items: dict[str, list[str]] = {}
        for place, template in enumerate((_BY_IDENTIFIER, _BY_ARTICLE, _BY_NAME)):
            asked: Things = {}
            for one in keys:
                asked |= one[place]
            rows = self._wikidata.rows(asked, partial(_filled, template), _CHUNK)
            for text, found in rows.items():
                items[text] = [q_id for (item,) in found if (q_id := _q_id(item))]
        return [
            list(
                dict.fromkeys(item for some in one for text in some for item in items.get(text, ()))
            )
            for one in keys
        ]

    def _keys(self, clues: Clues) -> tuple[Things, Things, Things]:
        """What to look for: identifiers, articles, names.

        Wikidata has no labels in transcription; where nothing else is known, English may be one.
        """
        identifiers: Things = {}
        for prop, value in clues.identifiers.items():
            term = Literal(value)
            text = f"(wdt:{prop} {term.n3()})"
            identifiers[text] = (Iri(f"{PREFIXES['wdt']}{prop}"), term)
        articles: Things = {}
        for site, title in clues.articles.items():
            if site.endswith("wiki"):
                page = Iri(_article_url(site, title))
                articles[page.n3()] = (page,)
        names: Things = {}
        coded = [(name, _codes(name)) for name in clues.names]
        for name, codes in [pair for pair in coded if pair[1]] or coded:
            for spelled in spellings(name.text):
                for code in (*(codes or ("en",)), ANY):
                    # Asked for as Wikidata writes tags; an answer has them in the canonical form.
                    asked = Literal(spelled, language=code).n3()
                    names[asked] = (Literal(spelled, language=canonical_language(code)),)
        return identifiers, articles, names

    def _described(self, items: Sequence[str], works: set[str]) -> dict[str, Candidate]:
        rows = self._of_items(items, self._describe_query, _DESCRIBED_AT_ONCE)
        types = {
            q_id
            for some in rows.values()
            for prop, value, _ in some
            if str(prop) == f"{PREFIXES['wdt']}{TYPE}" and (q_id := _q_id(value))
        }
        above = self._wikidata.above(types - KNOWN)
        named: dict[str, set[str]] = defaultdict(set)
        for work, makers in self._of_items(sorted(works), _makers_query, _CHUNK).items():
            for (maker,) in makers:
                named[_q_id(maker)].add(work)
        return {
            item: _candidate(item, some, above, frozenset(named.get(item, ())))
            for item, some in rows.items()
            if some
        }

    def _of_items(
        self, items: Sequence[str], query: Callable[[str], str], size: int
    ) -> dict[str, list[Row]]:
        things: Things = {f"wd:{item}": (Iri(f"{WIKIDATA_ENTITY}{item}"),) for item in items}
        found = self._wikidata.rows(things, query, size)
        return {text.removeprefix("wd:"): rows for text, rows in found.items()}

    def _describe_query(self, items: str) -> str:
        return _DESCRIBE.format(
            items=items,
            languages=", ".join(f'"{code}"' for code in codes_to_ask(self._languages)),
            things=_properties((TYPE, *MAKERS)),
            literals=_properties((*DATES, *IDENTIFIERS)),
        )


def _filled(template: str, values: str) -> str:
    return template.format(values=values)


def _makers_query(works: str) -> str:
    return _MAKERS.format(works=works, properties=_properties(MAKERS))


def _candidate(
    item: str, rows: Sequence[Row], above: Mapping[str, tuple[str, ...]], works: frozenset[str]
) -> Candidate:
    labels: list[Name] = []
    aliases: list[Name] = []
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    articles: dict[str, str] = {}
    for prop, value, name in rows:
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
        frozenset(up for one in types for up in above.get(one, ())),
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


def _q_id(term: Term | None) -> str:
    found = _ITEM.fullmatch(term.value) if isinstance(term, Iri) else None
    return found[1] if found else ""


def _properties(properties: Iterable[str]) -> str:
    return " ".join(f"wdt:{prop}" for prop in properties)


def _codes(name: Name) -> tuple[str, ...]:
    return codes_of(name.language).exact if name.language else ("en",)


def _article_url(site: str, title: str) -> str:
    """The address of an article as Wikidata writes it in RDF.

    >>> _article_url("enwiki", "It's a Wonderful Life")
    'https://en.wikipedia.org/wiki/It%27s_a_Wonderful_Life'
    """
    host = site.removesuffix("wiki").replace("_", "-")
    return f"https://{host}.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe=';@$!*(),/~:')}"
