"""Gaps: missing statements of the graph, and the commands that help to add them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from ..core.terms import shorten
from ..query.results import Result

_LABEL: Final = """
  OPTIONAL { ?entity rdfs:label ?english FILTER(LANG(?english) = "en") }
  OPTIONAL { ?entity rdfs:label ?any }
"""
_NAMED: Final = "(COALESCE(SAMPLE(?english), SAMPLE(?any), STR(?entity)) AS ?label)"


@dataclass(frozen=True, slots=True)
class GapKind:
    """A kind of gap.

    Attributes:
        title: What is missing, for one sentence: "12 works without connections".
        sparql: A SELECT query of ``?entity``, ``?label``, and ``?detail``.
        command: The command that helps, with ``{entity}``, ``{detail}`` and ``{folder}``.
        of_collections: Whether the command works for entities of collections.
    """

    title: str
    sparql: str
    command: str
    of_collections: bool = True


#: Kinds of gaps by name.
GAPS: Final[dict[str, GapKind]] = {
    "connections": GapKind(
        "works without connections",
        f"""SELECT ?entity {_NAMED} ("" AS ?detail) {{
          ?entity a al:Work .
          FILTER NOT EXISTS {{ ?entity al:connectedTo ?other }}
          FILTER NOT EXISTS {{ ?other al:connectedTo ?entity }} {_LABEL}
        }} GROUP BY ?entity ORDER BY ?label""",
        "allusion add connection {folder} --from {entity}",
    ),
    "sources": GapKind(
        "connections with a single source",
        """SELECT ?entity (SAMPLE(?sentence) AS ?label) (SAMPLE(?ends) AS ?detail) {
          ?entity al:from ?from ; al:to ?to ; al:kind ?kind ; al:evidence ?evidence .
          ?evidence al:source ?source .
          OPTIONAL { ?entity dcterms:description ?text FILTER(LANG(?text) = "en") }
          BIND(COALESCE(?text, STR(?entity)) AS ?sentence)
          BIND(CONCAT(STR(?from), " ", STR(?kind), " ", STR(?to)) AS ?ends)
        } GROUP BY ?entity HAVING (COUNT(DISTINCT ?source) = 1) ORDER BY ?entity""",
        "allusion add connection {folder} --from {from} --kind {kind} --to {to}",
    ),
    "holders": GapKind(
        "unnamed holders of claims",
        """SELECT ?entity (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?statement) AS ?detail) {
          ?statement al:madeBy|al:heldBy ?entity .
          ?entity rdfs:label ?name .
          FILTER(LANG(?name) = "en")
          FILTER(REGEX(?name, "^(an? |[Tt]he authors? (of|at) |[Aa]uthors? (of|at) )"))
        } GROUP BY ?entity ORDER BY DESC(?detail) ?entity""",
        "allusion show {entity}",
    ),
    "items": GapKind(
        "works and people without an item of Wikidata",
        f"""SELECT ?entity {_NAMED} ("" AS ?detail) {{
          {{ ?entity a al:Work }} UNION {{ ?entity a al:Person }}
          FILTER NOT EXISTS {{ ?entity skos:exactMatch ?item }} {_LABEL}
        }} GROUP BY ?entity ORDER BY ?label""",
        "allusion wikidata link {entity} --dry-run",
        of_collections=False,
    ),
    "languages": GapKind(
        "lines without a known language",
        """SELECT ?entity (SAMPLE(?name) AS ?label) ("" AS ?detail) {
          ?entity a al:Utterance .
          FILTER NOT EXISTS { ?entity al:inLanguage ?language }
          OPTIONAL { ?entity rdfs:label ?text }
          BIND(COALESCE(?text, STR(?entity)) AS ?name)
        } GROUP BY ?entity ORDER BY ?entity""",
        "allusion sparql 'DESCRIBE {entity}'",
    ),
    "titles": GapKind(
        "pages without a title",
        """SELECT ?entity (SAMPLE(?title) AS ?label) ("" AS ?detail) {
          ?entity a al:Source ; dcterms:title ?title .
          FILTER(LANG(?title) = "zxx")
        } GROUP BY ?entity ORDER BY ?entity""",
        "allusion query what-a-source-says -p source={entity}",
    ),
    "addresses": GapKind(
        "sources without an address",
        """SELECT ?entity (SAMPLE(?title) AS ?label) ("" AS ?detail) {
          ?entity a al:Source ; dcterms:title ?title .
          FILTER NOT EXISTS { ?entity al:url ?address }
          FILTER NOT EXISTS {
            ?entity al:sourceType ?type .
            FILTER(?type IN (source-type:editors, source-type:inference, source-type:register))
          }
        } GROUP BY ?entity ORDER BY ?entity""",
        "allusion query what-a-source-says -p source={entity}",
    ),
    "places": GapKind(
        "passages without a place in their source",
        """SELECT ?entity (SAMPLE(?title) AS ?label) (SAMPLE(STR(?source)) AS ?detail) {
          ?entity a al:Evidence ; al:source ?source .
          FILTER NOT EXISTS { ?entity al:locator ?locator }
          FILTER NOT EXISTS { ?entity al:startOffset ?start }
          ?source dcterms:title ?title .
          FILTER NOT EXISTS { ?source al:sourceType source-type:editors }
        } GROUP BY ?entity ORDER BY ?entity""",
        "allusion query what-a-source-says -p source={detail}",
    ),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing.

    Attributes:
        iri: The node that lacks it.
        label: Its name, or the sentence of a connection.
        command: The command that helps.
    """

    iri: str
    label: str
    command: str


def find_gaps(
    kind: str, select: Callable[[str], Result], folder: str, namespaces: Collection[str] = ()
) -> list[Gap]:
    """Return all gaps of one kind.

    Args:
        kind: A key of `GAPS`.
        select: Evaluates a SELECT query.
        folder: Collection that the commands add to.
        namespaces: Namespaces of collections, to return only their gaps; empty means all.
    """
    gap = GAPS[kind]
    found = []
    starts = tuple(f"{space}-" for space in namespaces)
    for iri, label, detail in select(gap.sparql).rows:
        if starts and not str(iri).rpartition("/")[2].startswith(starts):
            continue
        parts = [shorten(part) for part in str(detail).split()]
        ends = dict(zip(("from", "kind", "to"), parts, strict=False))
        ends["kind"] = ends.get("kind", "").removeprefix("kind:")
        fields = {
            "entity": shorten(str(iri)), "detail": shorten(str(detail)), "folder": folder, **ends
        }  # fmt: skip
        quoted = {name: shlex.quote(text) for name, text in fields.items()}
        found.append(Gap(str(iri), str(label), gap.command.format(**quoted)))
    return found
