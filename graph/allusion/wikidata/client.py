"""Asking a SPARQL endpoint that holds Wikidata's graph what it says of an item.

Source: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ..errors import ParameterError
from ..records import Name
from ..store import select
from ..store.remote import CONTACT, RemoteStore
from ..terms import Iri, Literal, Term, canonical_language
from ..vocabulary import PREFIXES, WIKIDATA_ENTITY
from .classes import KNOWN
from .items import DATES, IDENTIFIERS, MAKERS, TYPE, ItemDescription, Value
from .languages import ANY, codes_to_ask

ENDPOINT: Final = "https://query.wikidata.org/sparql"
LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans", "ja", "ko")
_ITEM: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_MIDNIGHT: Final = re.compile(r"T00:00:00Z?$")

# Labels by rdfs:label with a filter, never the label service: that one exists in a
# single engine. One query an item, so that describing one costs one request.
_DESCRIBE: Final = """\
PREFIX schema: <http://schema.org/>
SELECT ?property ?value ?name ?site WHERE {{
  {{
    VALUES ?property {{ rdfs:label skos:altLabel }}
    wd:{item} ?property ?value
    FILTER(LANG(?value) IN ({languages}))
  }} UNION {{
    VALUES ?property {{ {things} }}
    wd:{item} ?property ?value
    OPTIONAL {{ ?value rdfs:label ?name FILTER(LANG(?name) IN ({languages})) }}
  }} UNION {{
    VALUES ?property {{ {literals} }}
    wd:{item} ?property ?value
  }} UNION {{
    VALUES ?property {{ owl:sameAs }}
    wd:{item} ?property ?value
  }} UNION {{
    ?value schema:about wd:{item} ; schema:isPartOf ?site
  }}
}}
ORDER BY ?property ?value ?name"""

_SUPERCLASSES: Final = """\
SELECT DISTINCT ?class WHERE {{ wd:{item} wdt:P31/wdt:P279+ ?class }} ORDER BY ?class"""


class WikidataClient:
    """Asks one endpoint: Wikidata's own, or any other that holds the same graph.

    ``contact`` (an address or e-mail by which to reach you) goes into the User-Agent,
    as Wikidata's policy asks. ``timeout_s`` is for each query; Wikidata stops at 60.
    """

    def __init__(
        self, endpoint: str = ENDPOINT, *, contact: str = CONTACT, timeout_s: float = 60
    ) -> None:
        self.store = RemoteStore(endpoint, contact=contact, timeout_s=timeout_s)

    def describe(self, item: str, languages: Sequence[str] = LANGUAGES) -> ItemDescription:
        """What the endpoint says of ``item`` ("Q766263").

        ``languages`` are BCP 47 tags; English and Wikidata's default for all languages
        are always asked for too. Only best-ranked statements are seen. Values that
        Wikidata marks as unknown are left out.

        :raises ParameterError: if ``item`` is not a Q-id or a language is not a tag.
        :raises NetworkError: if the endpoint does not answer as it should.
        """
        query = describe_query(item, languages)
        labels: dict[str, str] = {}
        aliases: list[Name] = []
        values: dict[str, dict[Term, dict[str, str]]] = defaultdict(dict)
        sitelinks: dict[str, str] = {}
        redirects_to = ""
        for prop, value, name, site in select(self.store, query):
            if value is None:
                continue
            path = str(prop or "")
            if prop is None:
                sitelinks[str(site)] = str(value)
            elif path == f"{PREFIXES['rdfs']}label" and isinstance(value, Literal):
                labels[value.language] = value.value
            elif path == f"{PREFIXES['skos']}altLabel" and isinstance(value, Literal):
                aliases.append(Name(value.value, value.language))
            elif path == f"{PREFIXES['owl']}sameAs":
                # Mirrors may add links to other data sets in the same words.
                if str(value).startswith(WIKIDATA_ENTITY):
                    redirects_to = str(value).removeprefix(WIKIDATA_ENTITY)
            elif path.startswith(PREFIXES["wdt"]) and _is_known(value):
                names = values[path.removeprefix(PREFIXES["wdt"])].setdefault(value, {})
                if isinstance(name, Literal):
                    names[name.language] = name.value
        statements = {
            prop: tuple(_value(term, names) for term, names in found.items())
            for prop, found in values.items()
        }
        types = {value.item for value in statements.get(TYPE, ())}
        return ItemDescription(
            item,
            self.store.endpoint,
            tuple(map(canonical_language, languages)),
            labels,
            tuple(aliases),
            statements,
            self._superclasses(item) if types and not types & KNOWN else frozenset(),
            sitelinks,
            redirects_to,
        )

    def _superclasses(self, item: str) -> frozenset[str]:
        rows = select(self.store, _SUPERCLASSES.format(item=item))
        return frozenset(str(row[0]).removeprefix(WIKIDATA_ENTITY) for row in rows if row[0])


def describe_query(item: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The query that ``WikidataClient.describe`` sends, for those who want to see it.

    :raises ParameterError: if ``item`` is not a Q-id or a language is not a tag.
    """
    if not _ITEM.fullmatch(item):
        raise ParameterError(f"{item!r} is not an item of Wikidata; one looks like Q766263")
    for tag in languages:
        if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
            raise ParameterError(f"{tag!r} is not a language tag; one looks like zh-Hant")
    return _DESCRIBE.format(
        item=item,
        languages=", ".join(f'"{code}"' for code in codes_to_ask(tuple(languages))),
        things=" ".join(f"wdt:{prop}" for prop in (TYPE, *MAKERS)),
        literals=" ".join(f"wdt:{prop}" for prop in (*DATES, *IDENTIFIERS)),
    )


def _is_known(value: Term) -> bool:
    """Whether it is a value: "unknown value" comes as a blank node or a genid IRI."""
    if isinstance(value, Iri):
        return value.value.startswith(WIKIDATA_ENTITY)
    return isinstance(value, Literal)


def _value(term: Term, names: dict[str, str]) -> Value:
    if isinstance(term, Iri):
        item = term.value.removeprefix(WIKIDATA_ENTITY)
        text = names.get("en") or names.get(ANY) or next(iter(names.values()), item)
        return Value(text, item, names)
    return Value(_MIDNIGHT.sub("", str(term)))
