"""Loading the whole graph into a remote store, and going on where a push stopped.

What was loaded is written down in the store itself (`contents`), not in a file here: it
is then true of that store and no other, a store that is emptied knows that it is, and
a push may be resumed from another machine. A graph counts as loaded when the ledger has
its checksum and the store has its number of triples. Before a graph is touched its
entry goes, so a push that is killed never leaves an entry that is not so.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ..core.errors import StoreError
from . import Store
from .graph_store import Writer
from .inventory import (
    LEDGER,
    Content,
    Whole,
    checksum,
    count_graphs,
    ledger_lines,
    read_ledger,
    read_whole,
)

Progress = Callable[[int], None]
"""Told how many triples more have been loaded."""

# So long may work be lost when a push is killed: the ledger is written again after it.
_LEDGER_EVERY_S: Final = 2.0
# Labels of blank nodes as the engine writes them; a literal or an IRI holds none of it.
_BLANK: Final = re.compile(r"_:[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push would do: ``todo`` to load, ``gone`` to remove, ``kept`` as they are.

    ``foreign`` are graphs of the store that no push has put there; they stay.
    """

    graphs: dict[str, Content]
    todo: tuple[str, ...]
    gone: tuple[str, ...]
    kept: tuple[str, ...]
    foreign: tuple[str, ...]
    complete: bool

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.complete and not self.todo and not self.gone

    @property
    def triples(self) -> int:
        """How many triples are to be loaded."""
        return sum(self.graphs[graph].triples for graph in self.todo)


def plan(engine: ox.Store, store: Store, whole: Whole) -> Plan:
    """What has to be done for ``store`` to hold the named graphs of ``engine``.

    :raises NetworkError: if the store does not answer as it should.
    """
    graphs = {graph: _content(engine, graph) for graph in _names(engine)}
    ledger, counts = read_ledger(store), count_graphs(store)
    done = {
        graph
        for graph, content in graphs.items()
        if ledger.get(graph) == content and counts.get(graph) == content.triples
    }
    return Plan(
        graphs,
        todo=tuple(sorted(graphs.keys() - done)),
        gone=tuple(sorted(ledger.keys() - graphs.keys())),
        kept=tuple(sorted(done)),
        foreign=tuple(sorted(counts.keys() - graphs.keys() - ledger.keys() - {LEDGER})),
        complete=read_whole(store) == whole,
    )


def push(
    engine: ox.Store,
    store: Store,
    writer: Writer,
    plan: Plan,
    whole: Whole,
    progress: Progress = lambda _: None,
) -> None:
    """Carry out ``plan``, count what the store then holds, and write down that it is whole.

    ``writer`` writes into the store that ``store`` asks.

    :raises NetworkError: if the store does not answer as it should; start the push again.
    :raises StoreError: if the store then holds another number of triples in some graph.
    """
    if plan.is_done:
        return
    writer.greet(LEDGER)
    loaded = {graph: plan.graphs[graph] for graph in plan.kept}
    _write_ledger(writer, loaded)
    written = time.monotonic()
    for graph in plan.gone:
        writer.drop(graph)
    for graph in plan.todo:
        lines = parts(_lines(engine, graph), writer.lines_a_part)
        writer.replace(graph, _told(lines, progress))
        loaded[graph] = plan.graphs[graph]
        if time.monotonic() - written > _LEDGER_EVERY_S:
            _write_ledger(writer, loaded)
            written = time.monotonic()
    counts = count_graphs(store)
    wrong = {
        graph: content for graph, content in loaded.items() if counts.get(graph) != content.triples
    }
    if wrong:
        _write_ledger(writer, {g: content for g, content in loaded.items() if g not in wrong})
        raise StoreError(_complaint(wrong, counts))
    _write_ledger(writer, loaded, whole)


def default_graph_is_union(store: Store, plan: Plan) -> bool:
    """Whether queries without GRAPH see the named graphs, which canned queries rely on."""
    graph = next(iter(plan.graphs), None)
    if graph is None:
        return True
    answer = store.query(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} ?s ?p ?o }}")
    return answer is True


def parts(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """``lines`` of N-Triples in parts of about ``size``, and at least one part.

    Lines that share a blank node, directly or by way of others, are in one part: two
    requests cannot speak of the same blank node.
    """
    part: list[str] = []
    plain: list[str] = []
    tied: list[str] = []
    for line in lines:
        (tied if _BLANK.search(_without_text(line)) else plain).append(line)
    for group in (*([line] for line in plain), *_components(tied)):
        if part and len(part) + len(group) > size:
            yield part
            part = []
        part += group
    yield part


def _told(parts: Iterable[list[str]], progress: Progress) -> Iterator[list[str]]:
    """The parts; of each is told when the next is asked for, for then it has been loaded."""
    for part in parts:
        yield part
        progress(len(part))


def _components(lines: list[str]) -> list[list[str]]:
    """Lines grouped by the blank nodes that they share."""
    parent: dict[str, str] = {}

    def root(label: str) -> str:
        parent.setdefault(label, label)
        while parent[label] != label:
            parent[label] = parent[parent[label]]
            label = parent[label]
        return label

    labels = [_BLANK.findall(_without_text(line)) for line in lines]
    for first, *others in labels:
        for other in others:
            parent[root(first)] = root(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for line, (first, *_) in zip(lines, labels, strict=True):
        groups[root(first)].append(line)
    return list(groups.values())


def _without_text(line: str) -> str:
    """A line of N-Triples without its literal, which may hold what looks like a blank node."""
    return line.partition('"')[0]


def _names(engine: ox.Store) -> list[str]:
    return sorted(graph.value for graph in engine.named_graphs() if isinstance(graph, ox.NamedNode))


def _lines(engine: ox.Store, graph: str) -> list[str]:
    """The triples of one graph as N-Triples, sorted."""
    quads = engine.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    return sorted(f"{quad.triple} ." for quad in quads)


def _content(engine: ox.Store, graph: str) -> Content:
    lines = _lines(engine, graph)
    # Blank nodes are named anew at each build.
    return Content(len(lines), checksum(sorted(map(_anonymous, lines))))


def _anonymous(line: str) -> str:
    terms, quote, text = line.partition('"')
    return f"{_BLANK.sub('_:b', terms)}{quote}{text}"


def _write_ledger(writer: Writer, graphs: dict[str, Content], whole: Whole | None = None) -> None:
    lines = ledger_lines(graphs, whole)
    if lines:
        writer.replace(LEDGER, parts(lines, writer.lines_a_part))
    else:
        writer.drop(LEDGER)


def _complaint(wrong: dict[str, Content], counts: dict[str, int]) -> str:
    shown = [
        f"\n  {graph}: {counts.get(graph, 0):,} of {content.triples:,}"
        for graph, content in sorted(wrong.items())[:10]
    ]
    more = f"\n  and {len(wrong) - 10} more" if len(wrong) > 10 else ""
    return (
        f"{len(wrong)} graph{'s do' if len(wrong) > 1 else ' does'} not hold what was sent; push "
        f"again, and if it stays so the engine changes or drops triples:{''.join(shown)}{more}"
    )
