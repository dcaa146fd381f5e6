"""Output of commands: tables, text and pictures to stdout or a file; notes to stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from ..core.errors import OutputError, ParameterError, QueryStopped
from ..core.terminal import visible
from ..query.results import GRAPH_FORMATS, Result, RowStream, TripleResult
from ..query.serializers import (
    BY_SUFFIX,
    ROW_FORMATS,
    suggest_format,
    write_ask,
)
from ..store.interface import Row

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from ..view.picture import Picture

#: Longest time that rows stay in the buffer of stdout.
_FLUSH_INTERVAL_S: Final = 0.1
#: A marker at the start of a line of text, or nothing.
_MARKER: Final = r"(?:[•–→←↔↓↑] )?"
_PICTURE_SUFFIXES: Final = (".svg", ".png", ".html", ".htm")


def is_picture(view: bool, form: str | None, output: Path | None) -> bool:
    """Return whether to draw the answer: by --view, or by the ending of -o.

    Args:
        view: The value of --view.
        form: The value of -f.
        output: The value of -o.

    Returns:
        True for a picture, False for text.

    Raises:
        ParameterError: --view is combined with a text format.
    """
    ending = output.suffix.lower() if output is not None else ""
    if form is None and ending in _PICTURE_SUFFIXES:
        return True
    if view and (form is not None or (ending and ending not in _PICTURE_SUFFIXES)):
        raise ParameterError(
            f"--view cannot write {form or ending}; it writes {', '.join(_PICTURE_SUFFIXES[:3])}"
        )
    return view


def write_result_picture(
    answer: Result | TripleResult | bool,
    output: Path | None,
    *,
    language: str = "en",
    title: str | None = None,
) -> int:
    """Write an answer as a picture, or open its page.

    Args:
        answer: The answer to a query.
        output: The file; None opens the page in the browser.
        language: Language of the labels.
        title: Heading of the picture.

    Returns:
        Exit code 0.

    Raises:
        ParameterError: The query is an ASK query.
    """
    if isinstance(answer, bool):
        raise ParameterError(
            "an ASK result cannot be drawn; use SELECT with entities, or CONSTRUCT"
        )
    write_picture(answer.view(language=language, title=title), output, scale=2.0, no_open=False)
    return 0


def write_picture(picture: Picture, output: Path | None, *, scale: float, no_open: bool) -> None:
    """Write a picture to a file, or write its page and open it in the browser.

    Args:
        picture: The picture.
        output: The file; None writes the page to the folder of pages.
        scale: Pixels of a .png for each pixel of the .svg.
        no_open: Do not open the page.

    Raises:
        OutputError: The folder of pages cannot be created.
    """
    from ..core.errors import OutputError
    from ..core.resources import home
    from .progress import progress

    if output is not None:
        with progress(quiet=True) as bar:
            bar(f"drawing {output.name}")
            path = picture.save(output, scale=scale, progress=bar)
        note(f"wrote {path}")
        if path.suffix.lower() in (".svg", ".png") and picture.omitted:
            shows = "" if picture.options.layout == "network" else "--all draws them; "
            note(
                f"{picture.omitted:,} entities are not drawn, only counted; {shows}the page "
                "(-o FILE.html) has them"
            )
        return
    folder = home() / "pages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be created ({error.strerror}); set ALLUSION_HOME, or write with -o"
        ) from error
    with progress(quiet=True) as bar:
        path = picture.save(folder / f"{picture.focus.rsplit('/', 1)[-1]}.html", progress=bar)
    if no_open or not browse(path.resolve().as_uri()):
        note("wrote the page; open this file in a browser:")
    write(f"{path}\n", None)


def note(text: str) -> None:
    """Write a note to stderr."""
    if sys.stderr is not None:
        click.echo(visible(text), err=True)


def console(*, plain: bool = False) -> Console:
    """Return a rich console on stdout; NO_COLOR and TERM select its colors."""
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
    """Return the output format: that of -f, else by the ending of -o, else the default.

    Args:
        form: The value of -f.
        output: The value of -o.
        triples: The answer is triples, not rows.

    Returns:
        Name of a format.

    Raises:
        ParameterError: The ending is unknown or that of a picture, or the format cannot hold
            this kind of answer.
    """
    allowed = GRAPH_FORMATS if triples else ROW_FORMATS
    if form and output is not None and output.suffix.lower() in _PICTURE_SUFFIXES:
        raise ParameterError(
            f"-f {form} writes text, and {output.suffix} is the ending of a picture; remove -f "
            "or name another file"
        )
    if form is None and output is not None and not _is_device(output):
        form = BY_SUFFIX.get(output.suffix.lower())
        if form is None:
            hint = suggest_format(output.suffix)
            raise ParameterError(
                f"{output.name!r} has no known ending; {hint + ' ' if hint else ''}use one of "
                f"{', '.join(BY_SUFFIX)}, or add -f"
            )
    if form is None:
        terminal = output is None and sys.stdout.isatty()
        form = "ttl" if triples else "table" if terminal else "csv"
    if form not in allowed:
        kind = "triples" if triples else "rows"
        raise ParameterError(f"{form} cannot represent {kind}; choose from: {', '.join(allowed)}")
    return form


def _is_device(path: Path) -> bool:
    from ..core.atomic_files import is_device

    return is_device(path)


def write_result(
    answer: Result | TripleResult | bool, form: str | None, output: Path | None
) -> int:
    """Write an answer; return exit code 1 if an ASK result is false, else 0."""
    if isinstance(answer, bool):
        write(write_ask(answer, form or _format_of_suffix(output)), output)
        return 0 if answer else 1
    chosen = choose_format(form, output, triples=isinstance(answer, TripleResult))
    if isinstance(answer, Result) and chosen == "table":
        write_table(answer, output)
    else:
        write(answer.write(chosen), output)
    _note_excel(form, output)
    if isinstance(answer, Result) and not answer.rows and answer.complete:
        note("no rows")
    return 0


def _note_excel(form: str | None, output: Path | None) -> None:
    """Name the format for Excel, if a .csv was written and no format was given."""
    if form is None and _format_of_suffix(output) == "csv":
        note("for Excel, use -f csv-excel")


def _format_of_suffix(output: Path | None) -> str | None:
    return BY_SUFFIX.get(output.suffix.lower()) if output else None


def write_row_stream(
    stream: RowStream, form: str | None, output: Path | None, *, partial: bool
) -> Result:
    """Write rows as they arrive; a table is written at the end, when its widths are known.

    Args:
        stream: The rows.
        form: The value of -f.
        output: The value of -o.
        partial: Write the file even if a limit cuts the rows.

    Returns:
        A result with the first row only, and the limit that cut the rows, if one did.

    Raises:
        QueryStopped: A limit cut the rows, and the file may not be partial. No file is written.
    """
    chosen = choose_format(form, output, triples=False)
    watched = _LimitedRows(stream.rows, strict=output is not None and not partial)
    if chosen == "table":
        rows = list(watched)
        write_table(Result(stream.columns, rows, watched.stopped), output)
    else:
        write(RowStream(stream.columns, watched).pieces(chosen), output)
    _note_excel(form, output)
    if not watched.first and not watched.stopped:
        note("no rows")
    return Result(stream.columns, watched.first, watched.stopped, stream.notes)


class _LimitedRows(Iterator[Row]):
    """Iterator of rows that ends at a limit, so that the output stays well-formed."""

    def __init__(self, rows: Iterator[Row], *, strict: bool) -> None:
        self._rows = rows
        self._strict = strict
        self.first: list[Row] = []
        self.stopped = ""

    def __next__(self) -> Row:
        try:
            row = next(self._rows)
        except QueryStopped as stop:
            if self._strict:
                raise
            self.stopped = str(stop)
            raise StopIteration from None
        if not self.first:
            self.first.append(row)
        return row


def check_new(output: Path | None, *, force: bool) -> None:
    """Refuse a file that exists.

    Args:
        output: The file to write; None means stdout.
        force: Replace it.

    Raises:
        OutputError: If it exists.
    """
    if output and output.exists() and not force:
        raise OutputError(f"{output} exists; choose another path, or add --force to replace it")


def write(text: str | Iterable[str], output: Path | None) -> None:
    """Write text to a file in one step, or to stdout as UTF-8.

    Text in pieces goes to stdout as it arrives, and is flushed at short intervals.
    """
    if output is None:
        _write_pieces([text] if isinstance(text, str) else text)
        return
    from ..core.atomic_files import write_atomically

    write_atomically(output, text)
    note(f"wrote {output}")


def _write_pieces(pieces: Iterable[str], *, drawn: bool = False) -> None:
    """Write to stdout.

    Args:
        pieces: Text.
        drawn: The text has control sequences of this program, and none from data.
    """
    seen = 0.0
    terminal = sys.stdout.isatty() and not drawn
    for piece in pieces:
        shown = visible(piece.replace("\r\n", "\n")) if terminal else piece
        sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace"))
        if (now := monotonic()) - seen > _FLUSH_INTERVAL_S:
            sys.stdout.buffer.flush()
            seen = now
    sys.stdout.buffer.flush()


def write_lines(lines: Iterable[Text], output: Path | None = None) -> None:
    """Write lines, wrapped to the width of the screen with a hanging indent."""
    screen = console(plain=output is not None)
    with screen.capture() as shown:
        for line in lines:
            if output is None:
                line.plain = visible(line.plain)  # same length: styles stay valid
            indent = len(line.plain) - len(line.plain.lstrip(" "))
            head = indent + len(re.match(_MARKER, line.plain[indent:])[0])  # type: ignore[index]
            hang = max(head, 4) if indent else 0
            parts = line[head:].wrap(screen, max(screen.width - hang, 20)) or [line[head:]]
            for number, part in enumerate(parts):
                screen.print(" " * hang if number else line[:head], part, sep="")
    _write_rendered(shown.get(), output)


def write_table(
    result: Result, output: Path | None = None, *, unbroken: Collection[str] = ()
) -> None:
    """Write a text table: CJK characters aligned, integers to the right.

    Empty columns are omitted. Other columns are narrowed to leave room for long text, except
    those in ``unbroken``, whose cells can then be copied.
    """
    from .table import build_table

    _render([build_table(result, unbroken, for_terminal=output is None)], output)


def write_tables(tables: dict[str, Result], output: Path | None = None) -> None:
    """Write several tables, each under its heading."""
    from rich.text import Text

    from .table import build_table

    drawn: list[RenderableType] = []
    for heading, result in tables.items():
        table = build_table(result, for_terminal=output is None)
        drawn += [Text(heading, style="bold"), "", table, ""]
    _render(drawn[:-1], output)


def _render(parts: list[RenderableType], output: Path | None) -> None:
    import io

    from rich.console import Console

    if output is None:
        screen = console()
        with screen.capture() as drawn:
            for part in parts:
                screen.print(part)
        _write_rendered(drawn.get(), None)
        return
    stream = io.StringIO()
    page = Console(file=stream, width=120, no_color=True, highlight=False)
    for part in parts:
        page.print(part)
    write(stream.getvalue(), output)


def _write_rendered(text: str, output: Path | None) -> None:
    """Write text that rich rendered; its control characters are already escaped."""
    if output is None:
        _write_pieces([text], drawn=True)
    else:
        write(text, output)


def browse(url: str) -> bool:
    """Open an address in the browser; return False if there is no browser.

    Pass addresses from data through `safe_url` first, because a browser runs `javascript:` and
    opens local files.
    """
    import webbrowser

    headless = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    )
    return False if headless else webbrowser.open(url)
