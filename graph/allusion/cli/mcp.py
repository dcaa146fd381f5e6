"""allusion mcp: the graph as tools for language models."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from ..core.errors import MissingExtra, ParameterError
from ..mcp.answers import ANSWER_BYTES, ANSWER_RANGE
from ..sparql.limits import DEFAULTS, MIN_TIMEOUT_S, bytes_of, size_of
from .graph import open_graph
from .options import FiniteRange, data_option, store_option, with_option
from .output import note


@click.command(
    "mcp",
    epilog=(
        "\b\nExample of a configuration of a client:\n"
        '  {"mcpServers": {"allusion": {"command": "allusion", "args": ["mcp"]}}}\n'
        "\n"
        "With uv the command is uv, and the arguments: run --extra mcp allusion mcp. Details: "
        "docs/serving.md."
    ),
)
@click.option(
    "--public-url",
    metavar="URL",
    default="",
    help="Address of a site made by allusion serve or allusion site; answers then have the "
    "addresses of its pages.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=FiniteRange(min=MIN_TIMEOUT_S),
    default=DEFAULTS.timeout,
    show_default=True,
    help="Limit for the time of a query.",
)
@click.option(
    "--max-rows",
    metavar="N",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    help="Limit for the rows of a query; each answer has one page of them.",
)
@click.option(
    "--max-answer",
    metavar="SIZE",
    default=size_of(ANSWER_BYTES),
    show_default=True,
    help="Size of one answer, 2K to 100K.",
)
@store_option
@with_option
@data_option
def mcp_command(
    public_url: str, timeout: float, max_rows: int, max_answer: str, data: Path | None
) -> None:
    """Serve the graph as tools for language models (MCP, on stdin and stdout).

    A client of the Model Context Protocol starts this command. The tools: search, card, queries
    and query (the canned queries), path, sparql. They only read. Each answer is one small page
    of JSON with its sources, a count and a cursor.
    """
    try:
        from ..mcp.server import serve_stdio
    except ImportError as error:
        raise MissingExtra(
            f"the tools need {error.name}; install it: pip install 'allusion[mcp]', or "
            "uv run --extra mcp allusion mcp"
        ) from error
    from ..mcp.tools import Toolbox

    size, (least, most) = bytes_of(max_answer), ANSWER_RANGE
    if not least <= size <= most:
        raise ParameterError(
            f"--max-answer is {max_answer}; it must be {least:,} to {most:,} bytes"
        )
    if sys.stdin.isatty():
        note("allusion mcp waits for a client of the Model Context Protocol on stdin")
    graph = open_graph(data)
    limits = DEFAULTS.replace(timeout=timeout, max_rows=max_rows)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    serve_stdio(Toolbox(graph, limits, size, public_url))


def _leave(_: int, __: FrameType | None) -> None:
    """End the process: a thread waits for stdin, and nothing else can interrupt it."""
    os._exit(0)
