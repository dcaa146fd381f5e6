"""Name index and search: from a name in any script to an IRI."""
