"""Comparison of this graph with Wikidata."""
