"""Collections that a program fills from the data of others."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import ParameterError
from ..core.own_namespace import SETTINGS
from .collection import Collection, create_collection, open_collection
from .concepts import Concepts
from .from_rdf import read_collection
from .history import Change, apply_change
from .importing import merge_content, render
from .records import Content
from .slugs import latin_slug


def open_or_create(folder: Path) -> Collection:
    """Open a collection; make it if the folder is none.

    Raises:
        ParameterError: If no namespace can be derived from the name of the folder.
        OutputError: If the folder has other files.
        DataError: If the settings of the collection are not valid.
    """
    if not (folder / SETTINGS).is_file():
        namespace = latin_slug(folder.resolve().name)
        if not namespace:
            raise ParameterError(f"{folder.name!r} has no Latin letters; choose another folder")
        create_collection(Collection(folder, folder.resolve().name, namespace), "sheet.xlsx")
    return open_collection(folder)


def add_content(content: Content, collection: Collection, concepts: Concepts, title: str) -> Change:
    """Add records to a collection, as one change that can be undone.

    Args:
        content: The new records.
        collection: The collection.
        concepts: Terms of the ontology.
        title: Title of the change.

    Raises:
        OutputError: If a file cannot be written; the files are then as before.
    """
    stored = read_collection(collection, concepts)
    merged = merge_content(stored.content, content).normalized(collection.language)
    return apply_change(collection, title, render(merged, stored, collection, concepts))
