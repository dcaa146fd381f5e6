"""The page of the vocabulary: classes, properties and terms with the number of their uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..core.terms import shorten
from ..core.vocabulary import AL
from ..store import Store
from ..store.interface import select
from .site import Site

_TERMS: Final = f"""
SELECT ?term ?type ?label ?definition ?domain ?range WHERE {{
  VALUES ?type {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
  ?term a ?type ; rdfs:label ?label .
  FILTER(STRSTARTS(STR(?term), "{AL}") && LANG(?label) = "en")
  OPTIONAL {{ ?term skos:definition ?definition FILTER(LANG(?definition) = "en") }}
  OPTIONAL {{ ?term rdfs:domain ?domain FILTER(isIRI(?domain)) }}
  OPTIONAL {{ ?term rdfs:range ?range FILTER(isIRI(?range)) }}
}} ORDER BY ?label ?term ?domain ?range"""
_USES: Final = f"""
SELECT ?term (COUNT(*) AS ?uses) WHERE {{
  {{ ?s a ?term }} UNION {{ ?s ?term ?o }}
  FILTER(STRSTARTS(STR(?term), "{AL}"))
}} GROUP BY ?term"""


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A class, property or concept; ``uses`` is None if it is not counted."""

    iri: str
    label: str
    definition: str
    detail: str = ""
    uses: int | None = None

    @property
    def curie(self) -> str:
        """The prefixed name."""
        return shorten(self.iri)

    @property
    def ident(self) -> str:
        """The id of the entry: the local name, as in the IRI."""
        return (
            self.iri.removeprefix(AL) if self.iri.startswith(AL) else self.curie.replace(":", "-")
        )


def vocabulary_page(site: Site) -> str:
    """Return the page of the vocabulary; it has three queries, and is cached."""
    store = site.graph.store
    uses = {str(term): int(str(number)) for term, number in select(store, _USES)}
    groups: list[dict[str, Any]] = [
        {"title": title, "ident": title.lower(), "terms": list(_terms(store, uses, types))}
        for title, types in (
            ("Classes", ("Class",)),
            ("Properties", ("ObjectProperty", "DatatypeProperty")),
        )
    ]
    lists: dict[str, list[VocabularyTerm]] = {}
    for name, key, uses_column in (("kinds", "kind", "connections"), ("terms", "term", "uses")):
        for row in site.graph.query(name).records():
            term = VocabularyTerm(
                str(row[key]),
                str(row[f"{key}Label"]),
                str(row["definition"]),
                str(row.get("family") or ""),
                int(str(row[uses_column])),
            )
            lists.setdefault(str(row.get("list") or "Kinds of connection"), []).append(term)
    groups += [
        {
            "title": title,
            "ident": f"scheme-{shorten(terms[0].iri).partition(':')[0]}",
            "terms": list({term.iri: term for term in terms}.values()),
        }
        for title, terms in lists.items()
    ]
    return site.renderer.render(
        "ontology", "ontology", section="ontology", title="Vocabulary", groups=groups
    )


def _terms(store: Store, uses: dict[str, int], types: tuple[str, ...]) -> Iterator[VocabularyTerm]:
    seen: set[str] = set()
    for row in select(store, _TERMS):
        term, type_, label, definition, domain, range_ = (str(cell or "") for cell in row)
        if not type_.endswith(types) or term in seen:
            continue
        seen.add(term)
        ends = [f"from {shorten(domain)}"] if domain else []
        ends += [f"to {shorten(range_)}"] if range_ else []
        yield VocabularyTerm(term, label, definition, " ".join(ends), uses.get(term, 0))
