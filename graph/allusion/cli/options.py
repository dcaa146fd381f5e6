"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from ..core.vocabulary import ENTITY_REGISTERS
from ..query.results import GRAPH_FORMATS
from ..query.serializers import ROW_FORMATS, suggest_format

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
    """Add the option --store, which `output.open_graph` reads from the context."""
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
    """Add the option --with, which `output.open_graph` reads from the context."""
    return click.option(
        "--with",
        "beside",
        type=click.Choice(["wikidata"]),
        envvar="ALLUSION_WITH",
        expose_value=False,
        callback=_set_with_wikidata,
        help="Include the Wikidata snapshot as one more source (allusion wikidata pull).",
    )(command)


def _set_with_wikidata(context: click.Context, _: click.Parameter, value: str | None) -> None:
    context.meta[WITH] = value == "wikidata"


def view_option(command: _F) -> _F:
    """Add the option --view."""
    return click.option(
        "--view",
        is_flag=True,
        help="Draw the answer: open the page, or with -o write .svg, .png or .html.",
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
