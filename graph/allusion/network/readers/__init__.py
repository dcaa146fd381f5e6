"""Read the records of `allusion.core.model` from a store, the whole graph at once.

The queries are standard SPARQL 1.1, so they work with any engine.
"""

from .dataset import read_attribution
from .edges import read_edges
from .entities import read_entities
from .evidence import ReaderContext
from .scenes import read_scenes

__all__ = ["ReaderContext", "read_attribution", "read_edges", "read_entities", "read_scenes"]
