"""Questions on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from ..core.errors import ParameterError
from ..core.terminal import visible

_Answer = TypeVar("_Answer")


def ask(text: str, default: str = "") -> str:
    """Ask for a text.

    Args:
        text: The question. Control characters in it are made visible.
        default: The answer for an empty line.

    Raises:
        ParameterError: If standard input ends before the answer.
    """

    def prompt() -> str:
        return str(click.prompt(visible(text), default=default, show_default=False, err=True))

    while not is_unicode(answer := _answer(prompt).strip()):
        click.echo("the answer is not UTF-8; write it again", err=True)
    return answer


def is_unicode(text: str) -> bool:
    """Return whether a text of a terminal or shell has no bytes that are not UTF-8."""
    return text.isprintable() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def confirm(text: str, *, default: bool) -> bool:
    """Ask a question with the answer yes or no, as `ask` does."""
    return _answer(lambda: click.confirm(visible(text), default=default, err=True))


def _answer(prompt: Callable[[], _Answer]) -> _Answer:
    try:
        return prompt()
    except click.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise  # by Ctrl-C or Ctrl-D
        click.echo(err=True)
        raise ParameterError(
            "standard input has ended before the answer, and nothing was written; run the command "
            "on a terminal, or give the answers as options (see --help)"
        ) from None
