"""Command line interface of the library.

Results go to stdout, everything else to stderr. Exit codes: 0 success; 1 the answer is negative;
2 wrong usage; 3 faults in data or query, or a file that cannot be read or written; 4 network;
5 a limit cut the answer.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from typing import Final, NoReturn

import click

from .._version import __version__
from ..core.errors import AllusionError, OutputError, ParameterError
from .lazy import LazyGroup

#: Command -> first line of its help. Each command is in the module of its name.
COMMANDS: Final = {
    "view": "Open the picture of an entity in the browser, or write it to a file.",
    "show": "Show an entity as a card: names, references, credits, remarks, links.",
    "search": "Find entities by any of their names, in any script.",
    "path": "Show the shortest path between two entities, hop by hop, with sources.",
    "rank": "Rank entities: most referred to, bridges, communities; or sources.",
    "query": "List the canned queries, or run one.",
    "sparql": "Run a SPARQL query from an argument, a file or stdin.",
    "serve": "Open the graph as a web site and a SPARQL endpoint on this machine.",
    "site": "Write the graph as a web site of static files.",
    "mcp": "Serve the graph as tools for language models (MCP, on stdin and stdout).",
    "stats": "Count entities, connections and sources of the graph.",
    "open": "Open the page of an entity on Wikidata, Wikipedia, IMDb or TMDb.",
    "wikidata": "Compare, link and export entities to Wikidata, or filter its dumps.",
    "musicbrainz": "Make a collection of covers and samples of songs, from MusicBrainz.",
    "new": "Make a collection: a folder for facts of your own, with an empty sheet.",
    "import": "Import a sheet into a collection; without --write only show the changes.",
    "columns": "List the columns of a sheet; or the words that a column takes, with definitions.",
    "add": "Add to a collection by answering questions.",
    "annotate": "Find mentions in a text, and write a draft of a sheet to fill in.",
    "diff": "Compare two collections, as sentences; exit code 1 if they differ.",
    "merge": "Merge the second collection into the first; without --write only show the changes.",
    "pack": "Write a collection to a zip file, to send it to others.",
    "gaps": "List what is missing, each with a command that helps.",
    "verify": "Check that the passages of a collection are still in the texts of its sources.",
    "undo": "Undo the last import or addition to a collection.",
    "export": "Write the whole graph in an exchange format, or a collection as a sheet.",
    "push": "Load the whole graph into a SPARQL store.",
    "conformance": "Run every canned query on an endpoint and locally, and compare.",
    "docs": "Write the documentation of the ontology, and its files in three formats.",
    "load": "Load RDF files of any size into a new store.",
    "build": "Build the store from the curated facts.",
    "check": "Check the curated facts; list every fault and its fix.",
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Start with: allusion view. Settings: ALLUSION_HOME (folder of the stores), "
        "ALLUSION_DATA (another folder of facts), ALLUSION_STORE (another store), NO_COLOR."
    ),
)
@click.version_option(__version__, prog_name="allusion")
def cli() -> None:
    """Explore a knowledge graph of references in films, with their sources.

    Each reference to a film, a person or another cultural work has evidence. Draw the graph,
    query it, and compare it with Wikidata.
    """


def main(*, watched: bool = False) -> None:
    """Run the command line, and exit.

    Args:
        watched: Start `watchdog`. Only for a process that runs nothing else.

    Raises:
        SystemExit: Always, with the exit code.
    """
    _open_streams()
    try:
        if watched:
            from .watchdog import start

            start()
        code = cli.main(prog_name="allusion", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        _print_error("aborted")
        code = 130
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        _print_error(text.getvalue().removesuffix("\n"))
        code = error.exit_code
    except AllusionError as error:
        _print_error(f"allusion: {error}")
        code = error.exit_code
    except RuntimeError as error:
        if "Corruption" not in str(error):  # the engine's word for a damaged store
            raise
        from ..store.oxigraph import ENGINE

        ENGINE.require_full_check()
        _print_error(
            f"allusion: the store could not be read ({error}); see: allusion check --store"
        )
        code = AllusionError.exit_code
    except UnicodeEncodeError as error:
        # Python decodes bytes of arguments that are not UTF-8 to lone surrogates.
        part = ascii(error.object[error.start : error.end])
        _print_error(
            f"allusion: {part} is not UTF-8; check the arguments and the encoding of the shell"
        )
        code = ParameterError.exit_code
    except OSError as error:
        _print_error(f"allusion: {_reason(error)}")
        code = OutputError.exit_code
        # Redirect stdout, or Python tries to write the rest of the buffer at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code if isinstance(code, int) else 0)


def run() -> NoReturn:
    """Run the console script."""
    # Imports create thousands of objects, none of them garbage: collect less often.
    gc.set_threshold(50_000)
    code = 1
    try:
        main(watched=True)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                code = OutputError.exit_code
                with contextlib.suppress(OSError):
                    os.write(2, f"allusion: {_reason(error)}\n".encode())
            # Redirect the stream, because Python flushes it again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    gc.freeze()  # skip the last collection, which frees nothing of use
    sys.exit(code)


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else f"output error: {reason}"


def _open_streams() -> None:
    """Set the output streams to UTF-8, and replace closed streams (`>&-` in a shell).

    Writing to a closed stdout is an error, as in other programs. Notes to a closed stderr are lost.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stdout is None:
        read_only = os.open(os.devnull, os.O_RDONLY)
        sys.stdout = open(read_only, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # Names are in many scripts, so the encoding of the terminal or pipe is not used.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _print_error(text: str) -> None:
    """Write an error to stderr, with control characters of quoted text made visible."""
    from ..core.terminal import visible

    click.echo(visible(text), err=True)
