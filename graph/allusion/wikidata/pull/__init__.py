"""Snapshot of Wikidata as an additional source of the graph."""
