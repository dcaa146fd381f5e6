"""Forward chaining with the CONSTRUCT rules of the ontology."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..core.errors import DataError, Fault
from ..core.vocabulary import GRAPH_INFERRED, PREFIXES
from ..store.default_graph import extend

#: Maximum number of rounds; if more are needed, a rule constructs new IRIs without end.
MAX_ROUNDS = 20


def infer(store: ox.Store, rules: list[Path]) -> int:
    """Apply CONSTRUCT rules until they add no new triples.

    New triples are added to the graph ``source:inferred`` and to the default graph, which the
    rules query. Triples that a source states are not added.

    Args:
        store: The store that is changed.
        rules: The rule files.

    Returns:
        The number of added triples.

    Raises:
        DataError: If a rule is not a CONSTRUCT query, or rules still add triples after
            `MAX_ROUNDS` rounds.
    """
    graph = ox.NamedNode(GRAPH_INFERRED)
    texts = [(path, path.read_text(encoding="utf-8-sig")) for path in rules]
    total = 0
    for _ in range(MAX_ROUNDS):
        added = sum(_apply(store, path, text, graph) for path, text in texts)
        total += added
        if not added:
            return total
    raise DataError(
        [
            Fault(
                "ontology/rules",
                0,
                "",
                f"still add triples after {MAX_ROUNDS} rounds",
                "a rule must not construct new IRIs",
                "rule",
            )
        ]
    )


def _apply(store: ox.Store, path: Path, text: str, graph: ox.NamedNode) -> int:
    name = f"ontology/rules/{path.name}"
    try:
        found = store.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        fault = Fault(name, 0, "", f"is not valid SPARQL: {error}", "correct the rule", "rule")
        raise DataError([fault]) from error
    if not isinstance(found, ox.QueryTriples):
        raise DataError(
            [Fault(name, 0, "", "is not a CONSTRUCT query", "a rule constructs", "rule")]
        )
    new = {
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in found
        if ox.Quad(*triple) not in store
    }
    extend(store, new)
    return len(new)
