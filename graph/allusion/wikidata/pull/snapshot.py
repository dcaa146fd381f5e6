"""What was pulled from Wikidata, in files: as it was read, and as a source of our own form.

Below `home`, in ``wikidata/pulled``: ``items.json`` holds the items, ``named.json`` what they
name; ``source.ttl`` and ``links.sssom.tsv`` say the same in our ontology and are made anew
from them, without asking anybody, when the curated files have changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ...build.check import read_curated, structural_faults
from ...build.sssom import Mapping as Link
from ...build.sssom import header, written
from ...core.atomic_files import write_atomically
from ...core.errors import DataError, MissingResource, OutputError, StoreError
from ...core.labels import fold
from ...core.resources import Resources, home
from ..model.items import Item, Named, WrongShape, from_json, to_json
from .curated_facts import Grounds, read_grounds, register_of
from .to_rdf import Projection

#: Raised by hand when the same items would make another source.
_FORMAT: Final = 4
_MADE: Final = ("source.ttl", "links.sssom.tsv", "made.json")


@dataclass(slots=True)
class Pulled:
    """Items by Q-id, and what they name."""

    items: dict[str, Item] = field(default_factory=dict)
    named: dict[str, Named] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What a projection gave: triples, entities that are new, and what was left out and why.

    ``twins`` are pairs of an entity of ours without an item and a new one of the same kind
    and English label: they may be one, which nobody has said yet.
    """

    triples: int
    entities: int
    left_out: Mapping[str, int]
    twins: tuple[tuple[str, str], ...] = ()


def folder() -> Path:
    """Where it lies."""
    return home() / "wikidata" / "pulled"


def read_pulled() -> Pulled:
    """The items that were pulled.

    :raises MissingResource: if none were.
    :raises StoreError: if the files are damaged.
    """
    place = folder()
    if not (place / "items.json").is_file():
        raise MissingResource(
            "nothing has been pulled from Wikidata yet; run: allusion wikidata pull"
        )
    try:
        items = [from_json(one) for one in _read(place / "items.json")]
        named = {
            str(one["item"]): Named(one["labels"], tuple(one["types"]), tuple(one["above"]))
            for one in (_read(place / "named.json") if (place / "named.json").is_file() else ())
        }
    except (OSError, ValueError, KeyError, TypeError, WrongShape) as error:
        raise StoreError(f"{place} is damaged ({error}); run: allusion wikidata pull") from error
    return Pulled({item.item: item for item in items}, named)


def write_pulled(pulled: Pulled, resources: Resources) -> Made:
    """Keep what was read, and the source made of it, once that passes the checks of any file.

    :raises DataError: if it does not; the files that were there before stay.
    :raises OutputError: if the folder cannot be written.
    """
    place = folder()
    items = _lines([to_json(item) for _, item in sorted(pulled.items.items(), key=_number)])
    named = _lines(
        [
            {"item": item, "labels": one.labels, "types": one.types, "above": one.above}
            for item, one in sorted(pulled.named.items(), key=_number)
        ]
    )
    texts, made = _project(pulled, resources, items + named)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{place} cannot be made: {error.strerror or error}") from error
    # The seal comes last: without it the source is made again from the items.
    (place / "made.json").unlink(missing_ok=True)
    # The names come before the items: a run that ends between the two leaves items with names.
    for name, text in {"named.json": named, "items.json": items, **texts}.items():
        write_atomically(place / name, text)
    return made


def with_pulled(resources: Resources, report: Callable[[str], None] = lambda _: None) -> Resources:
    """The same inputs and what was pulled; its source is made anew where it must be.

    :raises MissingResource: if nothing was pulled.
    :raises DataError: if it does not pass the checks beside these files.
    """
    place = folder()
    if not (place / "source.ttl").is_file():
        read_pulled()
    if (place / "items.json").is_file() and not _is_made_for(resources):
        report("setting what was pulled from Wikidata beside the facts, which have changed")
        write_pulled(read_pulled(), resources)
    return replace(resources, pulled=place)


def _is_made_for(resources: Resources) -> bool:
    """Whether the source is whole, and of these files."""
    try:
        seal = json.loads((folder() / "made.json").read_text(encoding="utf-8"))
        made = [(folder() / name).read_text(encoding="utf-8") for name in _MADE[:2]]
    except (OSError, ValueError):
        return False
    if not isinstance(seal, dict) or seal.get("made") != _digest(made):
        return False
    return seal.get("for") == _seal(resources)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _seal(resources: Resources, items: str | None = None) -> str:
    """Changes when the curated files, the items or the way of projecting change."""
    place = folder()
    if items is None:
        parts = (place / "items.json", place / "named.json")
        items = "".join(path.read_text(encoding="utf-8") for path in parts if path.is_file())
    return f"{_FORMAT} {replace(resources, pulled=None).key} {_digest([items])}"


def _project(pulled: Pulled, resources: Resources, items: str) -> tuple[dict[str, str], Made]:
    """The files of the source, checked beside the curated ones."""
    plain = replace(resources, pulled=None)
    grounds = read_grounds(read_curated(plain))
    projection = Projection(pulled.items, pulled.named, grounds)
    rows = [
        written(
            Link(
                0, iri, label, "skos:exactMatch", item, label, "semapv:UnspecifiedMatching", 1.0,
                negative=False, comment="pulled: the entity was made from the item",
            )
        )
        for iri, (item, label) in sorted(projection.made.items())
    ]  # fmt: skip
    made = Made(
        len(projection.triples), len(projection.made), dict(projection.left_out),
        tuple(_twins(grounds, projection.made)),
    )  # fmt: skip
    texts = {
        "source.ttl": projection.turtle(),
        "links.sssom.tsv": "\n".join((header(), *rows)) + "\n",
    }
    seal = {
        "for": _seal(resources, items), "made": _digest(texts.values()), "triples": made.triples,
        "entities": made.entities, "left_out": made.left_out, "twins": made.twins,
    }  # fmt: skip
    texts["made.json"] = json.dumps(seal, indent=1)
    _check(texts, plain)
    return texts, made


def _twins(grounds: Grounds, made: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    linked = set(grounds.entities.values())
    ours = {
        (register_of(iri), fold(labels["en"])): iri
        for iri, labels in grounds.labels.items()
        if iri not in linked and "en" in labels
    }
    for iri, (_, label) in sorted(made.items()):
        if twin := ours.get((register_of(iri), fold(label))):
            yield twin, iri


def _check(texts: Mapping[str, str], resources: Resources) -> None:
    """What a build would say of it, before it counts."""
    scratch = Path(tempfile.mkdtemp(prefix="allusion-"))
    try:
        # The name of the folder says which graph it is.
        place = scratch / "pulled"
        place.mkdir()
        for name in _MADE[:2]:
            (place / name).write_text(texts[name], encoding="utf-8")
        beside = replace(resources, pulled=place)
        if faults := structural_faults(beside, read_curated(beside)):
            raise DataError(faults)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise WrongShape(f"{path.name} is no list")
    return found


def _lines(records: list[dict[str, Any]]) -> str:
    """A JSON list with a record a line, which a person can look through."""
    lines = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in records)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _number(pair: tuple[str, object]) -> int:
    return int(pair[0][1:])
