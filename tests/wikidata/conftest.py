"""Fixtures of the tests about Wikidata: servers on loopback and a small Wikibase."""

from __future__ import annotations

from loopback import (
    _loopback_without_leaks,
    _older_objects_are_frozen,
    engine,
    running_engine,
    serve,
)
from wikibase import wikibase

__all__ = [
    "_loopback_without_leaks",
    "_older_objects_are_frozen",
    "engine",
    "running_engine",
    "serve",
    "wikibase",
]
