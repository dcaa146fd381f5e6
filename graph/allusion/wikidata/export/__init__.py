"""Statements for Wikidata, from this graph."""
