"""Wikidata's data model: items, properties, classes, languages and their mapping to ours."""
