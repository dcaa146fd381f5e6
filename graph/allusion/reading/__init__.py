"""Reading records (`allusion.records`) out of a store, whole graph at a time.

Standard SPARQL only, so that any engine can be read.
"""

from .edges import read_edges
from .entities import read_entities
from .scenes import read_scenes, read_utterances

__all__ = ["read_edges", "read_entities", "read_scenes", "read_utterances"]
