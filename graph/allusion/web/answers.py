"""Answers of queries as HTTP responses: complete below the size of the buffer, streamed above.

The status is sent when the answer is complete or has filled the buffer. A limit that stops the
query after that closes the connection before the last chunk, so that the client sees an error.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..core.errors import AllusionError, QueryStopped
from ..query.results import Result, TripleResult, collect
from ..query.serializers import write_ask, write_rows
from ..store.interface import Answer, Row, Rows, Triples
from .negotiation import MEDIA_TYPES
from .problems import HttpProblem, from_error
from .worker_pool import ClientLeft, ClientWatch, Job, read_up_to

_LOG: Final = logging.getLogger("allusion.web")
#: What an entry of a cache needs besides its bytes.
_ENTRY_BYTES: Final = 300
#: Size of the chunks of a streamed answer.
_CHUNK: Final = 64 << 10
#: Content types that need a charset.
_TEXT: Final = ("text/",)


@dataclass(frozen=True)
class Body:
    """A complete answer.

    Attributes:
        data: Its bytes.
        truncated: Name of the limit that cut it, or "".
    """

    data: bytes
    truncated: str = ""


class AnswerCache:
    """Least-recently-used cache of complete answers, limited by their total size."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """Return an answer, or None."""
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep an answer, and forget the least recently used ones above the size."""
        if len(data) > self._max_bytes // 8 or key in self._answers:
            return
        self._answers[key] = data
        self._bytes += len(data) + _ENTRY_BYTES
        while self._bytes > self._max_bytes:
            _, old = self._answers.popitem(last=False)
            self._bytes -= len(old) + _ENTRY_BYTES


class CutRows:
    """Rows up to the limit that stops the query.

    Attributes:
        limit: Name of that limit; "" while there is none.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.limit = ""

    def __iter__(self) -> Iterator[Row]:
        try:
            yield from self._rows
        except QueryStopped as stop:
            self.limit = stop.limit


def bytes_of(answer: Answer, form: str) -> Iterator[bytes]:
    """Yield an answer in an output format, in UTF-8.

    Raises:
        ParameterError: If the format cannot represent it.
    """
    return (piece.encode() for piece in _pieces_of(answer, form))


def _pieces_of(answer: Answer, form: str) -> Iterator[str]:
    """Yield an answer in an output format.

    Raises:
        ParameterError: If the format cannot represent it.
    """
    if isinstance(answer, bool):
        return iter([write_ask(answer, form)])
    if isinstance(answer, Rows):
        return write_rows(form, answer.columns, answer.rows)
    if form == "nt":
        return (" ".join(term.n3() for term in triple) + " .\n" for triple in answer)
    return iter([TripleResult(list(answer)).write(form)])


async def read_whole(job: Job, form: str) -> Body:
    """Return the whole answer of a query, or the part before a limit."""
    answer = await job.answer()
    cut: CutRows | None = None
    if isinstance(answer, Rows):
        cut = CutRows(answer.rows)
        answer = Rows(answer.columns, cut)
    elif isinstance(answer, Triples):
        cut = CutRows(answer.triples)
        answer = Triples(cut)  # type: ignore[arg-type]  # rows of three cells, none unbound
    data = await job.call(lambda: b"".join(bytes_of(answer, form)))
    limit = cut.limit if cut else ""
    if limit and form == "sparql-json":
        data = data.rstrip().removesuffix(b"}") + f',"truncated":"{limit}"}}\n'.encode()
    return Body(data, limit)


def content_type(form: str) -> str:
    """Return the value of Content-Type for an output format."""
    media_type = MEDIA_TYPES[form]
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def entity_tag(*parts: object) -> str:
    """Return a weak entity tag for these parts."""
    digest = hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()
    return f'W/"{digest[:24]}"'


def client_of(request: Request) -> str:
    """Return the address of the client of a request, or ""."""
    return request.client.host if request.client else ""


async def collect_answer(
    job: Callable[[ClientWatch], Job], receive: Receive, *, partial: bool = False
) -> tuple[Result | TripleResult | bool, str]:
    """Run a query, and read its whole answer.

    Args:
        job: Makes the query for the watch of a client.
        receive: Of the ASGI application, after the body was read.
        partial: Return the part before a limit instead of raising.

    Returns:
        The answer, and the name of the limit that cut it, or "".

    Raises:
        QueryStopped: If a limit stops the query, and no part of it is wanted or there is none.
    """
    with ClientWatch(receive) as watch:
        async with job(watch) as running:
            answer = await running.answer()
            try:
                return await running.call(lambda: collect(answer)), ""
            except QueryStopped as stop:
                if not partial or not isinstance(stop.partial, Result | TripleResult):
                    raise
                return stop.partial, stop.limit


async def send_response(
    respond: Awaitable[Response | None], scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response, or an error as a problem; nothing if the client has left.

    Args:
        respond: Returns the response; None if it was streamed.
        scope: Of the ASGI application.
        receive: Of the ASGI application.
        send: Of the ASGI application.
    """
    response: Response | None
    try:
        response = await respond
    except AllusionError as error:
        response = from_error(error).response()
    except HttpProblem as problem:
        response = problem.response()
    except (ClientLeft, ClientDisconnect):
        return
    if response is not None:
        await response(scope, receive, send)


async def stream(
    job: Job,
    first: bytes,
    pieces: Iterator[bytes],
    send: Send,
    headers: list[tuple[bytes, bytes]],
    write_timeout: float,
) -> bool:
    """Send an answer that is larger than the buffer.

    Args:
        job: The query.
        first: The part that was read already.
        pieces: The rest.
        send: Of the ASGI application.
        headers: Headers of the response.
        write_timeout: Seconds in which the client must accept each part.

    Returns:
        Whether the answer was sent to its end.
    """
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    chunk, last = first, False
    while True:
        message = {"type": "http.response.body", "body": chunk, "more_body": not last}
        try:
            await asyncio.wait_for(send(message), write_timeout)
        except TimeoutError:
            _LOG.warning("the client does not read; the answer was stopped")
            return False
        if last:
            return True
        try:
            chunk, last = await job.call(partial(read_up_to, pieces, _CHUNK))
        except (AllusionError, ClientLeft) as error:
            _LOG.warning(
                "the answer was stopped after its beginning was sent: %s",
                error or "the client left",
            )
            return False
