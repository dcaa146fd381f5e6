"""``python -m allusion``: the command line."""

from .cli import run

run()
