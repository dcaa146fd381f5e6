"""Requests of the SPARQL 1.1 Protocol.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from ..core.errors import ParameterError
from ..core.terms import Iri
from ..sparql.limits import Limits
from ..store.default_graph import Dataset
from .negotiation import ROWS, TRIPLES
from .problems import HttpProblem, bad_request

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
#: Values of the parameter ``format``.
FORMATS: Final = {
    "json": "sparql-json",
    "xml": "sparql-xml",
    **{name: name for name in (*ROWS, *TRIPLES)},
}
#: Names of the same formats in other servers and clients, and their media types.
_OTHER_NAMES: Final = {
    "turtle": "ttl",
    "n3": "ttl",
    "rdf+xml": "rdf-xml",
    "json-ld": "jsonld",
    **{media_type: name for name, media_type in (ROWS | TRIPLES).items()},
}
_ONCE: Final = ("query", "update", "timeout", "max_rows", "partial", "stream")


@dataclass(frozen=True)
class SparqlRequest:
    """A request of the protocol.

    Attributes:
        query: Text of the query; "" if it is an update.
        update: Text of the update; "" if it is a query.
        dataset: Dataset that the request gives; None if it gives none.
        using: Graphs that the request gives for the default graph of an update.
        using_named: Named graphs that it gives for an update.
        form: A value of `FORMATS`, or "".
        limits: Limits of the query.
        partial: Whether to send an answer that a limit cut, instead of an error.
        stream: Whether to send the beginning of an answer before its end is known.
    """

    query: str = ""
    update: str = ""
    dataset: Dataset | None = None
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    form: str = ""
    limits: Limits = field(default_factory=Limits)
    partial: bool = False
    stream: bool = False


async def read_request(request: Request, limits: Limits) -> SparqlRequest:
    """Read a request.

    Args:
        request: GET or POST.
        limits: Limits of the server, which the request may lower.

    Raises:
        HttpProblem: If the request is not one of the protocol.
    """
    pairs = _decode(request.scope["query_string"])
    direct: dict[str, str] = {}
    if request.method == "POST":
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        media_type = media_type.strip().lower()
        charset = parameters.lower().partition("charset=")[2].strip(' "') or "utf-8"
        if media_type not in (FORM, QUERY, UPDATE) or charset not in ("utf-8", "utf8"):
            raise HttpProblem(
                415,
                "media-type",
                "The media type of the body is not supported",
                f"send {FORM}, {QUERY} or {UPDATE}, in UTF-8",
                headers={"Accept-Post": f"{FORM}, {QUERY}, {UPDATE}"},
            )
        body = await request.body()
        if media_type == FORM:
            pairs += _decode(body)
        else:
            direct["query" if media_type == QUERY else "update"] = _text(body)
    return _interpret(request.method, pairs, direct, limits)


def _interpret(
    method: str, pairs: Sequence[tuple[str, str]], direct: Mapping[str, str], limits: Limits
) -> SparqlRequest:
    values: dict[str, list[str]] = {}
    for name, value in (*direct.items(), *pairs):
        values.setdefault(name, []).append(value)
    for name in _ONCE:
        if len(values.get(name, ())) > 1:
            raise bad_request(f"the parameter {name} is given {len(values[name])} times")
    query, update = (values.get(name, [""])[0] for name in ("query", "update"))
    if query and update:
        raise bad_request("the request has a query and an update; send one of them")
    if update and method != "POST":
        raise bad_request("an update needs POST")
    default, named = (tuple(values.get(f"{name}-graph-uri", ())) for name in ("default", "named"))
    using, using_named = (
        tuple(
            _iri(f"using-{kind}graph-uri", value)
            for value in values.get(f"using-{kind}graph-uri", ())
        )
        for kind in ("", "named-")
    )
    return SparqlRequest(
        query,
        update,
        Dataset(default, named) if default or named else None,
        using,
        using_named,
        _format_of([value for value in values.get("format", ()) if value]),
        _lowered(limits, values),
        *(
            values.get(name, [""])[0].lower() in ("1", "true", "yes")
            for name in ("partial", "stream")
        ),
    )


def _format_of(values: Sequence[str]) -> str:
    """Return the first format that is known; SPARQLWrapper sends its name and its media type."""
    known = FORMATS | _OTHER_NAMES
    found = [known[value] for value in values if value in known]
    if values and not found:
        raise bad_request(f"format={values[0]!r}; choose from: {', '.join(FORMATS)}")
    return found[0] if found else ""


def _iri(name: str, value: str) -> str:
    try:
        return Iri(value).value
    except ValueError as error:
        raise bad_request(f"{name}={error}") from None


def _lowered(limits: Limits, values: Mapping[str, Sequence[str]]) -> Limits:
    """Return the limits of the server, lowered by the parameters timeout and max_rows."""
    if "timeout" not in values and "max_rows" not in values:
        return limits
    try:
        timeout = min(float(values.get("timeout", [limits.timeout])[0]), limits.timeout)
        rows = min(int(values.get("max_rows", [limits.max_rows])[0]), limits.max_rows)
        return limits.replace(timeout=timeout, max_rows=rows)
    except (ValueError, ParameterError) as error:
        raise bad_request(
            f"timeout must be a number of seconds, and max_rows a whole number ({error})"
        ) from None


def _decode(data: bytes) -> list[tuple[str, str]]:
    """Decode a query string or form.

    Raises:
        HttpProblem: If it is not UTF-8, or has too many fields.
    """
    try:
        return parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except UnicodeDecodeError:
        raise bad_request("the request is not UTF-8") from None
    except ValueError as error:
        raise bad_request(str(error)) from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request(f"the body is not UTF-8 (byte {error.start:,})") from None
