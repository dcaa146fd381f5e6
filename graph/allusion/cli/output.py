"""Where results go and how they look: stdout or a file, table or text."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from ..core.errors import ParameterError, QueryStopped
from ..core.terminal import visible
from ..query.results import GRAPH_FORMATS, Result, RowStream, TripleResult
from ..query.serializers import BY_SUFFIX, ROW_FORMATS, to_python, to_text, write_ask
from ..store.base import Row
from .options import STORE, WITH

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from ..knowledge_graph import KnowledgeGraph
    from ..store.remote import Method
    from ..view.picture import Picture

#: So long may rows that have been found wait to be written.
_UNSEEN_S: Final = 0.1
# A cell longer than the first is text. Beside it, in a table of more than few columns, no other
# column takes more than the second, so that the text can be read.
_LONG: Final = 60
_SHORT: Final = 14
_FEW: Final = 4
_PICTURES: Final = (".svg", ".png", ".html", ".htm")


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
    if isinstance(answer, bool):
        raise ParameterError(
            "the answer to ASK is yes or no, which is no picture; SELECT entities, or CONSTRUCT"
        )
    write_picture(answer.view(language=language, title=title), output, scale=2.0, no_open=False)
    return 0


def write_picture(picture: Picture, output: Path | None, *, scale: float, no_open: bool) -> None:
    """Write a picture where it is wanted; else open its page in the browser."""
    from ..core.errors import OutputError
    from ..core.resources import home
    from .progress import progress

    if output is not None:
        with progress(quiet=True) as bar:
            bar(f"drawing {output.name}")
            path = picture.save(output, scale=scale, progress=bar)
        note(f"wrote {path}")
        return
    folder = home() / "pages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made ({error.strerror}); set ALLUSION_HOME, or write with -o"
        ) from error
    with progress(quiet=True) as bar:
        path = picture.save(folder / f"{picture.focus.rsplit('/', 1)[-1]}.html", progress=bar)
    if no_open or not browse(path.resolve().as_uri()):
        note("the page is written; open this file in a browser:")
    write(f"{path}\n", None)


def note(text: str) -> None:
    """Write a remark to stderr."""
    if sys.stderr is not None:
        click.echo(visible(text), err=True)


def open_graph(
    data: Path | None,
    *,
    for_names: bool = False,
    timeout: float | None = None,
    method: Method = "auto",
) -> KnowledgeGraph:
    """The graph; where it must be built first, the person is told.

    ``for_names`` takes the graph that is here in the place of an endpoint, and says so: an
    endpoint has no index of names. ``timeout`` is for all that an endpoint is asked from now
    on, the comparison of its data with these included; ``method`` is how it is asked.
    """
    from ..core.resources import locate
    from ..knowledge_graph import open_built
    from .progress import progress

    context = click.get_current_context(silent=True)
    store = context.meta.get(STORE, "disk") if context else "disk"
    if for_names:
        from ..store.factory import is_remote

        if is_remote(store):
            note("an endpoint has no index of names; these are the names that are known here")
            store = "disk"
    resources = locate(data)
    with progress() as bar:
        if context and context.meta.get(WITH):
            from ..knowledge_graph import beside_wikidata

            resources = beside_wikidata(resources, store, bar)
        graph = open_built(resources, bar, store=store)
    if not graph.is_embedded:
        graph.ask_endpoint_by(timeout, method)
    if remark := graph.differs():
        note(remark)
    return graph


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
        form = BY_SUFFIX.get(output.suffix.lower())
        if form is None:
            raise ParameterError(
                f"{output.name!r} does not say its format; end it with one of "
                f"{', '.join(BY_SUFFIX)}, or add -f"
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
        write(write_ask(answer, form or _form_of(output)), output)
        return 0 if answer else 1
    chosen = choose_format(form, output, triples=isinstance(answer, TripleResult))
    if isinstance(answer, Result) and chosen == "table":
        write_table(answer, output)
    else:
        write(answer.write(chosen), output)
    if isinstance(answer, Result) and not answer.rows and answer.complete:
        note("no rows")
    return 0


def is_sparql_json(form: str | None, output: Path | None) -> bool:
    """Whether SPARQL JSON is asked for, by name or by the file's ending."""
    return "sparql-json" in (form, _form_of(output))


def _form_of(output: Path | None) -> str | None:
    return BY_SUFFIX.get(output.suffix.lower()) if output else None


