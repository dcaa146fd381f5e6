"""Read the body of a response, within a limit of its size."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from typing import Final

from ..core.errors import CutAnswer, NetworkError

_CHUNK_BYTES: Final = 64 * 1024


class ResponseTooLarge(CutAnswer):
    """Response larger than the limit; a smaller request may fit."""


def read_body(
    response: http.client.HTTPResponse, host: str, max_bytes: int, *, gzip: bool = False
) -> bytes:
    """Read the whole body of a response.

    Args:
        response: The response.
        host: Name of the server, for messages.
        max_bytes: Limit of the body, both compressed and decompressed.
        gzip: Whether gzip was requested. A body in gzip is then decompressed.

    Raises:
        ResponseTooLarge: If the body exceeds the limit.
        NetworkError: If the body is shorter than its Content-Length, or cannot be decompressed.
        TimeoutError: If the deadline of the opener passes.
    """
    too_large = ResponseTooLarge(
        f"{host} sent more than {max_bytes / 1_000_000:g} MB; request less (LIMIT)"
    )
    if response.length is not None and response.length > max_bytes:
        raise too_large
    parts = _chunks(response, host)
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if gzip and encoding == "gzip":
        parts = _decompress(parts, host, max_bytes)
    elif gzip and encoding != "identity":
        raise NetworkError(f"{host} used a content encoding that was not requested")
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > max_bytes:
            raise too_large
    return bytes(body)


def _chunks(response: http.client.HTTPResponse, host: str) -> Iterator[bytes]:
    while part := response.read(_CHUNK_BYTES):
        yield part
    # http.client raises no error if a body is shorter than its Content-Length.
    if response.length:
        raise NetworkError(
            f"{host} closed the connection {response.length} bytes before the end of its response; "
            "try again"
        )


def _decompress(parts: Iterator[bytes], host: str, max_bytes: int) -> Iterator[bytes]:
    """Yield the decompressed parts; each is at most one byte longer than the limit."""
    unpack = zlib.decompressobj(31)
    try:
        for part in parts:
            yield unpack.decompress(part, max_bytes + 1)
            if unpack.unused_data:  # zlib would collect further data without limit
                raise NetworkError(f"{host} sent data after the end of its response")
    except zlib.error as error:
        raise NetworkError(
            f"{host} sent a response that cannot be decompressed; try again"
        ) from error
    if not unpack.eof:
        raise NetworkError(
            f"{host} closed the connection before the end of its response; try again"
        )
