"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from ..core.vocabulary import ENTITY_REGISTERS
from ..query.results import GRAPH_FORMATS
from ..query.serializers import ROW_FORMATS, suggest_format

if TYPE_CHECKING:
    from ..authoring.anchors import Text
    from ..core.resources import Resources

_F = TypeVar("_F", bound=Callable[..., Any])

FORMATS: Final = (*ROW_FORMATS, *GRAPH_FORMATS)
#: Keys of the click context for the values of --store and --with.
STORE: Final = "allusion.store"
WITH: Final = "allusion.with"


class _FormatChoice(click.Choice[str]):
    """Choice of an output format that knows the names of other formats."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        hint = suggest_format(str(value))
        message = super().get_invalid_choice_message(value, ctx)
        return f"{message} {hint[0].upper()}{hint[1:]}" if hint else message


class FiniteRange(click.FloatRange):
    """Range of numbers that refuses "nan", which no comparison refuses, and "inf"."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return a value as a number; refuse it if it is out of range or not finite."""
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def format_options(command: _F) -> _F:
    """Add the options -f and -o."""
    command = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file, atomically; its ending selects the format.",
    )(command)
    return click.option(
        "-f",
        "--format",
        "form",
        type=_FormatChoice(FORMATS),
        help="Output format. Default: table on a terminal, csv in a pipe, ttl for triples. "
        "csv-excel is csv for Excel.",
    )(command)


def data_option(command: _F) -> _F:
    """Add the option --data."""
    return click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        envvar="ALLUSION_DATA",
        help="Folder with entities/ and sources/ to use instead of the shipped facts.",
    )(command)


def store_option(command: _F) -> _F:
    """Add the option --store, which `graph.open_graph` reads from the context."""
    return click.option(
        "--store",
        metavar="STORE",
        default="disk",
        envvar="ALLUSION_STORE",
        expose_value=False,
        callback=_set_store,
        help="The store: disk (default), memory, a folder that allusion load made, or the URL of "
        "a SPARQL 1.1 endpoint.",
    )(command)


def _set_store(context: click.Context, _: click.Parameter, value: str) -> None:
    context.meta[STORE] = value


def with_option(command: _F) -> _F:
    """Add the option --with, which `graph.open_graph` reads from the context."""
    return click.option(
        "--with",
        "layers",
        metavar="FOLDER|wikidata",
        multiple=True,
        envvar="ALLUSION_WITH",
        expose_value=False,
        callback=_set_with,
        help="Include a collection (allusion new), or the Wikidata snapshot (allusion wikidata "
        "pull); may be given several times.",
    )(command)


def _set_with(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    context.meta[WITH] = Layers(
        tuple(Path(one) for one in value if one != "wikidata"), "wikidata" in value
    )


class Layers(NamedTuple):
    """What --with names: folders of collections, and whether the Wikidata snapshot."""

    collections: tuple[Path, ...] = ()
    wikidata: bool = False

    def over(
        self,
        resources: Resources,
        store: str = "disk",
        report: Callable[[str], None] = lambda _: None,
    ) -> Resources:
        """Return the inputs with these layers added, see `authoring.layers.layered`."""
        if not any(self):
            return resources
        from ..authoring.layers import layered

        return layered(
            resources, self.collections, store=store, with_wikidata=self.wikidata, report=report
        )


def layers() -> Layers:
    """Return the value of --with of the current command."""
    context = click.get_current_context(silent=True)
    found = context.meta.get(WITH) if context else None
    return found if isinstance(found, Layers) else Layers()


def text_option(command: _F) -> _F:
    """Add the option --text, see `read_texts`."""
    return click.option(
        "--text",
        "texts",
        metavar="KEY=FILE",
        multiple=True,
        help="Text of a source, in which passages are found; may be given several times. The text "
        "is kept on this machine and is no part of the collection.",
    )(command)


def read_texts(texts: Sequence[str]) -> dict[str, Text]:
    """Return the texts by key of their source, from the values of --text."""
    from ..authoring.anchors import read_text
    from ..core.errors import ParameterError

    found = {}
    for one in texts:
        key, _, name = one.partition("=")
        path = Path(name)
        if not (key and name):
            raise ParameterError(
                f"--text {one} is not of the form KEY=FILE: the key of a source and a text file"
            )
        if not path.is_file():
            raise ParameterError(f"--text {one}: there is no file {name}")
        try:
            found[key] = read_text(path)
        except UnicodeDecodeError as error:
            raise ParameterError(f"{path} is not UTF-8; save it as UTF-8 text") from error
    return found


def view_option(command: _F) -> _F:
    """Add the option --view."""
    return click.option(
        "--view",
        is_flag=True,
        help="Draw the answer: open it as a page, or write .svg, .png or .html with -o.",
    )(command)


def multiple_choice(*names: str, choices: Sequence[str], what: str) -> Callable[[_F], _F]:
    """Return a decorator that adds an option for one or more values.

    Args:
        names: Names of the option, as click takes them.
        choices: Allowed values.
        what: First part of the help text.
    """
    return click.option(
        *names, type=click.Choice(choices), multiple=True,
        help=f"{what}; may be given several times.",
    )  # fmt: skip


def kinds_option(command: _F) -> _F:
    """Add the option --kind, for commands that list entities."""
    choices = list(ENTITY_REGISTERS)
    return multiple_choice(
        "-k", "--kind", "kinds", choices=choices, what="Only entities of this kind"
    )(command)


def limit_option(what: str = "Maximum number of rows.") -> Callable[[_F], _F]:
    """Return a decorator that adds the option --limit, with the default 20."""
    return click.option(
        "-n", "--limit", type=click.IntRange(min=1), default=20, show_default=True, help=what
    )
