"""Stores: one interface, several engines.

``OxigraphStore`` is embedded (on disk or in memory); ``remote.RemoteStore`` is any
SPARQL 1.1 endpoint; ``choice.open_store`` opens the one that a person names. Terms are
turned into `allusion.core.terms` here and nowhere else.
"""

from .base import Answer, Row, Rows, Store, Triple, Triples, select

__all__ = ["Answer", "Row", "Rows", "Store", "Triple", "Triples", "select"]
