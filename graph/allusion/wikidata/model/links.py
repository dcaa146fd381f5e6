"""Links from entities of the graph to items."""

from __future__ import annotations

from ...build.sssom import Mapping, read_mappings
from ...core.labels import Link
from ...core.model import Entity
from ...core.resources import Resources


def links_by_entity(resources: Resources) -> dict[str, Mapping]:
    """Return the accepted link of each entity, by IRI."""
    rows, _ = read_mappings(resources.mapping_file)
    return {
        row.subject: row for row in rows if row.predicate == "skos:exactMatch" and not row.negative
    }


def wikidata_link(entity: Entity) -> Link | None:
    """Return the confirmed link of an entity to its item."""
    return next((link for link in entity.links if link.confidence is not None), None)


def linked_item(entity: Entity) -> str:
    """Return the Q-id of the item that an entity is linked to, or ""."""
    link = wikidata_link(entity)
    return link.identifier if link else ""
