"""Forward chaining with the CONSTRUCT rules of the ontology.

A rule runs again only if a triple with a predicate that it reads was added since it ran last; a
closed rule only if another rule added one.
A copy of the default graph in memory is read five times as fast as a store on disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..core.errors import DataError, Fault
from ..core.vocabulary import GRAPH_INFERRED, PREFIXES
from ..sparql.tokenizer import Token, declared_prefixes, tokens_of
from ..store.default_graph import MergedWriter, extend

#: Maximum number of runs of one rule; if more are needed, it constructs new IRIs without end.
MAX_ROUNDS: Final = 20

_GRAPH: Final = ox.NamedNode(GRAPH_INFERRED)


class Rule:
    """A CONSTRUCT rule, and the predicates that it reads and writes.

    Attributes:
        reads: IRIs that can be predicates of its WHERE clause, possibly too many; None if a
            predicate is a variable, so that the rule reads all triples.
        writes: The same of its template.
        is_closed: Whether the triples that it constructs never let it construct others, as its
            line ``#+ closed: true`` states.
    """

    def __init__(self, path: Path) -> None:
        self.name = f"ontology/rules/{path.name}"
        self.text = path.read_text(encoding="utf-8-sig")
        self.is_closed = "#+ closed: true" in self.text.splitlines()
        tokens = tokens_of(self.text)
        prefixes = PREFIXES | declared_prefixes(tokens)
        template, pattern = _divide(tokens)
        self.reads = _predicates(pattern, prefixes)
        self.writes = _predicates(template, prefixes)

    def reads_any(self, predicates: Collection[str] | None) -> bool:
        """Whether the rule reads one of these predicates; None stands for all predicates."""
        if self.reads is None or predicates is None:
            return predicates is None or bool(predicates)
        return not self.reads.isdisjoint(predicates)

    def fault(self, problem: str, fix: str) -> DataError:
        """Return an error about this rule."""
        return DataError([Fault(self.name, 0, "", problem, fix, "rule")])


def infer(store: ox.Store, rules: Iterable[Path], writer: MergedWriter | None = None) -> int:
    """Apply CONSTRUCT rules until they add no new triples.

    New triples are added to the graph ``source:inferred`` and to the default graph, which the
    rules query. Triples that a source states are not added.

    Args:
        store: The store that is changed.
        rules: The rule files. A path of length zero (``*``, ``?``) has to be joined with another
            pattern.
        writer: The writer that wrote the store. The rules query its copy.

    Returns:
        The number of added triples.

    Raises:
        DataError: If a rule is not a CONSTRUCT query, or still adds triples in the last of
            `MAX_ROUNDS` runs.
    """
    waiting = [Rule(path) for path in rules]
    every, runs, total = list(waiting), dict.fromkeys(waiting, 0), 0
    add = writer.extend if writer else partial(extend, store)
    while waiting:
        rule = _next(waiting)
        waiting.remove(rule)
        runs[rule] += 1
        new = _new_triples(writer.copy if writer else store, rule)
        if new and runs[rule] == MAX_ROUNDS:
            problem = f"still adds triples after {MAX_ROUNDS} rounds"
            raise rule.fault(problem, "a rule must not construct new IRIs")
        add(ox.Quad(t.subject, t.predicate, t.object, _GRAPH) for t in new)
        total += len(new)
        if not new:
            continue
        for other in every:
            is_fed = other.reads_any(rule.writes) and not (other is rule and rule.is_closed)
            if is_fed and other not in waiting:
                waiting.append(other)
    return total


def _next(waiting: Sequence[Rule]) -> Rule:
    """Return the first rule whose input the fewest other rules produce."""
    return min(
        waiting,
        key=lambda rule: sum(
            rule.reads_any(other.writes) for other in waiting if other is not rule
        ),
    )


def _new_triples(store: ox.Store, rule: Rule) -> set[ox.Triple]:
    """Return the triples that a rule constructs and the store does not have."""
    try:
        found = store.query(rule.text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise rule.fault(f"is not valid SPARQL: {error}", "correct the rule") from error
    if not isinstance(found, ox.QueryTriples):
        raise rule.fault("is not a CONSTRUCT query", "a rule constructs")
    return {triple for triple in found if ox.Quad(*triple) not in store}


def _divide(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return the tokens up to the end of the template, and the rest; of CONSTRUCT WHERE all twice.

    >>> template, _ = _divide(tokens_of("CONSTRUCT { ?s <q> ?o } { ?s <p> ?o }"))
    >>> " ".join(token.text for token in template)
    'CONSTRUCT { ?s <q> ?o'
    """
    for (index, token), after in zip(enumerate(tokens), tokens[1:], strict=False):
        if token.word == "CONSTRUCT" and after.text == "{":
            end = next((i for i in range(index, len(tokens)) if tokens[i].text == "}"), index)
            return tokens[:end], tokens[end:]
    return tokens, tokens


def _predicates(tokens: Sequence[Token], prefixes: dict[str, str]) -> frozenset[str] | None:
    """Return all IRIs among tokens, or None if a predicate can be another one.

    >>> sorted(_predicates(tokens_of("{ ?s a ex:C ; ^<urn:p> ?o }"), {"ex": "urn:"}))
    ['http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'urn:C', 'urn:p']
    >>> _predicates(tokens_of("{ ex:s ?p ex:o }"), {"ex": "urn:"})
    """
    found = set()
    for index, token in enumerate(tokens):
        if token.text == "!" or token.word == "BASE":
            return None
        if token.kind == "variable" and _is_predicate(tokens, index):
            return None
        if token.kind == "iri":
            found.add(token.text[1:-1])
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            found.add(prefixes.get(prefix, "") + local.replace("\\", ""))
        elif token.text == "a":
            found.add(PREFIXES["rdf"] + "type")
    return frozenset(found)


def _is_predicate(tokens: Sequence[Token], index: int) -> bool:
    """Whether a variable is behind a subject."""
    before = tokens[index - 1] if index else None
    if before is None or before.kind == "variable" or before.text in (";", "]"):
        return True
    is_first = index == 1 or tokens[index - 2].text in ("{", "}", ".", ")")
    return before.kind in ("name", "iri") and is_first
