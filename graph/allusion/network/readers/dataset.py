"""Read the title and the license of the datasets in a store."""

from __future__ import annotations

from typing import Final

from ...core.vocabulary import DESCRIPTION_PREFIXES
from ...store import Store
from .rows import select_records

# A dataset, but none of its subsets.
_DATASETS: Final = """
SELECT ?dataset ?title ?license ?name WHERE {{
  VALUES ?class {{ <{void}Dataset> <{dcat}Dataset> }}
  ?dataset a ?class ; dcterms:license ?license .
  FILTER NOT EXISTS {{ ?whole <{void}subset> ?dataset }}
  OPTIONAL {{ ?dataset dcterms:title ?title }}
  OPTIONAL {{ ?license dcterms:title ?name }}
}} ORDER BY ?dataset STR(?title) ?license STR(?name)""".format(**DESCRIPTION_PREFIXES)


def read_attribution(store: Store) -> str:
    """Return license, title and address of each dataset, for the line below a picture.

    The source is a ``void:Dataset`` or ``dcat:Dataset`` with a ``dcterms:license``.

    Returns:
        One line; "" if no dataset in the store states its license.
    """
    found: dict[str, str] = {}
    for row in select_records(store, _DATASETS):
        license_ = row.text("name") or row.text("license")
        parts = (license_, row.text("title"), row.text("dataset"))
        found.setdefault(row.text("dataset"), " · ".join(map(_short, filter(None, parts))))
    return "; ".join(found.values())


def _short(text: str) -> str:
    return text.removeprefix("https://").removeprefix("http://").rstrip("/")
