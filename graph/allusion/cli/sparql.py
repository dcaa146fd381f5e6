"""allusion sparql: run SPARQL queries within limits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from ..core.errors import ParameterError, QueryRefused, QueryStopped
from ..query.results import Result, RowStream, TripleResult
from ..sparql.limits import DEFAULTS, MIN_TIMEOUT_S, bytes_of, size_of
from .graph import open_graph
from .options import FiniteRange, data_option, format_options, store_option, with_option
from .output import note, write_result, write_row_stream

if TYPE_CHECKING:
    from ..store.remote import Method

_F = TypeVar("_F", bound=Callable[..., Any])

_BYTES_PER_CHARACTER: Final = 4  # at most, in UTF-8
#: Default of --max-rows on a terminal.
TERMINAL_ROWS: Final = 1_000


def _size(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    return None if value is None else bytes_of(value)


def limit_options(command: _F) -> _F:
    """Add an option for each limit. A limit that is not given is None."""
    above_0 = click.IntRange(min=1)
    options: list[tuple[str, str, click.ParamType[Any] | None, str, str]] = [
        ("timeout", "SECONDS", FiniteRange(min=MIN_TIMEOUT_S), "Stop after this time",
         f"{DEFAULTS.timeout:g}"),
        ("max-rows", "N", above_0, "Stop after this number of rows or triples",
         f"{TERMINAL_ROWS:,} on a terminal, else {DEFAULTS.max_rows:,}"),
        ("max-memory", "SIZE", None, "Stop if the engine uses more memory, such as 512M or 4G",
         size_of(DEFAULTS.max_memory)),
        ("max-bytes", "SIZE", None, "Stop if the answer is larger",
         size_of(DEFAULTS.max_bytes)),
        ("max-length", "N", above_0, "Refuse a query with more characters",
         f"{DEFAULTS.max_length:,}"),
        ("max-depth", "N", above_0, "Refuse a query with deeper nested brackets",
         f"{DEFAULTS.max_depth:,}"),
        ("max-operators", "N", above_0, "Refuse a query with more operators, UNIONs and similar",
         f"{DEFAULTS.max_operators:,}"),
    ]  # fmt: skip
    for name, metavar, kind, text, default in reversed(options):
        command = click.option(
            f"--{name}",
            metavar=metavar,
            type=kind,
            callback=_size if metavar == "SIZE" else None,
            help=f"{text}.  [default: {default}]",
        )(command)
    return command


@click.command(
    "sparql",
    epilog=(
        "\b\nExamples:\n"
        "  allusion sparql 'SELECT ?film WHERE { ?film a al:Film }'\n"
        "  allusion sparql question.rq -f json\n"
        "  echo 'ASK { person:faye-wong a al:Person }' | allusion sparql -\n"
        "  allusion sparql federated.rq --allow-service query.wikidata.org --timeout 60\n"
        "\n"
        "The prefixes of the project are predefined. Exit code 1 if an ASK result is false, 5 if "
        "a limit cut the answer: the rows found so far are printed, with a note on stderr. A "
        "file (-o) is then written only with --partial."
    ),
)
@click.argument("query", metavar="QUERY|FILE|-")
@format_options
@limit_options
@click.option(
    "--partial", is_flag=True, help="Write the file (-o) even if a limit cuts the answer."
)
@click.option(
    "--allow-service",
    "hosts",
    metavar="HOST",
    multiple=True,
    help="Allow SERVICE requests to this host (or HOST:PORT); may be given several times.",
)
@click.option(
    "--method",
    type=click.Choice(["auto", "get", "post"]),
    default="auto",
    show_default=True,
    help="HTTP method of requests to an endpoint (--store). auto: GET, or POST for a long query.",
)
@click.option(
    "--verbose", is_flag=True, help="Report on stderr how the process of the query is confined."
)
@store_option
@with_option
@data_option
def sparql_command(
    query: str,
    form: str | None,
    output: Path | None,
    partial: bool,
    hosts: tuple[str, ...],
    method: Method,
    verbose: bool,
    data: Path | None,
    **limits: float | None,
) -> int:
    """Run a SPARQL query from an argument, a file or stdin.

    SELECT, ASK, CONSTRUCT and DESCRIBE read the merge of all sources; GRAPH ?source reads
    one named graph for each source. Read-only: updates and LOAD are refused, and SERVICE
    unless --allow-service allows its host. The query runs in a separate process, within
    limits. For an endpoint, --timeout limits all requests together, including the comparison
    of its data with the local data.
    """
    text = _text_of(query, int(limits["max_length"] or DEFAULTS.max_length))
    timeout = limits["timeout"] or DEFAULTS.timeout
    graph = open_graph(data, timeout=timeout, method=method)
    if limits["max_rows"] is None and output is None and sys.stdout.isatty():
        limits["max_rows"] = TERMINAL_ROWS
    if verbose and graph.executor.is_embedded:
        note(f"confinement of the engine: {', '.join(graph.executor.workers(hosts).confinement())}")
    answer: Result | RowStream | TripleResult | bool
    try:
        answer = graph.stream(text, allow_service=hosts, warn=False, **limits)
    except QueryStopped as stop:
        if not isinstance(stop.partial, TripleResult):
            raise
        answer = stop.partial
    code = 0
    try:
        if isinstance(answer, RowStream):
            answer = write_row_stream(answer, form, output, partial=partial)
        elif isinstance(answer, bool) or answer.complete or output is None or partial:
            code = write_result(answer, form, output)
        else:
            raise QueryStopped(answer.stopped, "")
    except QueryStopped as stop:
        note(f"allusion: {stop}\n{output} was not written; add --partial to write it")
        return stop.exit_code
    if not isinstance(answer, bool) and not answer.complete:
        note(f"allusion: {answer.stopped}")
        return QueryStopped.exit_code
    odd = () if isinstance(answer, bool) else answer.notes
    for remark in (*odd, *graph.executor.notes(text, answer)):
        note(f"note: {remark}")
    return code


def _text_of(query: str, max_length: int) -> str:
    """Return the query itself, or read it from a file or stdin.

    Args:
        query: A query, the name of a file, or - for stdin.
        max_length: Maximum number of characters.

    Returns:
        The text of the query.

    Raises:
        ParameterError: The query is empty, cannot be read or is not UTF-8.
        QueryRefused: The query has more than `max_length` characters.
    """
    if query == "-":
        text = _read(sys.stdin.buffer, "standard input", max_length)
        if not text.strip():
            raise ParameterError(
                "standard input is empty or closed; write a query or the name of a file"
            )
        return text
    if not query.strip():
        raise ParameterError("the query is empty")
    if "{" in query or "\n" in query:
        return query
    try:
        stream = Path(query).open("rb")  # noqa: SIM115 (read errors are reported separately)
    except OSError as error:
        if " " in query:  # DESCRIBE and an IRI need no braces
            return query
        if not isinstance(error, FileNotFoundError):
            raise ParameterError(f"{query} could not be read: {error.strerror}") from error
        raise ParameterError(
            f"{query!r} is neither a file nor a SPARQL query; quote the query, or write - for "
            f"stdin; to find an entity: allusion search {query}"
        ) from None
    with stream:
        return _read(stream, query, max_length)


def _read(stream: IO[bytes], name: str, max_length: int) -> str:
    """Read a query up to the limit, because the stream may be endless."""
    most = _BYTES_PER_CHARACTER * max_length
    try:
        data = stream.read(most + 1)
    except OSError as error:  # a folder, for one
        raise ParameterError(f"{name} could not be read: {error.strerror}") from error
    if len(data) > most:
        raise QueryRefused(
            f"{name} has more than {max_length:,} characters, which is the limit; to allow more: "
            "--max-length"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"{name} is not UTF-8 (byte {error.start:,}: {error.reason}); save it as UTF-8"
        ) from error
