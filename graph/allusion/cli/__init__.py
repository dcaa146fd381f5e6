"""The command line: thin, over the library.

Results go to stdout, everything else to stderr. Exit codes: 0 ok, 1 the answer is
no, 2 usage, 3 bad data or query, or a file that cannot be read or written, 4 network, 5 an
answer cut short by a limit.
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

#: A line of help for each command, which lies in the module of its name.
COMMANDS: Final = {
    "view": "Open the picture of an entity in the browser, or write it to a file.",
    "show": "Show an entity as a card: names, references, evidence, links.",
    "search": "Find entities by any of their names, in any script.",
    "path": "Show what joins two entities: the shortest chain, hop by hop, and who says so.",
    "rank": "Show who is referred to most, who bridges, and who belongs together.",
    "query": "List the canned queries, or answer one.",
    "sparql": "Answer SPARQL given as an argument, from a file or from stdin.",
    "stats": "Count what is in the graph: entities, connections, sources.",
    "open": "Open the page of an entity on Wikidata, Wikipedia, IMDb or TMDb.",
    "wikidata": "What Wikidata says, and how it stands to what is said here.",
    "export": "Write the whole graph in an exchange format.",
    "push": "Load the whole graph into a SPARQL store of yours.",
    "conformance": "Answer every canned query there and here, and show where the answers differ.",
    "docs": "Write the documentation of the ontology, and its files in three formats.",
    "load": "Load RDF files of any size into a store of their own.",
    "build": "Build the store from the curated facts.",
    "check": "Check the curated facts: every fault, and what mends it.",
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Start with: allusion view. Settings: ALLUSION_HOME (where stores are kept), "
        "ALLUSION_DATA (another folder of facts), ALLUSION_STORE (what answers), NO_COLOR."
    ),
)
@click.version_option(__version__, prog_name="allusion")
def cli() -> None:
    """What films refer to, who says so, and where it leads.

    A knowledge graph of film, actor and cultural references, each with its
    evidence, to look at, to ask and to follow to Wikidata.
    """


def main(*, watched: bool = False) -> None:
    """Run the command line, and raise SystemExit with its code.

    Args:
        watched: Start `watchdog`, for a process that does nothing else.
    """
    _open_streams()
    try:
        if watched:
            from .watchdog import start

            start()
        code = cli.main(prog_name="allusion", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        _complain("aborted")
        code = 130
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        _complain(text.getvalue().removesuffix("\n"))
        code = error.exit_code
    except AllusionError as error:
        _complain(f"allusion: {error}")
        code = error.exit_code
    except RuntimeError as error:
        if "Corruption" not in str(error):  # as the engine calls it, wherever it is used
            raise
        from ..store.oxigraph import ENGINE

        ENGINE.distrust()
        _complain(f"allusion: the store could not be read ({error}); see: allusion check --store")
        code = AllusionError.exit_code
    except UnicodeEncodeError as error:
        # Python has bytes of arguments that are not UTF-8 as halves of surrogate pairs.
        part = ascii(error.object[error.start : error.end])
        _complain(
            f"allusion: {part} is not UTF-8; check the arguments and the encoding of the shell"
        )
        code = ParameterError.exit_code
    except OSError as error:
        _complain(f"allusion: {error.strerror or error}")
        code = OutputError.exit_code
        # As where the reader has gone: the rest of the buffer must not be tried again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code if isinstance(code, int) else 0)


def run() -> NoReturn:
    """Run the console script."""
    # Thousands of classes and functions are made at the start, and none of them is garbage.
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
                    os.write(2, f"allusion: {error.strerror or error}\n".encode())
            # Python flushes once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    gc.freeze()  # the last collection would visit everything and free nothing that counts
    sys.exit(code)


def _open_streams() -> None:
    """Make all three streams usable: UTF-8, and never None (`>&-` in a shell closes one)."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # Names are in every script, whatever the terminal or the pipe was set to.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(text: str) -> None:
    """Write an error to stderr; it may quote data and what was typed."""
    from ..core.terminal import visible

    click.echo(visible(text), err=True)
