"""The knowledge graph as Python sees it: ``kg = allusion.open()``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ParameterError, StoreError
from .names import Match, Names
from .pictures import Picture
from .queries import Catalogue
from .resources import Resources, locate
from .results import Result, TripleResult
from .store.answer import Answer, Rows, Triples
from .store.oxigraph import OxigraphStore
from .terms import Iri, Literal, Term
from .version import __version__

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from .asking import Asking
    from .card import Card
    from .stats import Stats
    from .view import Layout, Theme


def open_graph(data: str | Path | None = None) -> KnowledgeGraph:
    """Open the knowledge graph; it is built first where it is not yet, or has changed.

    ``data`` is a folder with ``entities/`` and ``sources/`` to use instead of the
    facts that ship with the package. Exported as ``allusion.open``.

    :raises DataError: if the curated files have faults.
    :raises StoreError: if the store cannot be made or read.

    >>> kg = open_graph()
    >>> kg["重慶森林"].entity.label()
    'Chungking Express'
    """
    return open_built(locate(Path(data) if data is not None else None))


def open_built(
    resources: Resources, report: Callable[[str], None] = lambda _: None
) -> KnowledgeGraph:
    """The graph of these inputs; a store that is missing or damaged is made anew.

    ``report`` is told in words when that happens.
    """
    if not resources.is_built:
        from .build import build

        report("building the graph (first use, or the facts have changed) ...")
        build(resources)
    try:
        graph = KnowledgeGraph(resources.store, resources)
        with contextlib.suppress(OSError):  # so that a build knows which stores are in use
            (resources.store / "manifest.json").touch()
        return graph
    except StoreError as error:
        from .build import build

        report(f"{error}; building it again ...".replace("; run: allusion build --force", ""))
        build(resources, force=True)
        return KnowledgeGraph(resources.store, resources)


class KnowledgeGraph:
    """A built graph: canned queries, SPARQL, names, cards, networkx, rdflib, pictures."""

    def __init__(self, folder: Path, resources: Resources) -> None:
        self.resources = resources
        self.store = OxigraphStore(folder / "store")
        self._folder = folder

    @cached_property
    def names(self) -> Names:
        """The index of names, in every script."""
        return Names(self._folder / "names.sqlite")

    @cached_property
    def queries(self) -> Catalogue:
        """The canned queries."""
        try:
            text = (self._folder / "catalogue.json").read_text(encoding="utf-8")
            return Catalogue.from_json(text)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"the catalogue of queries is damaged ({error!r}); run: allusion build --force"
            ) from error

    @cached_property
    def ask(self) -> Asking:
        """The canned queries as functions: ``kg.ask.who_refers_to("Momoe Yamaguchi")``."""
        from .asking import Asking

        return Asking(self)

    def query_text(self, name: str, /, **parameters: object) -> str:
        """The SPARQL of a canned query with these parameters bound, ready to paste elsewhere.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.
        """
        query = self.queries.get(name)
        return query.bind(query.parse(parameters, self.names.resolve))

    def query(
        self, name: str, /, *, language: str = "en", links: bool = False, **parameters: object
    ) -> Result:
        """The answer to a canned query.

        ``language`` chooses the labels in the answer where the graph has them.
        ``links`` adds, for each column that has a label beside it, where it leads.

        :raises UnknownName: if there is no such query, or a name stands for nothing.
        :raises ParameterError: if a parameter is unknown or of the wrong form.

        >>> kg = open_graph()
        >>> "Tomokazu Miura" in kg.query("what-it-refers-to", work="重慶森林").column("targetLabel")
        True
        """
        answer = self.sparql(self.query_text(name, **parameters))
        if not isinstance(answer, Result):
            raise ParameterError(f"{name} is not a SELECT query; use kg.sparql(kg.query_text(...))")
        asked = replace(answer, about=self._about(name, parameters))
        return self.dress(asked, language=language, links=links)

    def _about(self, name: str, parameters: dict[str, object]) -> tuple[str, ...]:
        """The IRIs that a canned query is asked about: as given, else its defaults."""
        query = self.queries.get(name)
        entities = [p for p in query.parameters if p.type == "entity"]
        values = {p.name: parameters.get(p.name, p.default) for p in entities}
        given = {key: value for key, value in values.items() if value not in ("", "UNDEF")}
        terms = query.parse(given, self.names.resolve).values()
        return tuple(term.value for term in terms if isinstance(term, Iri))

    def sparql(self, query: str) -> Result | TripleResult | bool:
        """The answer to any SPARQL query; the project's prefixes need not be written.

        :raises QueryRefused: if it is an update or asks another server.
        :raises QueryError: if it is not valid SPARQL.

        >>> open_graph().sparql("ASK { film:chungking-express a al:Film }")
        True
        """
        answer = _collect(self.store.query(query))
        return answer if isinstance(answer, bool) else replace(answer, viewer=self.view)

    def dress(self, result: Result, *, language: str = "en", links: bool = False) -> Result:
        """The result with labels in ``language`` where there are any, and with links out."""
        if language.lower() != "en":
            result = self._relabelled(result, language)
        return self._linked(result) if links else result

    def _relabelled(self, result: Result, language: str) -> Result:
        pairs = _label_columns(result)

        def row_in_language(row: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
            cells = list(row)
            for thing, label in pairs:
                iri = row[thing]
                name = self.names.label(iri.value, language) if isinstance(iri, Iri) else None
                if name:
                    cells[label] = Literal(name.text, language=name.language)
            return tuple(cells)

        return replace(result, rows=[row_in_language(row) for row in result.rows])

    def _linked(self, result: Result) -> Result:
        pairs = _label_columns(result)
        columns = tuple(f"{result.columns[thing]}Link" for thing, _ in pairs)

        def address(term: Term | None) -> Term | None:
            links = self.names.links(term.value) if isinstance(term, Iri) else []
            return Literal(links[0].url) if links else None

        return replace(
            result,
            columns=(*result.columns, *columns),
            rows=[(*row, *(address(row[thing]) for thing, _ in pairs)) for row in result.rows],
        )

    def resolve(self, name: str) -> str:
        """The IRI of the one entity of that name: an IRI, CURIE, slug or label in any script.

        :raises UnknownName: if there is none; `AmbiguousName` if there are several.
        """
        return self.names.resolve(name)

    def search(self, text: str, limit: int = 20) -> list[Match]:
        """Entities with ``text`` in one of their names, best match first."""
        return self.names.search(text, limit)

    def stats(self) -> Stats:
        """The graph in figures: entities, connections, sources, each as a table.

        >>> "film" in open_graph().stats()["entities"].column("kind")
        True
        """
        from .stats import measure

        return measure(self.queries, self._rows)

    def _rows(self, sparql: str) -> Result:
        answer = self.sparql(sparql)
        if not isinstance(answer, Result):
            raise ParameterError("not a SELECT query; use kg.sparql(...)")
        return answer

    def __getitem__(self, name: str) -> Card:
        """The card of an entity; raises `UnknownName`, which is a LookupError."""
        from .card import make_card

        return make_card(self.network(), self.resolve(name))

    def __contains__(self, name: object) -> bool:
        try:
            self.resolve(str(name))
        except LookupError:
            return False
        return True

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The same quads as an rdflib Dataset, read-only; its default graph is the union."""
        return self.store.dataset()

    def network(self) -> nx.MultiDiGraph[str]:
        """Entities and what joins them, as networkx has it; see `allusion.network`."""
        return self._network

    @cached_property
    def _network(self) -> nx.MultiDiGraph[str]:
        import networkx as nx

        from .network import project
        from .reading import read_edges, read_entities, read_scenes, read_utterances

        network = project(read_entities(self.store, self.names.links), read_edges(self.store))
        network.graph.update(
            scenes=tuple(read_scenes(self.store)),
            utterances=tuple(read_utterances(self.store)),
            version=__version__,
        )
        nx.freeze(network)  # shared by every card and picture
        return network

    def view(
        self,
        name: str | Result | TripleResult = "film:chungking-express",
        *,
        layout: Layout | None = None,
        hops: int | None = None,
        kinds: str | Sequence[str] = (),
        scene: str = "",
        language: str | Sequence[str] = "en",
        theme: Theme = "light",
        title: str | None = None,
        max_neighbours: int = 18,
    ) -> Picture:
        """The picture of an entity, or of an answer; a notebook shows it as SVG.

        ``layout`` is one of `allusion.view.LAYOUTS` ("focus" where nothing else is said),
        ``kinds`` names families, kinds of edge or kinds of entity, ``scene`` one scene of a
        film for the layout "scene". ``language`` may be several, first choice first.

        :raises UnknownName: if there is no entity of that name.
        :raises ParameterError: if an option is none that is known, or the answer has nothing
            in it that can be drawn.

        >>> picture = open_graph().view("Chungking Express", layout="timeline", hops=2)
        >>> picture.svg().startswith("<svg")
        True
        """
        from .view.choosing import check_languages, check_options, narrowed

        languages = (language,) if isinstance(language, str) else tuple(language)
        wanted = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        check_options(layout or "focus", hops, theme, scene)
        network = self.network()
        check_languages(network, languages)
        if isinstance(name, str):
            narrowed(network, wanted)
            return Picture(
                network, self.resolve(name), layout or "focus", hops, wanted, scene, languages,
                theme, title, max_neighbours,
            )  # fmt: skip
        from .answers import picture_of

        if hops is not None or scene:
            raise ParameterError("an answer is drawn as it is; hops and scene are for an entity")
        return picture_of(name, network, layout, wanted, languages, theme, title)


def _collect(answer: Answer) -> Result | TripleResult | bool:
    if isinstance(answer, Rows):
        return Result(answer.columns, list(answer))
    return TripleResult(list(answer)) if isinstance(answer, Triples) else answer


def _label_columns(result: Result) -> list[tuple[int, int]]:
    """Where a column ``x`` stands beside a column ``xLabel``: their two positions."""
    return list(_pairs(result.columns))


def _pairs(columns: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for index, name in enumerate(columns):
        if f"{name}Label" in columns:
            yield index, columns.index(f"{name}Label")
