"""Stores: one interface, several engines.

``OxigraphStore`` is embedded, on disk or in memory. ``remote.RemoteStore`` is a client of a
SPARQL 1.1 endpoint. ``factory.open_store`` opens a store by name. Terms of an engine become
`allusion.core.terms` only in this package.
"""

from .interface import Answer, Row, Rows, Store, Triple, Triples, select

__all__ = ["Answer", "Row", "Rows", "Store", "Triple", "Triples", "select"]
