"""Conversion of triples to a networkx graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import networkx as nx

from ..core.terms import Literal, xml_text
from ..store.interface import Triple
from .dataframes import typed_column
from .serializers import to_text

#: Types of GraphML and GEXF attributes, besides text.
_ATTRIBUTE_TYPES: Final = ("int", "float", "bool")


def to_networkx(triples: Iterable[Triple]) -> nx.MultiDiGraph[str]:
    """Convert triples to a networkx graph, see `allusion.TripleResult.to_networkx`."""
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    literals: dict[str, dict[str, list[Literal]]] = {}
    for subject, predicate, value in dict.fromkeys(triples):
        found.add_node(str(subject))
        if isinstance(value, Literal):
            name = to_text(predicate) + (f"@{value.language}" if value.language else "")
            of_node = literals.setdefault(name, {})
            of_node.setdefault(str(subject), []).append(value)
        else:
            found.add_edge(str(subject), str(value), key=str(predicate), label=to_text(predicate))
    for name, of_node in literals.items():
        cells = [value for several in of_node.values() for value in several]
        kind, values = typed_column(cells)
        plain = iter(values if kind in _ATTRIBUTE_TYPES else [xml_text(str(c)) for c in cells])
        for node, several in of_node.items():
            for count in range(1, len(several) + 1):
                attribute = name if count == 1 else f"{name} ({count})"
                found.nodes[node][attribute] = next(plain)
    return found
