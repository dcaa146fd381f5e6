"""Candidates from a SPARQL endpoint with Wikidata's graph.

Queries are standard SPARQL with VALUES blocks of limited size. An endpoint cannot normalize
names, so labels are looked up in all variants of `spelling_variants`.

Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import quote

from ...core.labels import Name
from ...core.terms import Iri, Literal, Term, canonical_language
from ...core.vocabulary import PREFIXES, WIKIDATA_ENTITY
from ...store.interface import Row
from ..client.wikidata_client import WikidataClient
from ..model.classes import KNOWN_CLASSES
from ..model.items import item_id
from ..model.languages import MUL, codes_to_request, language_codes
from ..model.properties import DATES, IDENTIFIERS, INSTANCE_OF, MAKERS
from .features import (
    Candidate,
    Contributor,
    Features,
    parse_article_url,
    years_of_values,
)
from .name_similarity import spelling_variants

ValuesTerms = dict[str, tuple[Term, ...]]
"""A value to look up: its text in a VALUES block, and its terms in a response."""

_VALUES_PER_QUERY: Final = 60
_ITEMS_PER_QUERY: Final = 20

# Each branch repeats the block, because engines do not push bindings into a union.
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
# The works are the values, so that one cached response serves all people.
_MAKERS: Final = """\
SELECT DISTINCT ?work ?item WHERE {{
  VALUES ?work {{ {works} }}
  VALUES ?property {{ {properties} }}
  ?work ?property ?item
}}
ORDER BY ?work ?item"""


class SparqlSource:
    """Candidate source over the SPARQL endpoint of ``wikidata``.

    Responses are cached for each value. ``languages`` are BCP 47 tags of the labels to fetch, in
    addition to those of the query.
    """

    def __init__(
        self,
        wikidata: WikidataClient,
        languages: Sequence[str] = ("en", "zh-Hant", "zh-Hans", "ja"),
    ) -> None:
        self._wikidata = wikidata
        self._languages = tuple(languages)

    @property
    def name(self) -> str:
        """Host, and the day of the oldest response used."""
        return f"{self._wikidata.store.host} ({self._wikidata.log.oldest_day()})"

    def candidates(self, queries: Sequence[Features]) -> Iterator[list[Candidate]]:
        """Yield the items that have an identifier, an article or a name of each query."""
        found = self._find_items(queries)
        described = self._describe(
            list(dict.fromkeys(item for items in found for item in items)),
            {work for features, items in zip(queries, found, strict=True) if items
             for work in features.works},
        )  # fmt: skip
        for items in found:
            yield [described[item] for item in items if item in described]

    def _find_items(self, queries: Sequence[Features]) -> list[list[str]]:
        """Return the Q-ids for each query, those found by identifier and article first."""
        keys = [self._search_values(features) for features in queries]
        items: dict[str, list[str]] = {}
        for place, template in enumerate((_BY_IDENTIFIER, _BY_ARTICLE, _BY_NAME)):
            asked: ValuesTerms = {}
            for one in keys:
                asked |= one[place]
            rows = self._wikidata.fetch_rows(
                asked, partial(_fill_template, template), _VALUES_PER_QUERY
            )
            for text, found in rows.items():
                items[text] = [q_id for (item,) in found if (q_id := item_id(item))]
        return [
            list(
                dict.fromkeys(item for some in one for text in some for item in items.get(text, ()))
            )
            for one in keys
        ]

    def _search_values(self, features: Features) -> tuple[ValuesTerms, ValuesTerms, ValuesTerms]:
        """Return the identifiers, articles and names to look up.

        Wikidata has no labels in transcription; if there are no other names, they are looked up as
        English.
        """
        identifiers: ValuesTerms = {}
        for prop, value in features.identifiers.items():
            term = Literal(value)
            text = f"(wdt:{prop} {term.n3()})"
            identifiers[text] = (Iri(f"{PREFIXES['wdt']}{prop}"), term)
        articles: ValuesTerms = {}
        for site, title in features.articles.items():
            if site.endswith("wiki"):
                page = Iri(_article_url(site, title))
                articles[page.n3()] = (page,)
        names: ValuesTerms = {}
        coded = [(name, _codes(name)) for name in features.names]
        for name, codes in [pair for pair in coded if pair[1]] or coded:
            for spelled in spelling_variants(name.text):
                for code in (*(codes or ("en",)), MUL):
                    # Wikidata's codes are in lower case; responses have canonical tags.
                    asked = Literal(spelled, language=code).n3()
                    names[asked] = (Literal(spelled, language=canonical_language(code)),)
        return identifiers, articles, names

    def _describe(self, items: Sequence[str], works: set[str]) -> dict[str, Candidate]:
        rows = self._fetch_item_rows(items, self._describe_query, _ITEMS_PER_QUERY)
        types = {
            q_id
            for some in rows.values()
            for prop, value, _ in some
            if str(prop) == f"{PREFIXES['wdt']}{INSTANCE_OF}" and (q_id := item_id(value))
        }
        above = self._wikidata.fetch_superclasses(types - KNOWN_CLASSES)
        named: dict[str, set[str]] = defaultdict(set)
        for work, makers in self._fetch_item_rows(
            sorted(works), _makers_query, _VALUES_PER_QUERY
        ).items():
            for (maker,) in makers:
                named[item_id(maker)].add(work)
        return {
            item: _build_candidate(item, some, above, frozenset(named.get(item, ())))
            for item, some in rows.items()
            if some
        }

    def _fetch_item_rows(
        self, items: Sequence[str], query: Callable[[str], str], size: int
    ) -> dict[str, list[Row]]:
        things: ValuesTerms = {f"wd:{item}": (Iri(f"{WIKIDATA_ENTITY}{item}"),) for item in items}
        found = self._wikidata.fetch_rows(things, query, size)
        return {text.removeprefix("wd:"): rows for text, rows in found.items()}

    def _describe_query(self, items: str) -> str:
        return _DESCRIBE.format(
            items=items,
            languages=", ".join(f'"{code}"' for code in codes_to_request(self._languages)),
            things=_property_list((INSTANCE_OF, *MAKERS)),
            literals=_property_list((*DATES, *IDENTIFIERS)),
        )


def _fill_template(template: str, values: str) -> str:
    return template.format(values=values)


def _makers_query(works: str) -> str:
    return _MAKERS.format(works=works, properties=_property_list(MAKERS))


def _build_candidate(
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
            text = item_id(value) or (value.value if isinstance(value, Literal) else "")
            if text:  # an unknown value is a blank node or a genid IRI
                names = values[path.removeprefix(PREFIXES["wdt"])][text]
                if isinstance(name, Literal) and name.value not in names:
                    names.append(name.value)
        elif found := parse_article_url(str(value)):
            articles[found[0]] = found[1]
    types = tuple(values.get(INSTANCE_OF, ()))
    return Candidate(
        item,
        tuple(labels),
        tuple(aliases),
        types,
        frozenset(up for one in types for up in above.get(one, ())),
        {prop: years_of_values(values[prop]) for prop in DATES if prop in values},
        {
            prop: tuple(Contributor(one, tuple(names)) for one, names in values[prop].items())
            for prop in MAKERS
            if prop in values
        },
        {prop: tuple(values[prop]) for prop in IDENTIFIERS if prop in values},
        articles,
        works,
    )


def _property_list(properties: Iterable[str]) -> str:
    return " ".join(f"wdt:{prop}" for prop in properties)


def _codes(name: Name) -> tuple[str, ...]:
    return language_codes(name.language).exact if name.language else ("en",)


def _article_url(site: str, title: str) -> str:
    """Return the address of an article as in Wikidata's RDF.

    >>> _article_url("enwiki", "It's a Wonderful Life")
    'https://en.wikipedia.org/wiki/It%27s_a_Wonderful_Life'
    """
    host = site.removesuffix("wiki").replace("_", "-")
    return f"https://{host}.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe=';@$!*(),/~:')}"
