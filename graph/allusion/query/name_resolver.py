"""Find the entities that the parameters of a canned query name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..core.errors import UnknownName
from ..core.replacements import REPLACED_BY, follow_replacements
from ..core.terms import Iri, expand
from ..core.vocabulary import BASE, WIKIDATA_ENTITY, register_of
from ..store.default_graph import DEFAULT_GRAPH
from ..store.interface import Store
from ..store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    from ..search.name_index import NameIndex


class NameResolver:
    """Finds the IRI of a name; a `allusion.query.bound_query.Resolver`.

    Args:
        store: The store. If it is embedded, it answers for IRIs and prefixed names; an endpoint
            answers for those that the index does not have.
        names: Opens the index of names, for all other names.
    """

    def __init__(self, store: Store, names: Callable[[], NameIndex]) -> None:
        self._engine = store.engine if isinstance(store, OxigraphStore) else None
        self._store, self._names = store, names

    def __call__(self, name: str, registers: Sequence[str]) -> str:
        """Return the IRI of the entity of this name, or of its Wikidata item.

        Raises:
            UnknownName: If there is none; `AmbiguousName` if there are several.
        """
        if registers[0] == "item":
            return self._item(name, registers[1:])
        if found := self._described(name, registers):
            return found
        try:
            return self._names().resolve(name, registers)
        except UnknownName:
            if found := self._described_in_endpoint(name, registers):
                return found
            raise

    def _described_in_endpoint(self, name: str, registers: Sequence[str]) -> str:
        """Return the IRI that ``name`` is, if the store is an endpoint that describes it."""
        iri = name if name.startswith(BASE) else expand(name)
        if iri is None or self._engine is not None or register_of(iri) not in registers:
            return ""
        try:
            is_described = self._store.query(f"ASK {{ {Iri(iri).n3()} ?p ?o }}")
        except ValueError:
            return ""
        return iri if is_described else ""

    def _described(self, name: str, registers: Sequence[str]) -> str:
        """Return the IRI that ``name`` is, or its replacement, if the store describes it."""
        iri = name if name.startswith(BASE) else expand(name)
        if iri is None or self._engine is None or register_of(iri) not in registers:
            return ""
        replaced = ox.NamedNode(REPLACED_BY)
        if self._has_statement(iri, replaced):
            quads = self._engine.quads_for_pattern(None, replaced, None, DEFAULT_GRAPH)
            pairs = ((_value(quad.subject), _value(quad.object)) for quad in quads)
            iri = follow_replacements(pairs).final.get(iri, iri)
        return iri if register_of(iri) in registers and self._has_statement(iri) else ""

    def _has_statement(self, iri: str, predicate: ox.NamedNode | None = None) -> bool:
        assert self._engine is not None
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        return any(self._engine.quads_for_pattern(node, predicate, None, DEFAULT_GRAPH))

    def _item(self, name: str, registers: Sequence[str]) -> str:
        iri = self(name, registers)
        items = [link for link in self._names().links(iri) if link.confidence is not None]
        if not items:
            raise UnknownName(
                f"{name} is not linked to a Wikidata item yet; give one (Q...), or list the linked "
                "ones: allusion query wikidata-links"
            )
        return WIKIDATA_ENTITY + items[0].identifier


def _value(node: object) -> str:
    return str(getattr(node, "value", node))
