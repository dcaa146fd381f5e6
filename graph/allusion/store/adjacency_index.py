"""Adjacency index: entities and edges of a store as arrays in one memory-mapped file.

The build and the load write it beside the store, so that paths and measures need not read the
records of a large graph. The manifest of the folder has its checksums.

The file is a line of JSON, which describes the arrays, and then the arrays.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.vocabulary import EDGE_FAMILIES
from .manifest import check_file, read_manifest

#: Name of the file in the folder of a store.
FILE: Final = "adjacency.bin"
#: Kind of the edges of performances.
PERFORMER: Final = "performer"
_ALIGNMENT: Final = 64
_MAX_SOURCES: Final = 65_535
_MAX_GRAPH_SETS: Final = 1000  # they are read whenever the file is opened

Array = npt.NDArray[Any]


class IndexedEdge(NamedTuple):
    """An edge, as the writer takes it.

    Attributes:
        iri: IRI of the statement.
        origin: IRI of the start.
        target: IRI of the end.
        family: One of `EDGE_FAMILIES`.
        kind: Kind of the edge, such as "name-drop".
        is_doubtful: Whether its certainty is "doubtful".
        sources: Number of sources that do not dispute it.
        node: Node of the statement, an IRI or the label of a blank node; "" if it is one triple.
        graphs: Named graphs of a performance of which nothing is stated but its ends; () if the
            statement has to be read.
    """

    iri: str
    origin: str
    target: str
    family: str
    kind: str
    is_doubtful: bool
    sources: int
    node: str = ""
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdjacencyIndex:
    """Entities and edges by number. Edges are in the order of their IRIs.

    Attributes:
        kinds: Kinds of edges.
        graph_sets: Sets of named graphs.
        iri_text: The IRIs of the ends of all edges, sorted, as UTF-8, one after the other.
        iri_end: End of each IRI in ``iri_text``.
        origin: Number of the entity at the start of each edge; ``target`` is that at the end.
        family: Position in `EDGE_FAMILIES` of each edge.
        kind: Position in ``kinds`` of each edge.
        doubtful: Whether each edge is doubtful.
        sources: Number of sources of each edge that do not dispute it.
        start: Position in ``other`` and ``edge`` of the first neighbor of each entity; one more
            than there are entities.
        other: The neighbors of all entities, in both directions, without self-loops.
        edge: The edge to each neighbor.
        node_text: The node of the statement of each edge, as UTF-8, one after the other.
        node_end: End of each node in ``node_text``.
        stated_in: Position in ``graph_sets`` of the graphs of each edge.
        mentioned: Whether each entity is mentioned by other statements than performances whose
            graphs are known.
    """

    kinds: tuple[str, ...]
    graph_sets: tuple[tuple[str, ...], ...]
    iri_text: Array
    iri_end: Array
    origin: Array
    target: Array
    family: Array
    kind: Array
    doubtful: Array
    sources: Array
    start: Array
    other: Array
    edge: Array
    node_text: Array
    node_end: Array
    stated_in: Array
    mentioned: Array

    def __len__(self) -> int:
        return len(self.iri_end)

    def iri(self, number: int) -> str:
        """Return the IRI of an entity."""
        first = int(self.iri_end[number - 1]) if number else 0
        return bytes(self.iri_text[first : int(self.iri_end[number])]).decode()

    def number(self, iri: str) -> int | None:
        """Return the number of an entity, or None if no edge ends there."""
        place = bisect_left(_Iris(self), iri.encode())
        return place if place < len(self) and self.iri(place) == iri else None

    def neighbors(self, number: int) -> list[int]:
        """Return the entities at the other ends of the edges of an entity, without itself."""
        found: list[int] = self.other[
            int(self.start[number]) : int(self.start[number + 1])
        ].tolist()
        return list(dict.fromkeys(found))

    def degree(self, number: int) -> int:
        """Return the number of edges of an entity; a self-loop counts twice."""
        return int(self._degrees[number])

    @cached_property
    def _degrees(self) -> Array:
        ends = np.concatenate((self.origin, self.target))
        return np.bincount(ends, minlength=len(self))

    def edges_between(
        self, members: Sequence[int]
    ) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
        """Yield the origin, target, node and graphs of each edge between two members."""
        is_member = self._is_member(members)
        inside = np.flatnonzero(is_member[self.origin] & is_member[self.target])
        columns = (self.origin, self.target, self.stated_in)
        ends = np.column_stack([column[inside] for column in columns]).tolist()
        for (origin, target, stated_in), node in zip(ends, self._nodes(inside), strict=True):
            yield origin, target, node, self.graph_sets[stated_in]

    def performances_in(self, works: Sequence[int]) -> Iterator[str]:
        """Yield the nodes of the performances in works."""
        if PERFORMER in self.kinds:
            is_performance = self.kind == self.kinds.index(PERFORMER)
            yield from self._nodes(
                np.flatnonzero(self._is_member(works)[self.origin] & is_performance)
            )

    def _is_member(self, members: Sequence[int]) -> npt.NDArray[np.bool_]:
        is_member = np.zeros(len(self), dtype=bool)
        is_member[members] = True
        return is_member

    def _nodes(self, edges: Array) -> Iterator[str]:
        # Only these parts of the file are read.
        for edge in edges.tolist():
            first = int(self.node_end[edge - 1]) if edge else 0
            yield bytes(self.node_text[first : int(self.node_end[edge])]).decode()

    def register(self, base: str, names: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return for each entity whether its IRI begins with ``base`` and one of these names."""
        found = np.zeros(len(self), dtype=bool)
        iris = _Iris(self)
        for name in names:
            prefix = f"{base}{name}/".encode()
            found[bisect_left(iris, prefix) : bisect_left(iris, prefix + b"\xff")] = True
        return found

    @classmethod
    def of(
        cls, edges: Sequence[IndexedEdge], mentioned: Collection[str] | None = None
    ) -> AdjacencyIndex:
        """Make the arrays of these edges.

        Args:
            edges: The edges.
            mentioned: The entities that are mentioned by other statements than performances
                whose graphs are known; None means all.
        """
        ordered = sorted(edges, key=lambda edge: (edge.iri, edge.origin, edge.target))
        ends = {end for edge in ordered for end in (edge.origin, edge.target)}
        iris = sorted(iri.encode() for iri in ends)
        number = {iri.decode(): place for place, iri in enumerate(iris)}
        kinds = tuple(sorted({edge.kind for edge in ordered}))
        kind = {name: place for place, name in enumerate(kinds)}
        family = {name: place for place, name in enumerate(EDGE_FAMILIES)}
        graph_sets: dict[tuple[str, ...], int] = {(): 0}
        for edge in ordered:
            if len(graph_sets) <= _MAX_GRAPH_SETS:
                graph_sets.setdefault(edge.graphs, len(graph_sets))
        origin = np.array([number[edge.origin] for edge in ordered], dtype=np.uint32)
        target = np.array([number[edge.target] for edge in ordered], dtype=np.uint32)
        joining = np.flatnonzero(origin != target).astype(np.uint32)
        here = np.concatenate((origin[joining], target[joining]))
        order = np.argsort(here, kind="stable")
        start = np.zeros(len(iris) + 1, dtype=np.uint64)
        start[1:] = np.cumsum(np.bincount(here, minlength=len(iris)))
        return cls(
            kinds,
            tuple(graph_sets),
            np.frombuffer(b"".join(iris), dtype=np.uint8),
            np.cumsum([len(iri) for iri in iris], dtype=np.uint64),
            origin,
            target,
            np.array([family[edge.family] for edge in ordered], dtype=np.uint8),
            np.array([kind[edge.kind] for edge in ordered], dtype=np.uint16),
            np.array([edge.is_doubtful for edge in ordered], dtype=bool),
            np.array([min(edge.sources, _MAX_SOURCES) for edge in ordered], dtype=np.uint16),
            start,
            np.concatenate((target[joining], origin[joining]))[order],
            np.concatenate((joining, joining))[order],
            np.frombuffer("".join(edge.node for edge in ordered).encode(), dtype=np.uint8),
            np.cumsum([len(edge.node.encode()) for edge in ordered], dtype=np.uint64),
            # A set beyond the limit counts as unknown.
            np.array([graph_sets.get(edge.graphs, 0) for edge in ordered], dtype=np.uint16),
            np.array([mentioned is None or iri in mentioned for iri in number], dtype=bool),
        )

    def write(self, path: Path) -> None:
        """Write the file."""
        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in _ARRAYS}
        described: dict[str, tuple[str, int, int]] = {}
        place = 0
        for name, array in arrays.items():
            described[name] = (array.dtype.str, len(array), place)
            place += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
        lists = {"kinds": self.kinds, "graph_sets": self.graph_sets}
        head = json.dumps(lists | {"arrays": described}).encode()
        head += b" " * (-(len(head) + 1) % _ALIGNMENT) + b"\n"
        with path.open("wb") as stream:
            stream.write(head)
            for array in arrays.values():
                stream.write(array.tobytes())
                stream.write(bytes(-array.nbytes % _ALIGNMENT))

    @classmethod
    def open(cls, folder: Path) -> AdjacencyIndex | None:
        """Open the index of a store; None if the store has none, or one of an older version.

        Raises:
            StoreError: If it is damaged.
        """
        if FILE not in read_manifest(folder).files:
            return None
        check_file(folder, FILE)
        # Slices of a plain array of the same memory are several times as fast.
        data = np.asarray(np.memmap(folder / FILE, dtype=np.uint8, mode="r"))
        with (folder / FILE).open("rb") as stream:
            line = stream.readline()
        head, end = json.loads(line), len(line)
        if set(head["arrays"]) != set(_ARRAYS):
            return None
        arrays = {}
        for name, (dtype, count, place) in head["arrays"].items():
            size = count * np.dtype(dtype).itemsize
            arrays[name] = data[end + place : end + place + size].view(dtype)
        return cls(tuple(head["kinds"]), tuple(map(tuple, head["graph_sets"])), **arrays)


_ARRAYS: Final = (
    "iri_text", "iri_end", "origin", "target", "family", "kind", "doubtful", "sources", "start",
    "other", "edge", "node_text", "node_end", "stated_in",
    "mentioned",
)  # fmt: skip


class _Iris(Sequence[bytes]):
    """The IRIs as a sorted sequence, for `bisect`."""

    def __init__(self, index: AdjacencyIndex) -> None:
        self._text, self._end = index.iri_text, index.iri_end

    def __len__(self) -> int:
        return len(self._end)

    def __getitem__(self, number: Any) -> Any:
        first = int(self._end[number - 1]) if number else 0
        return bytes(self._text[first : int(self._end[number])])
