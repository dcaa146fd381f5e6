"""Client of Wikidata's SPARQL endpoint and action API."""
