"""``python -m allusion``: the command line."""

from .cli import main

main()
