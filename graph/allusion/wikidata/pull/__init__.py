"""A snapshot of Wikidata as one more source."""
