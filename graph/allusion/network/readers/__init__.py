"""Reading records (`allusion.records`) out of a store, whole graph at a time.

Standard SPARQL only, so that any engine can be read.
"""

from .edges import read_edges
from .entities import read_entities
from .evidence import Ground
from .scenes import read_scenes

__all__ = ["Ground", "read_edges", "read_entities", "read_scenes"]
