"""From a name in any script to an IRI."""
