"""The snapshot of Wikidata on disk: the fetched items, and the source built from them.

The folder ``wikidata/pulled`` below `home` has ``items.json`` (items) and ``named.json``
(labels and classes of mentioned items). ``source.ttl`` and ``links.sssom.tsv`` express the
same in our ontology; they are rebuilt offline when the curated files have changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...build.check import curated_faults
from ...build.curated_data import read_curated
from ...build.sssom import Mapping as Link
from ...build.sssom import header, written
from ...core.atomic_files import new_files, write_atomically
from ...core.errors import DataError, MissingResource, StoreError
from ...core.labels import fold
from ...core.resources import Resources, home
from ...core.vocabulary import register_of
from ..model.items import Item, ItemSummary, MalformedEntity, from_json, to_json
from .curated_facts import CuratedFacts, read_curated_facts
from .to_rdf import Projection

#: Version of the conversion; increase it if the same items give another source.
_FORMAT: Final = 5
_OUTPUT_FILES: Final = ("source.ttl", "links.sssom.tsv", "made.json")


@dataclass(slots=True)
class Snapshot:
    """Items, and summaries of the items they mention, by Q-id."""

    items: dict[str, Item] = field(default_factory=dict)
    summaries: dict[str, ItemSummary] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProjectionSummary:
    """Result of the conversion to our ontology.

    Attributes:
        triples: Number of triples.
        entities: Number of new entities.
        omitted: Number of omitted statements by reason.
        possible_duplicates: Pairs of an unlinked curated entity and a new entity with the same
            register and English label.
    """

    triples: int
    entities: int
    omitted: Mapping[str, int]
    possible_duplicates: tuple[tuple[str, str], ...] = ()


def snapshot_folder() -> Path:
    """Return the folder of the snapshot."""
    return home() / "wikidata" / "pulled"


def read_snapshot() -> Snapshot:
    """Read the snapshot.

    Raises:
        MissingResource: If there is none.
        StoreError: If its files are damaged.
    """
    place = snapshot_folder()
    if not (place / "items.json").is_file():
        raise MissingResource("there is no Wikidata snapshot yet; run: allusion wikidata pull")
    try:
        items = [from_json(one) for one in _read_records(place / "items.json")]
        named = {
            str(one["item"]): ItemSummary(one["labels"], tuple(one["types"]), tuple(one["above"]))
            for one in (
                _read_records(place / "named.json") if (place / "named.json").is_file() else ()
            )
        }
    except (OSError, ValueError, KeyError, TypeError, MalformedEntity) as error:
        raise StoreError(f"{place} is damaged ({error}); run: allusion wikidata pull") from error
    return Snapshot({item.item: item for item in items}, named)


def write_snapshot(snapshot: Snapshot, resources: Resources) -> ProjectionSummary:
    """Write the items and the source built from them, if the source passes the checks.

    Raises:
        DataError: If a check fails; the files of the last snapshot stay unchanged.
        OutputError: If the folder is not writable.
    """
    place = snapshot_folder()
    items = _format_records(
        [to_json(item) for _, item in sorted(snapshot.items.items(), key=_item_number)]
    )
    named = _format_records(
        [
            {"item": item, "labels": one.labels, "types": one.types, "above": one.superclasses}
            for item, one in sorted(snapshot.summaries.items(), key=_item_number)
        ]
    )
    texts, made = _project(snapshot, resources, items + named)
    last = texts.pop("made.json")
    with new_files(place) as making:
        for name, text in {"named.json": named, "items.json": items, **texts}.items():
            (making / name).write_text(text, encoding="utf-8")
        # Without it, the source is rebuilt from the items.
        (place / "made.json").unlink(missing_ok=True)
    write_atomically(place / "made.json", last)
    return made


def add_snapshot(
    resources: Resources, progress: Callable[[str], None] = lambda _: None
) -> Resources:
    """Return the inputs with the snapshot added; rebuild its source if it is outdated.

    Raises:
        MissingResource: If there is no snapshot.
        DataError: If the source fails the checks together with the curated files.
    """
    place = snapshot_folder()
    if not (place / "source.ttl").is_file():
        read_snapshot()
    if (place / "items.json").is_file() and not _is_current(resources):
        progress("rebuilding the Wikidata source, because the facts have changed")
        write_snapshot(read_snapshot(), resources)
    return resources._replace(snapshot=place)


def _is_current(resources: Resources) -> bool:
    """Return whether the source is complete and was built from these inputs."""
    try:
        seal = json.loads((snapshot_folder() / "made.json").read_text(encoding="utf-8"))
        made = [
            (snapshot_folder() / name).read_text(encoding="utf-8") for name in _OUTPUT_FILES[:2]
        ]
    except (OSError, ValueError):
        return False
    if not isinstance(seal, dict) or seal.get("made") != _digest(made):
        return False
    return seal.get("for") == _input_key(resources)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _input_key(resources: Resources, items: str | None = None) -> str:
    """Return a key that changes with the curated files, the items and the conversion."""
    place = snapshot_folder()
    if items is None:
        parts = (place / "items.json", place / "named.json")
        items = "".join(path.read_text(encoding="utf-8") for path in parts if path.is_file())
    return f"{_FORMAT} {resources._replace(snapshot=None).key} {_digest([items])}"


def _project(
    snapshot: Snapshot, resources: Resources, items: str
) -> tuple[dict[str, str], ProjectionSummary]:
    """Return the files of the source, checked together with the curated files."""
    plain = resources._replace(snapshot=None)
    curated = read_curated_facts(read_curated(plain))
    projection = Projection(snapshot.items, snapshot.summaries, curated)
    rows = [
        written(
            Link(
                0, iri, label, "skos:exactMatch", item, label, "semapv:UnspecifiedMatching", 1.0,
                negative=False, comment="pulled: the entity was created from the item",
            )
        )
        for iri, (item, label) in sorted(projection.new_entities.items())
    ]  # fmt: skip
    result = ProjectionSummary(
        len(projection.triples), len(projection.new_entities), dict(projection.omitted),
        tuple(_possible_duplicates(curated, projection.new_entities)),
    )  # fmt: skip
    texts = {
        "source.ttl": projection.turtle(),
        "links.sssom.tsv": "\n".join((header(), *rows)) + "\n",
    }
    made = {"for": _input_key(resources, items), "made": _digest(texts.values())}
    texts["made.json"] = json.dumps(made, indent=1)
    _check_source(texts, plain)
    return texts, result


def _possible_duplicates(
    curated: CuratedFacts, new_entities: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    linked = set(curated.entities.values())
    ours = {
        (register_of(iri), fold(labels["en"])): iri
        for iri, labels in curated.labels.items()
        if iri not in linked and "en" in labels
    }
    for iri, (_, label) in sorted(new_entities.items()):
        if twin := ours.get((register_of(iri), fold(label))):
            yield twin, iri


def _check_source(texts: Mapping[str, str], resources: Resources) -> None:
    """Run the structural checks on the source.

    Raises:
        DataError: If one fails.
    """
    scratch = Path(tempfile.mkdtemp(prefix="allusion-"))
    try:
        # The build derives the named graph from the name of the folder.
        place = scratch / "pulled"
        place.mkdir()
        for name in _OUTPUT_FILES[:2]:
            (place / name).write_text(texts[name], encoding="utf-8")
        beside = resources._replace(snapshot=place)
        if faults := curated_faults(beside, read_curated(beside)):
            raise DataError(faults)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read_records(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise MalformedEntity(f"{path.name} is not a list")
    return found


def _format_records(records: list[dict[str, Any]]) -> str:
    """Return a JSON list with one record a line."""
    lines = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in records)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _item_number(pair: tuple[str, object]) -> int:
    return int(pair[0][1:])
