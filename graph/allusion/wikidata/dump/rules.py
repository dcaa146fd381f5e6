"""Rules of a slice: which items are selected, and which of their lines are kept."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ...core.errors import ParameterError

DEFAULT_RULES: Final = Path(__file__).with_name("rules.toml")
#: Q-ids are stored as integers; none has ten digits (Q136 million in 2025).
NUMBER: Final = "[1-9][0-9]{0,8}"

LineKind = Literal["text", "value", "link", "page", "about"]
CORE: Final = "core"
KEPT: Final = "kept"
# A set is one bit of the byte of an item; four are reserved (selection.py).
_MAX_NAMED_SETS: Final = 4


@dataclass(frozen=True, slots=True)
class ExpansionStep:
    """A step that adds items along ``properties`` (P-ids).

    Attributes:
        start: Set of items to start from.
        forward: Add objects of statements on items of the set; else subjects of statements
            whose object is in the set.
        transitive: Repeat with the items found.
    """

    name: str
    start: str
    properties: tuple[str, ...]
    forward: bool
    transitive: bool


@dataclass(frozen=True, slots=True)
class SliceRules:
    """Validated content of a rules file.

    Attributes:
        item_prefix: Prefix of the IRIs of items.
        property_prefix: Prefix of the IRIs of truthy properties.
        page_prefix: Prefix of the IRIs of entity pages.
        kinds: Type of line by the IRI of its predicate.
        about_prefixes: Allowed prefixes of the subject, by predicate of the type "about".
        digest: SHA-256 of the file.
    """

    item_prefix: str
    property_prefix: str
    page_prefix: str
    instance: str
    subclass: str
    classes: tuple[str, ...]
    excluded_classes: tuple[str, ...]
    steps: tuple[ExpansionStep, ...]
    languages: frozenset[str]
    kinds: Mapping[str, LineKind]
    about_prefixes: Mapping[str, tuple[str, ...]]
    digest: str

    @property
    def link_properties(self) -> tuple[str, ...]:
        """Properties that determine the selection, in a fixed order."""
        found = {self.instance, self.subclass}
        found.update(name for pull in self.steps for name in pull.properties)
        return tuple(sorted(found, key=lambda name: int(name[1:])))


def read_rules(path: Path = DEFAULT_RULES) -> SliceRules:
    """Read a file of rules.

    Raises:
        ParameterError: If it is not readable or invalid.
    """
    try:
        content = path.read_bytes()
        content_table = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path} is not TOML: {error}") from error
    try:
        return _parse_rules(content_table, hashlib.sha256(content).hexdigest())
    except _InvalidRules as wrong:
        raise ParameterError(f"{path}: {wrong}; {DEFAULT_RULES} is an example") from wrong


class _InvalidRules(ValueError):
    """Problem in a file of rules."""


def _parse_rules(table: Mapping[str, Any], digest: str) -> SliceRules:
    names, core, keep = (_get_table(table, key) for key in ("names", "core", "keep"))
    item, prop, page = (_get_text(names, key) for key in ("item", "property", "page"))
    classes = tuple(_check_ids(_get_table(core, "classes"), "Q", "core.classes"))
    if not classes:
        raise _InvalidRules("core.classes has no class")
    pulls = _parse_steps(table.get("pull", []))
    instance, subclass = _get_text(core, "instance"), _get_text(core, "subclass")
    _check_ids({instance: "", subclass: ""}, "P", "core")
    links = {name for pull in pulls for name in pull.properties} | {instance, subclass}
    links.update(_check_ids(_get_table(keep, "links", {}), "P", "keep.links"))
    kinds: dict[str, LineKind] = {prop + name: "link" for name in links}
    values = _check_ids(_get_table(keep, "values", {}), "P", "keep.values")
    about = {
        predicate: tuple(_check_texts(starts, f"keep.about.{predicate}"))
        for predicate, starts in _get_table(keep, "about", {}).items()
    }
    more: list[tuple[LineKind, list[str]]] = [
        ("value", [prop + name for name in values]),
        ("text", list(_get_table(keep, "texts", {}))),
        ("page", list(_get_table(keep, "page", {}))),
        ("about", list(about)),
    ]
    for kind, predicates in more:
        for predicate in predicates:
            if predicate in kinds:
                raise _InvalidRules(f"{predicate} is both a {kinds[predicate]} and a {kind}")
            kinds[predicate] = kind
    return SliceRules(
        item_prefix=item,
        property_prefix=prop,
        page_prefix=page,
        instance=instance,
        subclass=subclass,
        classes=classes,
        excluded_classes=tuple(_check_ids(_get_table(core, "without", {}), "Q", "core.without")),
        steps=pulls,
        languages=frozenset(
            tag.lower() for tag in _check_texts(keep.get("languages", []), "keep.languages")
        ),
        kinds=kinds,
        about_prefixes=about,
        digest=digest,
    )


def _parse_steps(steps: object) -> tuple[ExpansionStep, ...]:
    if not isinstance(steps, list):
        raise _InvalidRules("pull is not a list of [[pull]] steps")
    pulls: list[ExpansionStep] = []
    named = {CORE, KEPT}
    for number, step in enumerate(steps, 1):
        name = _get_text(step, "name")
        where = f"pull {number} ({name})"
        ends = [key for key in ("from", "to") if key in step]
        if len(ends) != 1:
            raise _InvalidRules(f"{where} needs either from or to")
        start = _get_text(step, ends[0])
        if start not in named:
            raise _InvalidRules(
                f"{where}: {start!r} is not an earlier set: {', '.join(sorted(named))}"
            )
        if name in named:
            raise _InvalidRules(f"{where}: the name is used by an earlier set")
        named.add(name)
        along = tuple(_check_ids(_get_table(step, "along"), "P", where))
        transitive = step.get("transitive", False)
        pulls.append(ExpansionStep(name, start, along, ends[0] == "from", transitive is True))
    if len({pull.start for pull in pulls} - {CORE, KEPT}) > _MAX_NAMED_SETS:
        raise _InvalidRules(f"more than {_MAX_NAMED_SETS} steps are named by other steps")
    return tuple(pulls)


def _get_table(parent: Any, key: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
    found = parent.get(key, default) if isinstance(parent, dict) else None
    if not isinstance(found, dict):
        raise _InvalidRules(f"there is no table {key!r}")
    return found


def _get_text(table: Any, key: str) -> str:
    found = table.get(key) if isinstance(table, dict) else None
    if not isinstance(found, str) or not found:
        raise _InvalidRules(f"{key!r} is not a text")
    return found


def _check_texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _InvalidRules(f"{where} is not a list of texts")
    return value


def _check_ids(table: Mapping[str, Any], letter: str, where: str) -> list[str]:
    for name in table:
        if not re.fullmatch(letter + NUMBER, name):
            raise _InvalidRules(f"{where}: {name!r} is not a {letter}-id")
    return list(table)
