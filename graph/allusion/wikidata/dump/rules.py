"""The rules of a slice: which items are kept, and which lines are written of them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ...core.errors import ParameterError

SHIPPED: Final = Path(__file__).with_name("rules.toml")
#: Q-ids are kept as whole numbers; no item has ten digits (Q136 million in 2025).
NUMBER: Final = "[1-9][0-9]{0,8}"

Kind = Literal["text", "value", "link", "page", "about"]
CORE: Final = "core"
KEPT: Final = "kept"
# A set is a bit of each item's byte; four are taken (selecting.py).
_MOST_NAMED_SETS: Final = 4


@dataclass(frozen=True, slots=True)
class Pull:
    """A step that brings items in along ``properties`` (P-ids).

    Forward it takes the objects of statements on items of the set ``start``, else the
    subjects of statements whose object is in it. ``transitive`` goes on from what it found.
    """

    name: str
    start: str
    properties: tuple[str, ...]
    forward: bool
    transitive: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What `rules.toml` says, checked.

    ``item``, ``direct`` and ``page`` are how the IRIs of items, properties and pages begin.
    ``kinds`` maps the IRI of a predicate to what its lines are; ``about`` the IRI of a
    predicate of that kind to how its subjects may begin. ``digest`` changes with the file.
    """

    item: str
    direct: str
    page: str
    instance: str
    subclass: str
    classes: tuple[str, ...]
    without: tuple[str, ...]
    pulls: tuple[Pull, ...]
    languages: frozenset[str]
    kinds: Mapping[str, Kind]
    about: Mapping[str, tuple[str, ...]]
    digest: str

    @property
    def linking(self) -> tuple[str, ...]:
        """The properties by which it is decided what is kept, in a fixed order."""
        found = {self.instance, self.subclass}
        found.update(name for pull in self.pulls for name in pull.properties)
        return tuple(sorted(found, key=lambda name: int(name[1:])))


def read_rules(path: Path = SHIPPED) -> Rules:
    """The rules of a file in the form of `rules.toml`.

    :raises ParameterError: if it cannot be read, or does not say what it has to.
    """
    try:
        content = path.read_bytes()
        told = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path} is not TOML: {error}") from error
    try:
        return _rules(told, hashlib.sha256(content).hexdigest())
    except _Wrong as wrong:
        raise ParameterError(f"{path}: {wrong}; {SHIPPED} is an example") from wrong


class _Wrong(ValueError):
    """What is wrong in a file of rules."""


def _rules(told: Mapping[str, Any], digest: str) -> Rules:
    names, core, keep = (_table(told, key) for key in ("names", "core", "keep"))
    item, prop, page = (_text(names, key) for key in ("item", "property", "page"))
    classes = tuple(_ids(_table(core, "classes"), "Q", "core.classes"))
    if not classes:
        raise _Wrong("core.classes names no class")
    pulls = _pulls(told.get("pull", []))
    instance, subclass = _text(core, "instance"), _text(core, "subclass")
    _ids({instance: "", subclass: ""}, "P", "core")
    links = {name for pull in pulls for name in pull.properties} | {instance, subclass}
    links.update(_ids(_table(keep, "links", {}), "P", "keep.links"))
    kinds: dict[str, Kind] = {prop + name: "link" for name in links}
    values = _ids(_table(keep, "values", {}), "P", "keep.values")
    about = {
        predicate: tuple(_texts(starts, f"keep.about.{predicate}"))
        for predicate, starts in _table(keep, "about", {}).items()
    }
    more: list[tuple[Kind, list[str]]] = [
        ("value", [prop + name for name in values]),
        ("text", list(_table(keep, "texts", {}))),
        ("page", list(_table(keep, "page", {}))),
        ("about", list(about)),
    ]
    for kind, predicates in more:
        for predicate in predicates:
            if predicate in kinds:
                raise _Wrong(f"{predicate} is both a {kinds[predicate]} and a {kind}")
            kinds[predicate] = kind
    return Rules(
        item=item,
        direct=prop,
        page=page,
        instance=instance,
        subclass=subclass,
        classes=classes,
        without=tuple(_ids(_table(core, "without", {}), "Q", "core.without")),
        pulls=pulls,
        languages=frozenset(
            tag.lower() for tag in _texts(keep.get("languages", []), "keep.languages")
        ),
        kinds=kinds,
        about=about,
        digest=digest,
    )


def _pulls(told: object) -> tuple[Pull, ...]:
    if not isinstance(told, list):
        raise _Wrong("pull is no list of [[pull]] steps")
    pulls: list[Pull] = []
    named = {CORE, KEPT}
    for number, step in enumerate(told, 1):
        name = _text(step, "name")
        where = f"pull {number} ({name})"
        ends = [key for key in ("from", "to") if key in step]
        if len(ends) != 1:
            raise _Wrong(f"{where} needs one of from and to")
        start = _text(step, ends[0])
        if start not in named:
            raise _Wrong(f"{where}: {start!r} is no set above it: {', '.join(sorted(named))}")
        if name in named:
            raise _Wrong(f"{where}: there is a set of that name already")
        named.add(name)
        along = tuple(_ids(_table(step, "along"), "P", where))
        transitive = step.get("transitive", False)
        pulls.append(Pull(name, start, along, ends[0] == "from", transitive is True))
    if len({pull.start for pull in pulls} - {CORE, KEPT}) > _MOST_NAMED_SETS:
        raise _Wrong(f"more than {_MOST_NAMED_SETS} steps are the start of others")
    return tuple(pulls)


def _table(told: Any, key: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
    found = told.get(key, default) if isinstance(told, dict) else None
    if not isinstance(found, dict):
        raise _Wrong(f"there is no table {key!r}")
    return found


def _text(told: Any, key: str) -> str:
    found = told.get(key) if isinstance(told, dict) else None
    if not isinstance(found, str) or not found:
        raise _Wrong(f"{key!r} is no text")
    return found


def _texts(told: object, where: str) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise _Wrong(f"{where} is no list of texts")
    return told


def _ids(told: Mapping[str, Any], letter: str, where: str) -> list[str]:
    for name in told:
        if not re.fullmatch(letter + NUMBER, name):
            raise _Wrong(f"{where}: {name!r} is no {letter}-id")
    return list(told)
