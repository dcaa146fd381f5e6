"""Text analysis of SPARQL queries."""
