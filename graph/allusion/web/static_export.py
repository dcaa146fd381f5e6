"""The site as static files, for hosts such as GitHub Pages.

The pages are those of the server, except search, SPARQL and the forms of queries, which need a
server. The pages of queries have the answers to the default parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..build.ontology_docs import published_files
from ..core.atomic_files import new_files
from ..core.errors import OutputError, UnknownName
from ..core.model import Entity
from ..core.progress import NoProgress, Progress
from ..core.unfinished_files import PREFIX
from ..core.vocabulary import AL, BASE, local_path
from ..network.networkx_graph import iter_entities
from ..query.shacl_executables import executables
from ..store.interface import select
from .gaps_page import first_page, gaps_page
from .list_page import list_pages
from .long_pages import PageSeries, further
from .news_page import feed, news_pages
from .query_pages import query_page
from .rendering import ASSETS, asset, asset_name
from .service_description import void_triples
from .site import Site
from .vocabulary_page import vocabulary_page

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph

#: Rows on the page of a canned query.
_ROWS: Final = 250
#: File that marks an exported site; only a folder with this file is overwritten.
_MARK: Final = ".allusion-site"
#: Nodes without a card that pages link to: statements and terms.
_NODES: Final = f"""
SELECT DISTINCT ?node WHERE {{
  {{ ?node a ?class . FILTER(STRSTARTS(STR(?node), "{BASE}")) }}
  UNION {{ ?node rdfs:isDefinedBy ?ontology . FILTER(STRSTARTS(STR(?node), "{AL}")) }}
}} ORDER BY ?node"""


@dataclass(frozen=True, slots=True)
class ExportedSite:
    """Size of an exported site.

    Attributes:
        pages: Number of pages.
        files: Number of all files.
        size: Bytes of all files.
        largest: Path of the largest page.
        largest_size: Its bytes.
    """

    pages: int
    files: int
    size: int
    largest: str
    largest_size: int


def export_site(
    graph: KnowledgeGraph, folder: Path, digest: str, progress: Progress | None = None
) -> ExportedSite:
    """Write the site of a graph to a folder.

    Args:
        graph: The graph.
        folder: A folder that does not exist, is empty, or holds an older export.
        digest: Version of the data, shown on every page.
        progress: Receives the steps of the work.

    Raises:
        OutputError: If the folder holds other files, or a file cannot be written; the folder is
            then as it was.
    """
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if _MARK not in names and any(not name.startswith(PREFIX) for name in names):
        raise OutputError(f"{folder} holds other files; choose an empty or a new folder")
    progress = progress or NoProgress()
    site = Site(graph, digest, static=True)
    sizes: dict[str, int] = {}
    progress("reading the graph")
    with new_files(folder) as making:
        for path, text in _files(site):
            if len(sizes) % 500 == 0:
                progress(f"writing files: {len(sizes):,}")
            data = text.encode("utf-8")
            target = making / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            sizes[path] = len(data)
    pages = {path: size for path, size in sizes.items() if path.endswith(".html")}
    largest = max(pages, key=lambda path: (pages[path], path))
    return ExportedSite(len(pages), len(sizes), sum(sizes.values()), largest, pages[largest])


def _files(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the path of each file, and its text."""
    network = site.network
    yield _MARK, "Written by allusion site.\n"
    yield ".nojekyll", ""
    yield "index.html", first_page(site)
    yield "gaps.html", gaps_page(site)
    yield from _pages("new", news_pages(site))
    yield "new.atom", feed(site)
    yield "query.html", site.queries_page()
    yield "ontology.html", vocabulary_page(site)
    yield "queries.ttl", executables(site.graph.queries).write("ttl")
    yield "void.ttl", void_triples(site.graph).write("ttl")
    for name, content in published_files(site.graph.resources).items():
        yield name, content.decode("utf-8")
    for name in ASSETS:
        if name.endswith((".css", ".svg")):
            yield f"static/{asset_name(name)}", asset(name).decode("utf-8")
    statements: dict[str, Entity] = network.graph["statements"]
    kinds = {entity.kind for entity in (*iter_entities(network), *statements.values())}
    for kind in ("source", *sorted(kinds)):
        yield from _pages(kind, list_pages(site, kind))
    for iri in sorted({*network, *statements}):
        path = local_path(iri)
        yield from _pages(path, site.entity_pages(iri))
        yield f"{path}.json", site.entity_json(iri)
        yield f"{path}.md", site.entity_markdown(iri)
        yield from _triples(site, iri)
        if iri in network:
            yield f"{path}.svg", site.entity_svg(iri)
    for note in site.source_index.notes():
        yield from _pages(local_path(note.iri), site.source_pages(note.iri))
        yield from _triples(site, note.iri)
    for iri in _nodes(site):
        yield from _pages(local_path(iri), site.resource_pages(iri))
        yield from _triples(site, iri)
    for query in site.graph.queries.queries.values():
        yield f"query/{query.name}.html", _query(site, query.name)


def _pages(path: str, series: PageSeries) -> Iterator[tuple[str, str]]:
    """Yield the files of a long page; the paths are those of `Renderer.series`."""
    for number, text in enumerate(series, 1):
        yield f"{path}{further(number)}.html", text


def _triples(site: Site, iri: str) -> Iterator[tuple[str, str]]:
    found = site.triples(iri)
    for form in ("ttl", "jsonld"):
        yield f"{local_path(iri)}.{form}", found.write(form)


def _nodes(site: Site) -> Iterator[str]:
    """Yield the IRIs of the nodes without a card that have a page."""
    have = {*site.network, *site.network.graph["statements"]}
    have |= {note.iri for note in site.source_index.notes()}
    for (node,) in select(site.graph.store, _NODES):
        if site.renderer.local(str(node)) and str(node) not in have:
            yield str(node)


def _query(site: Site, name: str) -> str:
    """Return the page of a canned query with the answer to its defaults."""
    bound = site.graph.bind(name)
    if bound.query.service_hosts:
        return query_page(site, bound.query, {}, bound, None)
    try:
        result = site.graph.query(bound, warn=False)
    except UnknownName as error:  # a default that the store does not have
        return query_page(site, bound.query, {}, bound, None, problem=str(error))
    first = result._replace(rows=result.rows[:_ROWS])
    stopped = "max_rows" if len(result.rows) > _ROWS else ""
    return query_page(site, bound.query, {}, bound, first, stopped=stopped)
