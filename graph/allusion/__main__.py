"""Entry point of ``python -m allusion``."""

from .cli import run

run()
