"""allusion serve: the graph as a web site and a SPARQL endpoint."""

from __future__ import annotations

import html
import logging
import os
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..core.errors import MissingExtra, ParameterError
from ..sparql.limits import MIN_TIMEOUT_S, bytes_of, size_of
from ..web.options import ServerOptions, read_token
from .graph import open_graph
from .options import STORE, FiniteRange, data_option, layers, store_option, with_option
from .output import note
from .progress import progress

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ..knowledge_graph import KnowledgeGraph

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

_DEFAULTS: Final = ServerOptions()


@click.command(
    "serve",
    epilog=(
        "\b\nExamples:\n"
        "  allusion serve\n"
        "  allusion serve --port 0 --no-open\n"
        "  allusion serve --store FOLDER --timeout 30\n"
        "  allusion serve --writable --token-file token.txt\n"
        "  allusion serve --edit my-films\n"
        "  allusion serve --public-url https://example.org/films/ --allow-host example.org\n"
        "\n"
        "Ctrl-C or SIGTERM stops the server. The limits, and how to run it behind a proxy: "
        "docs/serving.md."
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_DEFAULTS.port,
    show_default=True,
    help="Port; 0 takes a free one.",
)
@click.option(
    "--host",
    default=_DEFAULTS.host,
    show_default=True,
    help="Address to bind. Another one than 127.0.0.1 opens the server to the network, "
    "without encryption and without a login.",
)
@click.option(
    "--public-url",
    metavar="URL",
    default="",
    help="Address under which a reverse proxy publishes the server.",
)
@click.option(
    "--allow-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="Also accept this name in the Host header; may be given several times.",
)
@click.option(
    "--allow-origin",
    metavar="ORIGIN",
    default="",
    help="Let the pages of this origin call the server from a browser (CORS).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=_DEFAULTS.workers,
    show_default=True,
    help="Number of queries that run at the same time, each in its process.",
)
@click.option(
    "--queue",
    type=click.IntRange(0, 10_000),
    default=_DEFAULTS.queue,
    show_default=True,
    help="Number of queries that may wait for a worker.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=FiniteRange(min=MIN_TIMEOUT_S),
    default=_DEFAULTS.limits.timeout,
    show_default=True,
    help="Limit for the time of a query.",
)
@click.option(
    "--max-rows",
    metavar="N",
    type=click.IntRange(min=1),
    default=_DEFAULTS.limits.max_rows,
    show_default=True,
    help="Limit for the rows of an answer.",
)
@click.option(
    "--max-memory",
    metavar="SIZE",
    default=size_of(_DEFAULTS.limits.max_memory),
    show_default=True,
    help="Limit for the memory of a query.",
)
@click.option(
    "--max-bytes",
    metavar="SIZE",
    default=size_of(_DEFAULTS.limits.max_bytes),
    show_default=True,
    help="Limit for the size of an answer.",
)
@click.option(
    "--query-share",
    metavar="SECONDS",
    type=FiniteRange(min=0, min_open=True),
    default=_DEFAULTS.query_share,
    show_default=True,
    help="Query time allowed for one client in a minute.",
)
@click.option(
    "--max-body",
    metavar="SIZE",
    default=size_of(_DEFAULTS.max_body),
    show_default=True,
    help="Limit for the body of a request.",
)
@click.option(
    "--writable",
    is_flag=True,
    help="Take updates and graphs; they are written to a copy of the store. Needs --token-file.",
)
@click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File with the token that every write must send (Authorization: Bearer TOKEN).",
)
@click.option(
    "--copy",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="With --writable: folder of the copy, which is kept; the default is in ALLUSION_HOME.",
)
@click.option(
    "--max-store",
    metavar="SIZE",
    default=size_of(_DEFAULTS.max_store),
    show_default=True,
    help="With --writable: limit for the size of the copy.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of processes that share the port; each has its own workers, queue and caches.",
)
@click.option("--fd", type=int, hidden=True, help="Socket of the process that started this one.")
@click.option(
    "--edit",
    "edited",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Also show this collection, with forms to change it, at an address that only this "
    "command prints. Works on 127.0.0.1 only.",
)
@click.option(
    "--metrics",
    is_flag=True,
    help="Show metrics for Prometheus at /metrics, but not through a proxy (extra metrics).",
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option("--log", is_flag=True, help="Log each request on stderr.")
@store_option
@with_option
@data_option
def serve_command(
    port: int,
    host: str,
    public_url: str,
    hosts: tuple[str, ...],
    allow_origin: str,
    workers: int,
    queue: int,
    timeout: float,
    max_rows: int,
    max_memory: str,
    max_bytes: str,
    query_share: float,
    max_body: str,
    writable: bool,
    token_file: Path | None,
    copy: Path | None,
    max_store: str,
    processes: int,
    fd: int | None,
    edited: Path | None,
    metrics: bool,
    no_open: bool,
    log: bool,
    data: Path | None,
) -> None:
    """Open the graph as a web site and a SPARQL endpoint on this machine.

    Pages for people, SPARQL 1.1 at /sparql, linked data at the paths of the IRIs. The server is
    read-only, except with --edit and --writable. Each query runs in a separate process, within
    limits.
    """
    _check_combination(writable, token_file, copy, edited, processes)
    try:
        from ..web.app import Server
        from ..web.server import serve
        from ..web.supervisor import end_with_owner, supervise
    except ImportError as error:
        raise MissingExtra(
            f"the server needs {error.name}; install it: pip install 'allusion[serve]', or "
            "uv run --extra serve allusion serve"
        ) from error
    options = ServerOptions(
        host=host,
        port=port,
        public_url=public_url,
        hosts=hosts,
        allow_origin=allow_origin,
        limits=_DEFAULTS.limits.replace(
            timeout=timeout,
            max_rows=max_rows,
            max_memory=bytes_of(max_memory),
            max_bytes=bytes_of(max_bytes),
        ),
        workers=workers,
        queue=queue,
        query_share=query_share,
        max_body=bytes_of(max_body),
        token=read_token(token_file) if token_file else "",
        copy=copy,
        max_store=bytes_of(max_store),
        fd=fd,
        processes=1 if fd is not None else processes,
        metrics=metrics,
    )
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("allusion.web").setLevel(logging.INFO if log else logging.WARNING)
    path = ""
    app: ASGIApp | None = None
    writer = None
    if edited:
        app, path = _with_editor(edited, data, options)
    else:
        graph = open_graph(data)
        # With several processes it is opened so that they need not build it.
        if options.processes == 1:
            server = Server(graph, options)
            app, writer = server.app(), server.writer
        del graph

    opened: list[Path] = []

    def started(address: str) -> None:
        if fd is not None:
            click.echo("ready")
            end_with_owner()
            return
        note(f"allusion serves {address} (Ctrl-C stops it)")
        if writer is not None:
            note(f"writes go to a copy, which is kept: {writer.copy.link}")
        if path:
            note(f"to change {edited}: {address}{path}")
        if not no_open:
            opened.extend(_open_browser(address, path))

    if app is None:
        supervise([sys.executable, "-m", "allusion", *sys.argv[1:]], options, started)
    else:
        serve(app, options, started)
    # A thread that writes a page cannot be interrupted, and Python would wait for it.
    logging.shutdown()
    _delete(opened)
    sys.stderr.flush()
    os._exit(0)


def _check_combination(
    writable: bool,
    token_file: Path | None,
    copy: Path | None,
    edited: Path | None,
    processes: int,
) -> None:
    if writable != (token_file is not None):
        raise click.UsageError("--writable and --token-file FILE belong together; give both")
    if copy and not writable:
        raise click.UsageError("--copy is the folder of --writable; give both")
    if edited and (writable or processes > 1):
        raise click.UsageError("--edit excludes --writable and --processes")
    if edited and click.get_current_context().meta[STORE] != "disk":
        raise click.UsageError("--edit changes files, so it excludes --store and ALLUSION_STORE")


def _delete(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _open_browser(address: str, path: str) -> list[Path]:
    """Open a page; a secret path does not appear in the arguments of the browser's process.

    Returns:
        Files to delete when the server stops.
    """
    if not path:
        webbrowser.open(address)
        return []
    descriptor, name = tempfile.mkstemp(prefix="allusion-", suffix=".html")  # mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as page:
        target = html.escape(f"{address}{path}")
        page.write(f'<meta http-equiv="refresh" content="0; url={target}"><title>allusion</title>')
    webbrowser.open(Path(name).as_uri())
    return [Path(name)]


def _with_editor(folder: Path, data: Path | None, options: ServerOptions) -> tuple[ASGIApp, str]:
    """Return an application that also changes a collection, and the path of its first page."""
    from .. import open_or_build
    from ..authoring.collection import open_collection
    from ..authoring.concepts import Concepts
    from ..build.check.additions import AdditionChecker
    from ..core.resources import locate
    from ..web.collection_editor import CollectionEditor
    from ..web.live_server import LiveServer

    if options.host not in _LOOPBACK or options.public_url or options.hosts or options.allow_origin:
        raise ParameterError(
            "--edit works on this machine only: omit --host, --public-url, --allow-host and "
            "--allow-origin"
        )
    collection = open_collection(folder)
    others = tuple(one for one in layers().collections if one.resolve() != folder.resolve())
    without = layers()._replace(collections=others)
    complete = layers()._replace(collections=(*others, folder))

    def open_complete() -> KnowledgeGraph:
        return open_or_build(complete.over(locate(data)))

    with progress() as bar:
        resources = without.over(locate(data), report=bar)
        names, checker = open_or_build(resources, bar).names, AdditionChecker(resources)
        editor = CollectionEditor(collection, Concepts(locate(data)), names, checker)
        bar(f"building the graph with {folder}")
        live = LiveServer(open_complete, options, editor.routes)
    if live.failure:
        note(live.failure)
    return live, editor.path