def emit_rows(stream: RowStream, form: str | None, output: Path | None, *, partial: bool) -> Result:
    """Write rows as they come; the first of them, and why there are no more if a limit cut them.

    A table is written at the end, for its columns are as wide as their widest cell.

    :raises QueryStopped: if they were cut and a file should hold all; then there is no file.
    """
    chosen = choose_format(form, output, triples=False)
    watched = _Watched(stream.rows, strict=output is not None and not partial)
    if chosen == "table":
        rows = list(watched)
        write_table(Result(stream.columns, rows, watched.stopped), output)
    else:
        write(RowStream(stream.columns, watched).pieces(chosen), output)
    if not watched.first and not watched.stopped:
        note("no rows")
    return Result(stream.columns, watched.first, watched.stopped, stream.notes)


class _Watched(Iterator[Row]):
    """Rows that end where a limit cuts them, so that what is written of them is well-formed."""

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


def write(text: str | Iterable[str], output: Path | None) -> None:
    """Write text to a file in one step, or to stdout as UTF-8.

    Text in pieces goes to stdout as it comes: what is there is seen within a moment.
    """
    if output is None:
        _pour([text] if isinstance(text, str) else text)
        return
    from ..core.atomic_files import write_atomically

    write_atomically(output, text)
    note(f"wrote {output}")


def _pour(pieces: Iterable[str], *, drawn: bool = False) -> None:
    """Write to stdout.

    Args:
        pieces: Text.
        drawn: The text holds control sequences of our own, and none from data.
    """
    seen = 0.0
    terminal = sys.stdout.isatty() and not drawn
    for piece in pieces:
        shown = visible(piece.replace("\r\n", "\n")) if terminal else piece
        sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace"))
        if (now := monotonic()) - seen > _UNSEEN_S:
            sys.stdout.buffer.flush()
            seen = now
    sys.stdout.buffer.flush()


def write_lines(lines: Iterable[Text], output: Path | None = None) -> None:
    """Lines of text, wrapped to the screen; what is wrapped keeps the indent of its line."""
    screen = console(plain=output is not None)
    with screen.capture() as shown:
        for line in lines:
            if output is None:
                line.plain = visible(line.plain)  # of the same length, so styles keep their places
            indent = len(line.plain) - len(line.plain.lstrip(" "))
            for part in line[indent:].wrap(screen, max(screen.width - indent, 20)) or [line]:
                screen.print(" " * indent, part, sep="")
    _finish(shown.get(), output)


def write_table(result: Result, output: Path | None = None) -> None:
    """A table for people: CJK columns aligned, whole numbers to the right.

    A column with nothing in it is left out, and long text keeps room to be read.
    """
    _draw([_table(result, output)], output)


def write_tables(tables: dict[str, Result], output: Path | None = None) -> None:
    """Several tables, each under its heading."""
    from rich.text import Text

    drawn: list[RenderableType] = []
    for heading, result in tables.items():
        drawn += [Text(heading, style="bold"), "", _table(result, output), ""]
    _draw(drawn[:-1], output)


def _table(result: Result, output: Path | None) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = result.for_people()
    clean: Callable[[str], str] = visible if output is None else str
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    filled = [
        index
        for index in range(len(shown.columns))
        if not shown.rows or any(to_text(row[index]) for row in shown.rows)
    ]
    long = {
        index for index in filled if any(len(to_text(row[index])) > _LONG for row in shown.rows)
    }
    for index in filled:
        cells = [row[index] for row in shown.rows]
        whole = all(isinstance(to_python(cell), int) for cell in cells)
        table.add_column(
            Text(clean(_words(shown.columns[index]))),
            overflow="fold",
            justify="right" if whole else "left",
            max_width=_SHORT if long and index not in long and len(filled) > _FEW else None,
        )
    for row in shown.rows:
        table.add_row(*(Text(clean(to_text(row[index]))) for index in filled))
    return table


def _draw(parts: list[RenderableType], output: Path | None) -> None:
    import io

    from rich.console import Console

    if output is None:
        screen = console()
        with screen.capture() as drawn:
            for part in parts:
                screen.print(part)
        _finish(drawn.get(), None)
        return
    stream = io.StringIO()
    page = Console(file=stream, width=120, no_color=True, highlight=False)
    for part in parts:
        page.print(part)
    write(stream.getvalue(), output)


def _finish(text: str, output: Path | None) -> None:
    """Write what rich has drawn of text that was made visible."""
    if output is None:
        _pour([text], drawn=True)
    else:
        write(text, output)


def _words(name: str) -> str:
    """A column's name as words: reportedBy -> reported by."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def browse(url: str) -> bool:
    """Open `url` in the browser; False where there is none to open it.

    Addresses from data go through `safe_url` first: a browser would run `javascript:` and open
    files.
    """
    import webbrowser

    headless = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    )
    return False if headless else webbrowser.open(url)
