"""Program that applies one write to a copy of a store, and ends.

It imports only the standard library and the engine. If it fails or is killed, its owner removes
the copy, so that a write is whole or has no effect.

The default graph stays the merge of the named graphs, and the statements that were written to it
alone. Decision: docs/decisions/042-updates.md.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from ...core.text import count_text
from .confinement import confine
from .framing import OUT_OF_MEMORY
from .memory_limit import MemoryLimit

_DEFAULT: Final = ox.DefaultGraph()
_UNMERGED: Final = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } MINUS { ?s ?p ?o } }"
_UNNAMED: Final = "SELECT ?s ?p ?o { ?s ?p ?o MINUS { GRAPH ?g { ?s ?p ?o } } }"
#: Statements and graphs in a message at most.
_SHOWN: Final = 3


class Conflict(Exception):
    """The write contradicts the rule of the default graph, or names a graph that is missing."""


def main(settings: dict[str, Any]) -> None:
    """Apply the write on standard input, report on standard output, and end the process.

    Args:
        settings: ``origin`` (the store to copy), ``target`` (the copy to make), ``scratch`` (a
            folder for copies between operations), ``prefixes``, ``memory`` in bytes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner handles Ctrl-C
    confine(network=False)
    steps = json.loads(sys.stdin.buffer.read())
    try:
        before = ox.Store.read_only(settings["origin"])
        before.backup(settings["target"])
        store = ox.Store(settings["target"])
        memory = MemoryLimit(watch=False)
        memory.allow(settings["memory"])
        if not memory.by_kernel:
            threading.Thread(target=memory.watch, args=(OUT_OF_MEMORY,), daemon=True).start()
        report = _Write(store, before, settings).run(steps)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Conflict as conflict:
        report = {"error": "conflict", "message": str(conflict)}
    except (SyntaxError, OSError, ValueError, RuntimeError) as error:
        kinds = (SyntaxError, OSError, ValueError, RuntimeError)
        kind = next(kind for kind in kinds if isinstance(error, kind))
        report = {"error": kind.__name__, "message": str(error)}
    except BaseException as error:  # a panic of the engine is not an Exception
        report = {"error": "panic", "message": str(error)}
    sys.stdout.write(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)


class _Write:
    """The steps of one write.

    Args:
        store: The copy, which is changed.
        before: The store before the write.
        settings: Settings, see `main`.
    """

    def __init__(self, store: ox.Store, before: ox.Store, settings: dict[str, Any]) -> None:
        self._store = store
        self._before = before
        self._prefixes = settings["prefixes"]
        self._scratch = settings["scratch"]
        self._created = False

    def run(self, steps: list[dict[str, Any]]) -> dict[str, Any]:
        """Apply the steps, and return counts of the result."""
        for number, step in enumerate(steps):
            removes = step["effect"] != "data"
            if number and removes:
                self._remember(f"{self._scratch}/{number}")
            if step["kind"] == "update":
                self._update(step)
            else:
                self._write_graph(step)
            self._merge(step["effect"])
            if removes:
                self._unmerge(step["effect"])
        self._store.flush()
        stored = len(self._store)
        merged = sum(1 for _ in self._store.quads_for_pattern(None, None, None, _DEFAULT))
        return {"stored": stored, "merged": merged, "created": self._created}

    def _remember(self, folder: str) -> None:
        """Keep the present state as the state before the next step."""
        self._store.flush()
        self._store.backup(folder)
        self._before = ox.Store.read_only(folder)

    def _update(self, step: dict[str, Any]) -> None:
        try:
            self._store.update(step["text"], base_iri=step["base"] or None, prefixes=self._prefixes)
        except RuntimeError as error:
            if "exist" in str(error):  # of a graph, in CREATE, CLEAR, DROP and copies
                raise Conflict(f"{error}; SILENT ignores this") from error
            raise

    def _write_graph(self, step: dict[str, Any]) -> None:
        """Write a graph as the Graph Store Protocol does."""
        graph = ox.NamedNode(step["graph"]) if step["graph"] else _DEFAULT
        quads = [
            ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            for document in step["documents"]
            for quad in ox.parse(
                base64.b64decode(document["data"]),
                ox.RdfFormat.from_media_type(document["media_type"]),
                base_iri=document["base"],
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        ]
        known = graph == _DEFAULT or self._store.contains_named_graph(graph)
        self._created = not known and step["kind"] != "delete"
        if step["kind"] == "delete" and not known:
            raise Conflict(f"the graph <{step['graph']}> does not exist")
        if step["kind"] in ("put", "delete"):
            self._store.remove_graph(graph)
        if step["kind"] != "delete":
            self._store.add_graph(graph)
            self._store.extend(quads)

    def _merge(self, effect: str) -> None:
        """Add the statements of named graphs that the default graph lacks.

        Raises:
            Conflict: If the step has removed one of them from the default graph only.
        """
        lost: list[ox.Quad] = []
        new: list[ox.Quad] = []
        for graph, subject, predicate, value in self._rows(_UNMERGED):
            quad = ox.Quad(subject, predicate, value, graph)
            (lost if effect != "data" and quad in self._before else new).append(quad)
        if lost:
            shown = "; ".join(str(quad) for quad in lost[:_SHOWN])
            raise Conflict(
                f"the write removes {_count(lost)} from the default graph that named graphs "
                f"still have, such as: {shown}. The default graph is the merge of the named "
                "graphs: remove a statement from its graphs (WITH <g>, or GRAPH ?g { ... })"
            )
        self._store.extend(ox.Quad(*quad.triple) for quad in new)

    def _unmerge(self, effect: str) -> None:
        """Remove the statements that no named graph has any more.

        Raises:
            Conflict: If it is not clear whether they are to stay in the default graph.
        """
        if effect == "copy":
            return
        stale = [
            ox.Quad(*triple)
            for triple in self._rows(_UNNAMED)
            if ox.Quad(*triple) in self._before and self._was_named(*triple)
        ]
        if stale and effect == "default":
            shown = "; ".join(str(quad) for quad in stale[:_SHOWN])
            raise Conflict(
                f"one operation removes {_count(stale)} from the last named graph and "
                "inserts into the default graph, so that it is not clear what is to "
                f"stay, such as: {shown}. Use two operations, or insert into a named graph"
            )
        for quad in stale:
            self._store.remove(quad)

    def _was_named(self, subject: Any, predicate: Any, value: Any) -> bool:
        found = self._before.quads_for_pattern(subject, predicate, value, None)
        return any(quad.graph_name != _DEFAULT for quad in found)

    def _rows(self, query: str) -> Iterator[Any]:
        found = self._store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return iter(found)


def _count(quads: list[ox.Quad]) -> str:
    return count_text(len(quads), "statement", "statements")
