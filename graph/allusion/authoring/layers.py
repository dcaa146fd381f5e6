"""Layers over the shipped graph: collections, and the Wikidata snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox

from ..build.turtle import parse_turtle
from ..core.errors import ParameterError
from ..core.resources import Resources
from ..core.terms import shorten
from ..core.vocabulary import AL
from ..search.name_index import NameIndex
from ..store.factory import DISK, MEMORY
from .collection import Collection, open_collection
from .history import is_interrupted


def layered(
    resources: Resources,
    collections: Sequence[str | Path] = (),
    *,
    store: str = DISK,
    with_wikidata: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Resources:
    """Return the inputs with collections and the Wikidata snapshot added.

    Args:
        resources: Input files of the graph.
        collections: Folders of collections. One that is named twice counts once.
        store: "disk" or "memory"; other stores hold data of their own.
        with_wikidata: Add the snapshot.
        report: Called with a message when the snapshot is converted again.

    Raises:
        ParameterError: If ``store`` is a loaded store or an endpoint, or the last import into a
            collection was interrupted.
        MissingResource: If there is no snapshot.
        UnknownName: If a folder is not a collection.
        DataError: If the settings of a collection are not valid, or the snapshot fails the
            checks together with the data files.
    """
    if not (with_wikidata or collections):
        return resources
    if store not in (DISK, MEMORY):
        from ..http.credentials import without_login

        raise ParameterError(
            f"{without_login(store)!r} has its own data, which cannot be combined with other "
            "data; omit --with (in Python collections= and with_wikidata=True), or --store"
        )
    folders: dict[Path, None] = {}
    spaces: dict[str, Collection] = {}
    for folder in map(Path, collections):
        collection = open_collection(folder)
        for other in spaces.values():
            _check_distinct(other, collection)
        spaces.setdefault(collection.namespace, collection)
        if is_interrupted(collection):
            raise ParameterError(
                f"the last import into {folder} was interrupted; run: allusion undo {folder}"
            )
        folders[folder.resolve()] = None
    resources = resources._replace(collections=tuple(folders))
    if with_wikidata:
        from ..wikidata.pull.snapshot import add_snapshot

        resources = add_snapshot(resources, report)
    return resources


def _check_distinct(one: Collection, other: Collection) -> None:
    """Refuse two namespaces, one of which is an IRI, that give equal slugs in the graph.

    Raises:
        ParameterError: If the slugs of one begin like those of the other.
    """
    if one.own == other.own:
        return
    outer, inner = sorted((f"{one.namespace}-", f"{other.namespace}-"), key=len)
    if inner.startswith(outer):
        names = " and ".join(f"{part.folder} ({part.setting})" for part in (one, other))
        raise ParameterError(
            f"{names} have namespaces that cannot be distinguished: both give slugs that begin "
            f"with {outer}; change one of them"
        )


def missing_ends(resources: Resources, names: NameIndex) -> list[str]:
    """Return the ends of connections of collections that the graph does not have (any more).

    Args:
        resources: Inputs with collections.
        names: Index of the graph that was built of them.
    """
    ends = {AL + "from", AL + "to"}
    found: set[str] = set()
    for path in resources.collection_files():
        file, _ = parse_turtle(path, path.name)
        for one in file.statements:
            if one.predicate.value in ends and isinstance(one.object, ox.NamedNode):
                found.add(one.object.value)
    return sorted(shorten(iri) for iri in found if not names.label_of(iri))


def names_in_collections(resources: Resources) -> dict[str, str]:
    """Return prefixed name -> label, title, or the ends of a connection, from valid files."""
    labels: dict[str, str] = {}
    ends: dict[str, dict[str, str]] = {}
    for path in resources.collection_files():
        file, _ = parse_turtle(path, path.name)
        for one in file.statements:
            subject, predicate = shorten(one.subject.value), shorten(one.predicate.value)
            if predicate in ("rdfs:label", "dcterms:title") and not subject.startswith(
                "connection:"
            ):
                labels.setdefault(subject, one.object.value)
            elif predicate in ("al:from", "al:kind", "al:to"):
                ends.setdefault(subject, {})[predicate] = shorten(one.object.value)
    for subject, about in ends.items():
        parts = (about.get(name, "") for name in ("al:from", "al:kind", "al:to"))
        shown = (labels.get(part, part.partition(":")[2] or part) for part in parts if part)
        labels[subject] = ", ".join(shown)
    return labels
