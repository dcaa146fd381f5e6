"""The limits of the server as a table, for its page and for the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..sparql.limits import size_of
from .options import MIN_RATE, ServerOptions


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit or an error of the server.

    Attributes:
        kind: Fragment of the type of the problem.
        value: Value of the limit, or "".
        status: HTTP status of an answer that it stops; 0 if the connection is closed.
        meaning: What it limits.
    """

    kind: str
    value: str
    status: int
    meaning: str


def limit_rows(options: ServerOptions) -> Iterator[LimitRow]:
    """Yield every limit, and every other kind of problem."""
    limits = options.limits
    yield LimitRow("timeout", f"{limits.timeout:g} s", 504,
                   "Time of one query. The parameter timeout lowers it.")  # fmt: skip
    yield LimitRow("max_rows", f"{limits.max_rows:,}", 422,
                   "Rows of one answer. The parameter max_rows lowers it.")  # fmt: skip
    yield LimitRow("max_triples", f"{options.max_triples:,}", 422,
                   "Triples of one answer, except in N-Triples.")  # fmt: skip
    yield LimitRow("max_bytes", size_of(limits.max_bytes), 422, "Size of one answer.")
    yield LimitRow("max_memory", size_of(limits.max_memory), 422, "Memory of one query.")
    yield LimitRow("refused", "", 403,
                   f"SERVICE and updates; texts of more than {limits.max_length:,} characters, "
                   f"{limits.max_depth:,} nested brackets or {limits.max_operators:,} operators."
                   )  # fmt: skip
    yield LimitRow("query", "", 400, "The query is not valid; line and column where known.")
    yield LimitRow("engine", "", 422, "The engine cannot run the query.")
    yield LimitRow("share", f"{options.query_share:g} s a minute", 429,
                   "Query time of one client. Retry-After has the seconds to wait.")  # fmt: skip
    yield LimitRow("queue", f"{options.queue} waiting, {options.workers} running", 503,
                   "Queries at the same time.")  # fmt: skip
    yield LimitRow("write_timeout", f"{options.write_timeout:g} s", 0,
                   f"A client that reads less than {MIN_RATE:,} bytes a second for this time loses "
                   "its connection.")  # fmt: skip
    yield LimitRow("body", size_of(options.max_body), 413, "Body of a request.")
    if options.token:
        yield LimitRow(
            "max_store", size_of(options.max_store), 507, "Size of the copy that is written."
        )
        yield LimitRow("token", "", 401, "A write without the token of the server.")
        yield LimitRow("conflict", "", 409,
                       "A write that contradicts the store: the default graph is the merge of the "
                       "named graphs, so that a statement is removed from its graphs.")  # fmt: skip
        yield LimitRow("rdf", "", 400, "The body of a write is not valid RDF.")
    yield LimitRow("read-only", "", 403, "A write to a server without --writable.")
    yield LimitRow("format", "", 406, "No format of the answer is acceptable.")
    yield LimitRow("host", "", 421, "The Host header is not one of this server.")
    yield LimitRow("origin", "", 403, "A browser sends the request for another site.")
