"""Writes to the working copy: who may write, one write at a time, and what follows a write."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request

from ..core.errors import AllusionError, QueryError
from ..sparql.guard import refuse_unsafe_update
from ..sparql.limits import Limits
from ..sparql.update import split_update
from ..store.working_copy import StoreFull, WorkingCopy, WriteConflict, WriteReport
from .options import ServerOptions
from .problems import HttpProblem, busy, from_error


class StoreWriter:
    """Authorized writes, one after another.

    Args:
        copy: The copy of the store.
        options: The token, and the number of writes that may wait.
        written: Called in a thread after each write, before its response.
    """

    def __init__(
        self,
        copy: WorkingCopy,
        options: ServerOptions,
        written: Callable[[WriteReport], Callable[[], None]],
    ) -> None:
        self.copy = copy
        self.options = options
        self._written = written
        self._thread = ThreadPoolExecutor(1, "write")
        self._waiting = 0

    def close(self) -> None:
        """End the thread after its write."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.copy.close()

    def authorize(self, request: Request) -> None:
        """Check the token of a request.

        Raises:
            HttpProblem: If it has none, or another one.
        """
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(
            sent.strip().encode(), self.options.token.encode()
        ):
            return
        error = ', error="invalid_token"' if sent else ""
        raise HttpProblem(
            401,
            "token",
            "Writing needs the token of the server",
            "send the header Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": f'Bearer realm="allusion"{error}'},
        )

    async def update(
        self,
        text: str,
        limits: Limits,
        *,
        base: str,
        using: Sequence[str] = (),
        using_named: Sequence[str] = (),
    ) -> None:
        """Apply an update of SPARQL.

        Args:
            text: The update.
            limits: Its limits.
            base: Base IRI of relative IRIs.
            using: Graphs whose merge is the default graph of each WHERE, if any is given.
            using_named: Named graphs of each WHERE, if any is given.

        Raises:
            HttpProblem: If it is not valid, exceeds a limit, or too many writes wait.
        """
        try:
            refuse_unsafe_update(text)
        except AllusionError as error:
            raise _problem(error) from error

        def steps() -> list[dict[str, Any]]:
            return [
                {"kind": "update", "text": one.text, "effect": one.effect, "base": base}
                for one in split_update(text, using, using_named)
            ]

        await self._apply(steps, limits, text)

    async def write_graph(
        self,
        kind: str,
        graph: str,
        documents: Sequence[tuple[str, bytes, str]],
        limits: Limits,
    ) -> bool:
        """Write a graph as the Graph Store Protocol does.

        Args:
            kind: "put", "post" or "delete".
            graph: IRI of the graph; "" is the default graph.
            documents: Media type, content and base IRI of each document.
            limits: Limits of the write.

        Returns:
            Whether the write made the graph.

        Raises:
            HttpProblem: If a document is not valid, or as `update`.
        """
        step = {
            "kind": kind,
            "graph": graph,
            "effect": "data" if kind == "post" else "",
            "documents": [
                {"media_type": media_type, "data": base64.b64encode(data).decode(), "base": base}
                for media_type, data, base in documents
            ],
        }
        report = await self._apply(lambda: [step], limits)
        return report is not None and report.created

    async def _apply(
        self, steps: Callable[[], list[dict[str, Any]]], limits: Limits, text: str = ""
    ) -> WriteReport | None:
        """Apply steps in the thread of writes, where they are made too; None if there are none."""
        if self._waiting > self.options.queue:
            raise busy(f"{self._waiting} writes are waiting already")
        loop = asyncio.get_running_loop()

        def work() -> tuple[WriteReport, Callable[[], None]] | None:
            made = steps()
            if not made:
                return None
            report = self.copy.apply(made, limits, text)
            return report, self._written(report)

        self._waiting += 1
        try:
            # A write that has begun is finished, also if its client leaves.
            done = await asyncio.shield(loop.run_in_executor(self._thread, work))
        except AllusionError as error:
            if type(error) is QueryError and not text:
                raise HttpProblem(400, "rdf", "The body is not valid RDF", str(error)) from error
            raise _problem(error) from error
        finally:
            self._waiting -= 1
        if done is None:
            return None
        report, switch = done
        switch()
        return report


def _problem(error: AllusionError) -> HttpProblem:
    match error:
        case WriteConflict():
            return HttpProblem(409, "conflict", "The write contradicts the store", str(error))
        case StoreFull():
            return HttpProblem(507, "max_store", "The store is full", str(error))
    return from_error(error)
