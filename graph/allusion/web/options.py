"""Settings of the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ..core.errors import ParameterError
from ..sparql.limits import Limits

#: Limits of a query that a request may lower but not raise.
SERVER_LIMITS: Final = Limits(
    timeout=10, max_rows=1_000_000, max_memory=512 << 20, max_bytes=64 << 20
)
#: Bytes a second that a client must read at least.
MIN_RATE: Final = 1_000
#: Minimum of characters in the token for writing.
MIN_TOKEN: Final = 16
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class ServerOptions:
    """Settings of the server.

    Attributes:
        host: Address to bind.
        port: Port to bind; 0 means any free port.
        fd: Number of an open socket that listens already; None binds one.
        processes: Number of processes that share the socket.
        public_url: Address under which people reach the server, such as
            "https://example.org/films/"; "" means the Host header of the request.
        hosts: More names that the Host header may have.
        allow_origin: The only foreign origin that browsers may call from; "" means none.
        limits: Limits of one query.
        workers: Number of worker processes, and so of queries that run at the same time.
        queue: Number of queries that may wait for a worker.
        max_triples: Maximum of triples in the answer to CONSTRUCT and DESCRIBE.
        buffer_bytes: Answers up to this size are complete before their status is sent.
        max_body: Maximum of bytes in the body of a request.
        write_timeout: Seconds in which a client must read the next part of an answer, and
            `MIN_RATE` bytes a second.
        query_share: Seconds of query time that one client gets in a minute.
        cache_bytes: Size of the cache of answers; 0 turns it off.
        token: Secret that a write must send; "" makes the server read-only.
        copy: Folder of the copy that is written; None is one in ALLUSION_HOME.
        max_store: Maximum of bytes of the copy that is written.
        metrics: Show metrics at /metrics, to requests that do not come through a proxy.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    fd: int | None = None
    processes: int = 1
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    allow_origin: str = ""
    limits: Limits = field(default=SERVER_LIMITS)
    workers: int = 2
    queue: int = 32
    max_triples: int = 200_000
    buffer_bytes: int = 4 << 20
    max_body: int = 1 << 20
    write_timeout: float = 10.0
    query_share: float = 60.0
    cache_bytes: int = 32 << 20
    token: str = field(default="", repr=False)
    copy: Path | None = None
    max_store: int = 1 << 30
    metrics: bool = False

    def __post_init__(self) -> None:
        for name, value in (("public_url", self.public_url), ("allow_origin", self.allow_origin)):
            parts = urlsplit(value)
            if value and (parts.scheme not in ("http", "https") or not parts.hostname):
                raise ParameterError(f"{name} is {value!r}; write it like https://example.org")
            if value and name == "allow_origin" and (parts.path or parts.query):
                raise ParameterError(f"allow_origin is {value!r}; an origin has no path")
        if self.token and self.processes > 1:
            raise ParameterError(
                "--writable and --processes exclude each other: each process would have a state "
                "of its own"
            )
        if self.metrics and self.processes > 1:
            raise ParameterError(
                "--metrics and --processes exclude each other: each process would count for itself"
            )
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise ParameterError("the token has a space, or a character that is not ASCII")
        if self.token and len(self.token) < MIN_TOKEN:
            raise ParameterError(
                f"the token has {len(self.token)} characters; at least {MIN_TOKEN}, such as those "
                "of: openssl rand -hex 32"
            )

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Names that the Host header may have, without port."""
        names: Iterable[str] = (*_LOOPBACK, *self.hosts)
        if self.host not in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
            names = (*names, f"[{self.host}]" if ":" in self.host else self.host)
        if self.public_url:
            names = (*names, urlsplit(self.public_url).hostname or "")
        return frozenset(name.lower() for name in names)


def read_token(path: Path) -> str:
    """Read the token for writing: the first line of a file.

    Raises:
        ParameterError: If the file cannot be read, is not UTF-8, or has an empty first line.
    """
    try:
        token = path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, ValueError) as error:
        raise ParameterError(f"the token file {path} cannot be read ({error})") from None
    if not token:
        raise ParameterError(
            f"the token file {path} has an empty first line; write a token: openssl rand -hex 32"
        )
    return token
