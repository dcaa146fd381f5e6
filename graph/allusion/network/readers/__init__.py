"""Read the records of `allusion.core.model` from a store, the whole graph at once.

The queries are standard SPARQL 1.1, so they work with any engine.
"""

from .dataset import read_attribution
from .edges import credit_record, read_edges
from .entities import read_entities
from .rows import Record
from .scenes import read_scenes
from .source_index import ReaderContext

__all__ = [
    "ReaderContext",
    "Record",
    "credit_record",
    "read_attribution",
    "read_edges",
    "read_entities",
    "read_scenes",
]
