"""Export of connections to Wikidata, for review by a person."""
