"""Where results go and how they look: stdout or a file, table or text."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ..errors import ParameterError
from ..results import (
    GRAPH_FORMATS,
    ROW_FORMATS,
    Result,
    TripleResult,
    to_python,
    to_text,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ..knowledge import KnowledgeGraph

_F = TypeVar("_F", bound=Callable[..., Any])

FORMATS: Final = (*ROW_FORMATS, *GRAPH_FORMATS)
_BY_SUFFIX: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".md": "md",
    ".ttl": "ttl",
    ".nt": "nt",
    ".txt": "table",
}
_PICTURES: Final = (".svg", ".png", ".html", ".htm")


def format_options(command: _F) -> _F:
    """The options -f and -o, the same on every command that answers."""
    command = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file, in one step; its ending chooses the format.",
    )(command)
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="Default: a table on a terminal, csv when piped; ttl for triples.",
    )(command)


def data_option(command: _F) -> _F:
    """The option --data."""
    return click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        envvar="ALLUSION_DATA",
        help="A folder with entities/ and sources/ to use instead of the shipped facts.",
    )(command)


def view_option(command: _F) -> _F:
    """The option --view, on commands whose answer can be drawn."""
    return click.option(
        "--view",
        is_flag=True,
        help="Draw the answer: open its page, or with -o write .svg, .png or .html.",
    )(command)


def drawn(view: bool, form: str | None, output: Path | None) -> bool:
    """Whether an answer is wanted as a picture: by --view, or by the ending of -o.

    :raises ParameterError: if a format of text is asked for too.
    """
    ending = output.suffix.lower() if output is not None else ""
    if form is None and ending in _PICTURES:
        return True
    if view and (form is not None or (ending and ending not in _PICTURES)):
        raise ParameterError(
            f"--view draws; it writes {', '.join(_PICTURES[:3])} and no {form or ending}"
        )
    return view


def draw(
    answer: Result | TripleResult | bool,
    output: Path | None,
    *,
    language: str = "en",
    title: str | None = None,
) -> int:
    """Write an answer as a picture, or open its page."""
    from .picture import deliver

    if isinstance(answer, bool):
        raise ParameterError(
            "the answer to ASK is yes or no, which is no picture; SELECT entities, or CONSTRUCT"
        )
    deliver(answer.view(language=language, title=title), output, scale=2.0, no_open=False)
    return 0


def note(text: str) -> None:
    """A remark for the person at the terminal, on stderr."""
    click.echo(text, err=True)


def open_graph(data: Path | None) -> KnowledgeGraph:
    """The graph; where it must be built first, the person is told."""
    from ..knowledge import open_built
    from ..resources import locate

    return open_built(locate(data), note)


def console(*, plain: bool = False) -> Console:
    """A rich console on stdout; NO_COLOR and TERM decide on colour."""
    import shutil

    from rich.console import Console

    width = None if sys.stdout.isatty() else max(shutil.get_terminal_size((110, 40)).columns, 60)
    return Console(
        width=width,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
        no_color=True if plain else None,
    )


def choose_format(form: str | None, output: Path | None, *, triples: bool) -> str:
    """The format: as asked, by the file's ending, else what suits the reader.

    :raises ParameterError: if the format cannot hold this kind of answer.
    """
    allowed = GRAPH_FORMATS if triples else ROW_FORMATS
    if form is None and output is not None:
        form = _BY_SUFFIX.get(output.suffix.lower())
        if form is None:
            raise ParameterError(
                f"{output.name!r} does not say its format; end it with one of "
                f"{', '.join(_BY_SUFFIX)}, or add -f"
            )
    if form is None:
        terminal = output is None and sys.stdout.isatty()
        form = "ttl" if triples else "table" if terminal else "csv"
    if form not in allowed:
        kind = "triples" if triples else "rows"
        raise ParameterError(f"{form} cannot hold {kind}; choose from: {', '.join(allowed)}")
    return form


def emit(answer: Result | TripleResult | bool, form: str | None, output: Path | None) -> int:
    """Write an answer; the exit code: 1 where the answer to ASK is no, else 0."""
    if isinstance(answer, bool):
        write("true\n" if answer else "false\n", output)
        return 0 if answer else 1
    chosen = choose_format(form, output, triples=isinstance(answer, TripleResult))
    if isinstance(answer, Result) and chosen == "table":
        write_table(answer, output)
    else:
        write(answer.write(chosen), output)
    if isinstance(answer, Result) and not answer.rows:
        note("no rows")
    return 0


def write(text: str, output: Path | None) -> None:
    """Write text to a file in one step, or to stdout as UTF-8."""
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    from ..files import write_atomically

    write_atomically(output, text)
    note(f"wrote {output}")


def write_table(result: Result, output: Path | None = None) -> None:
    """A table for people: CJK columns aligned, whole numbers to the right."""
    _draw([_table(result)], output)


def write_tables(tables: dict[str, Result], output: Path | None = None) -> None:
    """Several tables, each under its heading."""
    from rich.text import Text

    drawn: list[RenderableType] = []
    for heading, result in tables.items():
        drawn += [Text(heading, style="bold"), "", _table(result), ""]
    _draw(drawn[:-1], output)


def _table(result: Result) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = result.for_people()
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    for index, name in enumerate(shown.columns):
        whole = all(isinstance(to_python(row[index]), int) for row in shown.rows)
        table.add_column(Text(_words(name)), overflow="fold", justify="right" if whole else "left")
    for row in shown.rows:
        table.add_row(*(Text(to_text(term)) for term in row))
    return table


def _draw(parts: list[RenderableType], output: Path | None) -> None:
    import io

    from rich.console import Console

    if output is None:
        screen = console()
        with screen.capture() as drawn:
            for part in parts:
                screen.print(part)
        write(drawn.get(), None)
        return
    stream = io.StringIO()
    page = Console(file=stream, width=120, no_color=True, highlight=False)
    for part in parts:
        page.print(part)
    write(stream.getvalue(), output)


def _words(name: str) -> str:
    """A column's name as words: reportedBy -> reported by."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def browse(url: str) -> bool:
    """Open ``url`` in the browser; False where there is none to open it."""
    import webbrowser

    headless = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    )
    return False if headless else webbrowser.open(url)
