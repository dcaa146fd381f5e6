"""Pages for people: entities, sources and statements of a graph.

A page of an entity is made of its card, without a query. Any other node has at most two queries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
from markupsafe import Markup, escape

from ..core.errors import UnknownName
from ..core.external_links import safe_url
from ..core.model import Entity
from ..core.terms import shorten
from ..core.text import count_text
from ..core.vocabulary import ENTITY_REGISTERS, STATEMENTS_WITH_CARD, local_path
from ..network.card import Card
from ..network.networkx_graph import get_entity, iter_entities
from ..network.readers import ReaderContext
from ..query.catalog import CannedQuery
from ..query.results import TripleResult, collect
from ..view.links import is_uncertain
from ..view.text_boxes import year_text
from ..view.theme import kind_style
from .drawings import entity_drawing, statement_drawing
from .entity_page import ArticleBlocks, ArticleBuilder, heading_of, other_names
from .footnotes import Footnote
from .long_pages import PageBlock, PageSeries, make_block
from .rendering import Renderer
from .resource_page import incoming_of, stated_by, statements_of
from .rights import rights_of
from .schema_org import schema_org, summary
from .source_page import StatementsBySource, facts_about_source, footnote_of

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph

#: Name of a collection in commands if none is layered.
PLACEHOLDER: Final = "my-films"
#: Entities of a register in the map of a large site; the map may have 50,000 addresses.
_MAX_LISTED: Final = 3_000
#: Names and links at the head of a page, at most; the formats for programs have all.
_NAMES: Final = 40
_LINKS: Final = 20


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """An item of a list of entities."""

    iri: str
    label: str
    year: str = ""
    detail: str = ""


class Site:
    """The pages of a graph.

    Args:
        graph: The graph.
        digest: Version of the data.
        static: Write pages for a folder of files; see `allusion.web.static_export`.
    """

    def __init__(self, graph: KnowledgeGraph, digest: str, *, static: bool = False) -> None:
        self.graph = graph
        self.renderer = Renderer(digest, rights_of(graph), static=static)
        #: Reader of a large store, whose network is never read as a whole; else None.
        self.near = graph.neighborhood
        self._last_card: tuple[str, Card] | None = None
        #: Register -> lines of its file without indentation: the subjects.
        self._described: dict[str, set[str]] = {}

    @cached_property
    def network(self) -> nx.MultiDiGraph[str]:
        """All entities and edges; empty for a large store, whose lists are left out."""
        if self.near is None:
            return self.graph.network(records=True)
        return nx.MultiDiGraph(statements={}, scenes=(), utterances=())

    @property
    def collection_name(self) -> str:
        """Name of the collection in commands; a placeholder if none is layered."""
        folders = self.graph.resources.collections
        return folders[0].name if folders else PLACEHOLDER

    @cached_property
    def context(self) -> ReaderContext:
        """Labels and sources of the store."""
        return ReaderContext(self.graph.store)

    @cached_property
    def source_index(self) -> StatementsBySource:
        """The statements of each source."""
        return StatementsBySource(self.network, self.context if self.near is None else None)

    @cached_property
    def source_titles(self) -> dict[str, str]:
        """IRIs of the sources by title, and by title and author as canned queries write them."""
        notes = self.source_index.notes()
        titles = {note.title: note.iri for note in notes}
        return titles | {f"{note.title}, {note.author}": note.iri for note in notes if note.author}

    def label(self, iri: str) -> str:
        """Return the label of any node, or its prefixed name."""
        if self.near is None:
            return self.context.labels.get(iri) or shorten(iri)
        name = self.graph.names.label(iri, "en")
        return name.text if name else shorten(iri)

    def is_entity(self, iri: str) -> bool:
        """Return whether the node is an entity, which has a card and a picture."""
        return iri in (self.network if self.near is None else self.near)

    def is_statement(self, iri: str) -> bool:
        """Return whether the node is a statement with a card."""
        if self.near is not None:
            return self.near.has_statement(iri)
        return iri in self.network.graph["statements"]

    def record(self, iri: str) -> Entity | None:
        """Return the record of an entity, or None."""
        return get_entity(self.network, iri) if iri in self.network else None

    def has(self, iri: str) -> bool:
        """Return whether the store has statements about the node."""
        return self.is_entity(iri) or bool(self.graph.store.query(f"ASK {{ <{iri}> ?p ?o }}"))

    def _card(self, iri: str) -> Card:
        """Return a card; the last one is kept, because all formats of a page are made of it."""
        last = self._last_card
        if last is None or last[0] != iri:
            last = self._last_card = (iri, self.graph[iri])
        return last[1]

    # Entities

    def entity_pages(self, iri: str, language: str = "") -> PageSeries:
        """Return the page of an entity as HTML, divided if it is long.

        Args:
            iri: IRI of the entity.
            language: Language tag of the heading; "" means English.

        Raises:
            UnknownName: If there is no card of this IRI.
        """
        card = self._card(iri)
        entity = card.entity
        path = local_path(iri)
        heading = heading_of(entity, language)
        article = ArticleBuilder(card, self.record).build()
        content = ArticleBlocks(article, self.renderer.macros(path))
        links = [link for link in entity.links if (url := safe_url(link.url)) and len(url) < 500]
        return self.renderer.series(
            "entity",
            path,
            content.blocks,
            article.notes,
            content.cites,
            title=heading.text,
            heading=heading,
            iri=iri,
            description=summary(entity),
            entity=entity,
            year=year_text(entity),
            names=list(other_names(entity, heading)),
            links=links,
            is_uncertain=is_uncertain,
            facts=content.facts,
            evidence=article.evidence,
            contents=content.blocks,
            most_names=_NAMES,
            most_links=_LINKS,
            language=language,
            alternates=[
                one for one in self.renderer.alternates if one[0] != "svg" or self.is_entity(iri)
            ],
            picture=self._picture(card, path),
            questions=list(self._questions(entity)),
            schema_org=schema_org(card),
            curie=shorten(iri),
            adds=self.collection_name if self.is_entity(iri) else "",
            is_example=not self.graph.resources.collections,
            file=self._file(shorten(iri), entity.kind),
        )

    def _file(self, curie: str, kind: str) -> str:
        """Return the file that describes an entity; "" if it is not of the shipped graph."""
        if kind not in self._described:
            path = self.graph.resources.data / "entities" / f"{kind}.ttl"
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            self._described[kind] = {line.split(" ")[0] for line in text.splitlines()}
        return f"graph/data/entities/{kind}.ttl" if curie in self._described[kind] else ""

    def entity_json(self, iri: str) -> str:
        """Return the card of an entity as JSON.

        Raises:
            UnknownName: If there is no card of this IRI.
        """
        return json.dumps(self._card(iri).to_json(), ensure_ascii=False, indent=1) + "\n"

    def entity_svg(self, iri: str) -> str:
        """Return the picture of an entity.

        Raises:
            UnknownName: If there is no card of this IRI.
        """
        return self.graph.view(iri, theme="auto").svg()

    def entity_markdown(self, iri: str) -> str:
        """Return the card of an entity as Markdown.

        Raises:
            UnknownName: If there is no card of this IRI.
        """
        return self._card(iri).to_markdown(everything=True)

    def _picture(self, card: Card, path: str) -> Markup:
        """Return the focus picture of a card, whose links lead to pages of this site."""
        iri, url = card.entity.iri, self.page_address(path)
        if not self.is_entity(iri):
            return statement_drawing(card.involved, self.network, url)
        if self.near is not None:
            return entity_drawing(self.near.subgraph([iri], boundary=True), iri, url)
        return entity_drawing(self.network, iri, url)

    def page_address(self, path: str) -> Callable[[Entity], str]:
        """Return a function that returns the address of the page of an entity.

        Args:
            path: Path of the page that links to it.
        """
        root = "../" * path.count("/")
        return lambda entity: self.renderer.address(root, local_path(entity.iri))

    @cached_property
    def _queries_by_kind(self) -> dict[str, list[tuple[CannedQuery, str]]]:
        """The canned queries by the kind of entity that they take first, with that parameter."""
        found: dict[str, list[tuple[CannedQuery, str]]] = {}
        for query in self.graph.queries.local if not self.renderer.static else ():
            first = next(iter(query.parameters), None)
            if first and first.type in ("entity", "node"):
                for kind in first.registers:
                    found.setdefault(kind, []).append((query, first.name))
        return found

    def _questions(self, entity: Entity) -> Iterator[dict[str, str]]:
        """Yield the canned queries that take this kind of entity first."""
        for query, name in self._queries_by_kind.get(entity.kind, ()):
            yield {
                "text": query.summary,
                "address": f"../query/{query.name}?{name}={entity.kind}:{entity.slug}",
            }

    # Other nodes

    def resource_pages(self, iri: str) -> PageSeries:
        """Return the page of a node without a card: the statements about it by source.

        Raises:
            UnknownName: If nothing is stated of it.
        """
        rows = statements_of(self.graph.store, iri, self.label)
        incoming, more = incoming_of(self.graph.store, iri, self.label)
        if not rows and not incoming:
            raise UnknownName(f"the graph has no statement about {shorten(iri)}")
        path = local_path(iri)
        kind = path.partition("/")[0]
        listed = kind in (*ENTITY_REGISTERS, *STATEMENTS_WITH_CARD, "source")
        texts = {
            row["property_label"]: row["text"] for row in rows if row["language"] in ("", "en")
        }
        sources = [row for row in incoming if row["property"] == "sourceType"]
        rest = [row for row in incoming if row["property"] != "sourceType"]
        macros = self.renderer.macros(path)
        blocks = [
            make_block("Sources of this type", sources, macros.listed, macros, style="columns"),
            make_block("Statements", rows, macros.row, macros, ident="stated", style="table"),
            make_block("References to it", rest, macros.incoming, macros, style="credits"),
        ]
        return self.renderer.series(
            "resource",
            path,
            blocks,
            title=self.label(iri),
            iri=iri,
            curie=shorten(iri),
            kind="type of source" if kind == "source-type" else kind,
            kind_path=kind if listed else "source" if kind == "source-type" else "",
            description=texts.get("description", "") or texts.get("definition", ""),
            more=len(incoming) if more else 0,
            alternates=[("ttl", "text/turtle"), ("jsonld", "application/ld+json")],
        )

    def triples(self, iri: str) -> TripleResult:
        """Return the statements of a node, and of the nodes that point to it.

        Raises:
            UnknownName: If there are none.
        """
        found = collect(
            self.graph.store.query(
                f"""CONSTRUCT {{ <{iri}> ?p ?o . ?node ?q ?v }} WHERE {{
                  {{ <{iri}> ?p ?o }} UNION
                  {{ ?node ?any <{iri}> ; ?q ?v FILTER(isIRI(?node)) }} }}"""
            )
        )
        assert isinstance(found, TripleResult)
        if not found.triples:
            raise UnknownName(f"the graph has no statement about {shorten(iri)}")
        return found

    # Sources

    def source_pages(self, iri: str) -> PageSeries:
        """Return the page of a source: all its statements.

        Raises:
            UnknownName: If there is no such source.
        """
        if self.near is not None:
            return self._large_source_pages(iri)
        page = self.source_index.page(iri)
        macros = self.renderer.macros(local_path(iri))
        blocks = [
            make_block(group.title, group.items, macros.source_item, macros)
            for group in page.groups
        ]
        return self._source_series(iri, page.note, blocks, page.total)

    def _large_source_pages(self, iri: str) -> PageSeries:
        """Return the page of a source of a large store: the statements in its graph."""
        rows, total = stated_by(self.graph.store, iri, self.label)
        macros = self.renderer.macros(local_path(iri))
        block = make_block("Statements", rows, macros.stated, macros, style="credits")
        block = replace(block, omitted=total - len(block.items))
        return self._source_series(iri, None, [block], total)

    def _source_series(
        self, iri: str, note: Footnote | None, blocks: Sequence[PageBlock], total: int
    ) -> PageSeries:
        facts = statements_of(self.graph.store, iri, self.label)
        if not (facts or total):
            raise UnknownName(f"there is no source {shorten(iri)}")
        note = note or footnote_of(iri, facts)
        return self.renderer.series(
            "source",
            local_path(iri),
            blocks,
            section="source",
            title=note.title,
            iri=iri,
            note=note,
            about=facts_about_source(facts),
            total=total,
            alternates=[("ttl", "text/turtle"), ("jsonld", "application/ld+json")],
        )

    def home_page(self, gaps: Sequence[object] = (), news: object = None) -> str:
        """Return the home page, with a list of what is missing and the last news."""
        network = self.network
        ranked = sorted(network, key=lambda iri: (-network.degree(iri), iri))
        kinds: dict[str, int] = {}
        for entity in iter_entities(network):
            kinds[entity.kind] = kinds.get(entity.kind, 0) + 1
        best = [get_entity(network, iri) for iri in ranked]
        films = [one for one in best if one.kind == "film"][:6]
        people = [one for one in best if one.kind == "person"][:6]
        registers = [kind for kind in ENTITY_REGISTERS if kinds.get(kind)]
        return self.renderer.render(
            "home",
            "",
            title="What films refer to",
            counts={
                "entities": f"{self._entity_count:,}",
                "connections": count_text(self._connections, "connection", "connections"),
                "sources": count_text(len(self.source_index.notes()), "source", "sources"),
            },
            picture=entity_drawing(network, ranked[0], self.page_address("")) if ranked else "",
            leaders=[
                ListedEntity(one.iri, one.label(), year_text(one), one.type.lower())
                for one in (*films, *people)
            ],
            registers=[
                {"path": kind, "label": kind_style(kind).plural, "count": kinds[kind]}
                for kind in registers
            ],
            topics=self.topics(),
            gaps=gaps,
            news=news,
        )

    @property
    def _entity_count(self) -> int:
        return self.near.entity_count() if self.near is not None else len(self.network)

    @property
    def _connections(self) -> int:
        return sum(bool(data["edge"].certainty) for _, _, data in self.network.edges(data=True))

    def topics(self) -> list[dict[str, Any]]:
        """Return the canned queries by their main topic."""
        topics: dict[str, list[CannedQuery]] = {}
        for query in self.graph.queries.queries.values():
            topics.setdefault(query.tags[0], []).append(query)
        return [{"title": title, "queries": found} for title, found in topics.items()]

    def queries_page(self) -> str:
        """Return the list of the canned queries."""
        return self.renderer.render(
            "queries", "query", section="query", title="Questions", topics=self.topics(),
            count=len(self.graph.queries.queries),
        )  # fmt: skip

    def search_page(self, text: str, limit: int = 50) -> str:
        """Return the entities with a name that contains ``text``."""
        found = self.graph.search(text, limit) if text.strip() else []
        things = [
            {"iri": m.iri, "label": m.label, "year": m.year, "matched": m.matched,
             "leads": m.leads, "kind": kind_style(m.register).singular}
            for m in found
        ]  # fmt: skip
        title = f"Search for {text}" if text else "Search"
        return self.renderer.render(
            "search", "search", title=title, q=text, found=things, limit=limit
        )

    def search_json(self, text: str, limit: int = 10, kind: Sequence[str] = ()) -> str:
        """Return the entities with a name that contains ``text``, as a JSON array."""
        found = self.graph.search(text, limit, kind=kind) if text.strip() else []
        rows = [
            {"iri": m.iri, "path": local_path(m.iri), "curie": shorten(m.iri), "label": m.label,
             "kind": kind_style(m.register).singular, "year": m.year,
             "matched": m.matched.text, "language": m.matched.language}
            for m in found
        ]  # fmt: skip
        return json.dumps(rows, ensure_ascii=False)

    def paths(self) -> Iterator[str]:
        """Yield the paths of all entities, their statements with cards, and all sources.

        Those of a large store are its first entities of each register.
        """
        if self.near is not None:
            for kind in ENTITY_REGISTERS:
                rows, _ = self.graph.names.register(kind, _MAX_LISTED)
                yield from (local_path(iri) for iri, *_ in rows)
            return
        for iri in (*sorted(self.network), *sorted(self.network.graph["statements"])):
            yield local_path(iri)
        for note in self.source_index.notes():
            yield local_path(note.iri)

    def sitemap(self, address: str) -> str:
        """Return the map of the site for search engines.

        Args:
            address: Address of the root, without "/" at its end.
        """
        urls = "".join(
            f"<url><loc>{escape(f'{address}/{path}')}</loc></url>\n" for path in self.paths()
        )
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return (
            f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
        )

    def kind_of(self, iri: str) -> str:
        """Return the kind of page that a node has.

        Returns:
            "entity", "statement" (with a card, without a picture), "source" or "resource".
        """
        register = local_path(iri).partition("/")[0]
        if self.is_entity(iri):
            return "entity"
        if self.is_statement(iri):
            return "statement"
        if register == "source":
            return "source"
        return "resource"
