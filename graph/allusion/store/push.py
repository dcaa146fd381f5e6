"""Loading of all graphs into a remote store: named graphs, then their merge.

The merge becomes the default graph of the store, or the graph that its address names as
``default-graph-uri``. An interrupted push can resume: graphs with the correct number of triples
are kept. Decision: docs/decisions/011-push.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import pyoxigraph as ox

from ..core.errors import StoreError
from ..core.vocabulary import BASE
from .default_graph import DEFAULT_GRAPH
from .graph_writers import Writer
from .remote import RemoteStore
from .remote_inventory import (
    INVENTORY,
    DataVersion,
    Inventory,
    count_default,
    count_graphs,
    read_inventory,
)

Progress = Callable[[int], None]
"""Called with the number of triples that were loaded since the last call."""

#: Graph for the merge in engines without a separate default graph.
MERGED: Final = f"{BASE}merged"
# Blank node labels as the engine writes them; no IRI of the data contains this form.
_BLANK: Final = re.compile(r"_:[0-9A-Za-z]+")

_DATE: Final = re.compile(
    r'"(?P<date>-?\d{4,}(?:-\d\d){0,2})"\^\^<http://www\.w3\.org/2001/XMLSchema#'
    r"(?:gYear|gYearMonth|date)> \.$"
)


@dataclass(frozen=True, slots=True)
class PushPlan:
    """Steps of a push.

    Attributes:
        data: Version of the data to load.
        merged: Graph for the merge; "" is the default graph.
        sizes: Number of triples of each graph, including the merge.
        todo: Graphs to load.
        stale: Graphs of an earlier push, to remove first.
        kept: Graphs that are already complete.
        foreign: Graphs that no push has loaded; they are kept.
        found: Record of the last push.
    """

    data: DataVersion
    merged: str
    sizes: dict[str, int]
    todo: tuple[str, ...]
    stale: tuple[str, ...]
    kept: tuple[str, ...]
    foreign: tuple[str, ...]
    found: Inventory = field(default=Inventory())

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.found.complete == self.data and not self.todo

    @property
    def gone(self) -> tuple[str, ...]:
        """Graphs of an earlier push that are removed and not loaded again."""
        return tuple(graph for graph in self.stale if graph not in self.sizes)

    @property
    def triples(self) -> int:
        """Number of triples to load."""
        return sum(self.sizes[graph] for graph in self.todo)


def plan(engine: ox.Store, store: RemoteStore, data: DataVersion) -> PushPlan:
    """Plan the steps that load the graphs of ``engine`` into ``store``.

    Raises:
        NetworkError: If the store fails or its response is invalid.
        StoreError: If its default graph holds statements that no push has loaded.
    """
    merged = store.default_graph
    data = replace(data, merged=merged)
    named = store.without_dataset()
    found, there = read_inventory(named), count_graphs(named)
    counts = {merged: there.get(merged, 0) if merged else count_default(store), **there}
    sizes = {**_sizes(engine), merged: len(_merge_lines(engine, merged))}
    if not merged and counts[merged] and not found.graphs:
        raise StoreError(_occupied_message(store, counts[merged]))
    is_same = data in (found.begun, found.complete)
    kept = {graph for graph, triples in sizes.items() if is_same and counts.get(graph) == triples}
    merges = {merged, *(old.merged for old in (found.begun, found.complete) if old)}
    earlier = {*found.graphs, *merges} if found.graphs and not is_same else set()
    known = {*sizes, *found.graphs, *merges, INVENTORY}
    return PushPlan(
        data,
        merged,
        sizes,
        # The merge is last, so that a query without GRAPH does not find half of the data.
        todo=tuple(sorted(sizes.keys() - kept, key=lambda graph: (graph == merged, graph))),
        stale=tuple(sorted(earlier)),
        kept=tuple(sorted(kept)),
        foreign=tuple(sorted(there.keys() - known)),
        found=found,
    )


def push(
    engine: ox.Store,
    store: RemoteStore,
    writer: Writer,
    plan: PushPlan,
    progress: Progress = lambda _: None,
) -> None:
    """Carry out ``plan``, check the number of triples, and record completion.

    Args:
        engine: The graphs to load.
        store: The remote store, for queries.
        writer: A writer to the same store.
        plan: The result of `plan`.
        progress: Called after each part.

    Raises:
        NetworkError: If the store fails or its response is invalid; the push can be repeated.
        StoreError: If a graph then has a different number of triples.
    """
    if plan.is_done:
        return
    writer.check_access(INVENTORY)
    graphs = frozenset(plan.sizes) - {plan.merged}
    if plan.stale:
        # No data are recorded as begun until all stale graphs are removed.
        _record(writer, Inventory(graphs | plan.found.graphs))
    for graph in plan.stale:
        writer.drop(graph)
    _record(writer, Inventory(graphs, begun=plan.data))
    for graph in plan.todo:
        is_merge = graph == plan.merged
        lines = _merge_lines(engine, graph) if is_merge else _lines(engine, ox.NamedNode(graph))
        writer.replace(
            graph, _report_parts(split_into_requests(lines, writer.lines_a_part), progress)
        )
    _check_counts(store, plan)
    _record(writer, Inventory(graphs, complete=plan.data))


def _check_counts(store: RemoteStore, plan: PushPlan) -> None:
    counts = count_graphs(store.without_dataset())
    if wrong := [g for g, n in plan.sizes.items() if g != plan.merged and counts.get(g) != n]:
        raise StoreError(_incomplete_message(sorted(wrong), plan.sizes, counts))
    found, wanted = count_default(store), plan.sizes[plan.merged]
    if found != wanted:
        raise StoreError(
            f"a query without GRAPH finds {found:,} statements in {store.host}, not {wanted:,}: "
            + (_OTHER_GRAPH_ADVICE if not plan.merged else "push again")
        )


def split_into_requests(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Divide N-Triples lines into parts of about ``size`` lines, at least one part.

    Lines that share a blank node, directly or through other lines, are in one part, because the
    scope of a blank node label is one request.
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


def _report_parts(parts: Iterable[list[str]], progress: Progress) -> Iterator[list[str]]:
    """Yield the parts; report each when the next is requested, as it is loaded then."""
    for part in parts:
        yield part
        progress(len(part))


def _components(lines: list[str]) -> list[list[str]]:
    """Group lines by the blank nodes that they share."""
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
    """Return a line without its literal, which can look like a blank node."""
    return line.partition('"')[0]


def _sizes(engine: ox.Store) -> dict[str, int]:
    """Return the number of triples of each named graph."""
    rows = engine.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    return {row["g"].value: int(row["n"].value) for row in rows}  # type: ignore[union-attr]


def _lines(engine: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> list[str]:
    """Return the triples of one graph as sorted N-Triples."""
    quads = engine.quads_for_pattern(None, None, None, graph)
    return sorted(f"{quad.triple} ." for quad in quads)


def _merge_lines(engine: ox.Store, graph: str) -> list[str]:
    """Return the triples of the merge, for the default graph ("") or a named graph.

    Virtuoso treats "1963"^^xsd:gYear and "1963-01"^^xsd:gYearMonth as the same value. Its named
    graphs keep only one of the statements that differ in such values. Only the most precise one
    is therefore sent to a named graph.
    """
    lines = _lines(engine, DEFAULT_GRAPH)
    if not graph:
        return lines
    precise: dict[tuple[str, str], str] = {}
    for line in lines:
        if found := _DATE.search(line):
            begins = found["date"] + "-01" * (2 - found["date"].count("-", 1))
            key = line[: found.start()], begins
            precise[key] = max(precise.get(key, line), line, key=len)
    dated = set(precise.values())
    return [line for line in lines if line in dated or not _DATE.search(line)]


def _record(writer: Writer, inventory: Inventory) -> None:
    writer.replace(INVENTORY, split_into_requests(inventory.lines(), writer.lines_a_part))


_OTHER_GRAPH_ADVICE: Final = (
    "its default graph is not separate, or has other statements too. Name a graph for the "
    f"merge in the address, for this and for queries: --store 'URL?default-graph-uri={MERGED}'"
)


def _occupied_message(store: RemoteStore, found: int) -> str:
    return (
        f"a query without GRAPH finds {found:,} statements in {store.host} before the push: "
        f"{_OTHER_GRAPH_ADVICE}"
    )


def _incomplete_message(wrong: list[str], sizes: dict[str, int], counts: dict[str, int]) -> str:
    shown = [f"\n  {graph}: {counts.get(graph, 0):,} of {sizes[graph]:,}" for graph in wrong[:10]]
    more = f"\n  and {len(wrong) - 10} more" if len(wrong) > 10 else ""
    return (
        f"{len(wrong)} graph{'s do' if len(wrong) > 1 else ' does'} not hold the triples that were "
        "sent; push again. If the message stays, the engine changes or drops triples:"
        f"{''.join(shown)}{more}"
    )
