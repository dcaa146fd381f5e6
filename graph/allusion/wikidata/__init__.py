"""What Wikidata says of an entity, and how that stands beside what is said here.

``WikidataClient`` asks, ``beside`` compares. Nothing is ever sent to Wikidata but
queries in standard SPARQL, and nothing it says is written into curated files.
"""

from .beside import Row, Status, beside
from .client import ENDPOINT, WikidataClient
from .items import PROPERTIES, ItemDescription, Value

__all__ = [
    "ENDPOINT",
    "PROPERTIES",
    "ItemDescription",
    "Row",
    "Status",
    "Value",
    "WikidataClient",
    "beside",
]
