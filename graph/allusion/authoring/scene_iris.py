"""IRIs of scenes and lines: each text of a work has one, and no two texts share one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from ..core.labels import Name, fold
from .records import Content
from .slugs import digest_of
from .to_rdf import line_iri, scene_iri


class SceneIris:
    """IRIs of scenes and lines; those of a collection are kept.

    Args:
        namespace: Namespace of the collection.
        existing: Content whose scenes and lines have their IRIs already.
    """

    def __init__(self, namespace: str, existing: Content) -> None:
        self._namespace = namespace
        self._iris: dict[Hashable, str] = {}
        self._taken: set[str] = set()
        for connection in existing.connections.values():
            for one in connection.evidence:
                if one.scene and one.scene.names:
                    self._keep(one.scene.iri, _scene_keys(one.scene.work, one.scene.names))
                if one.line:
                    self._keep(one.line.iri, [(one.line.work, one.line.text)])

    def scene(self, work: str, names: tuple[Name, ...]) -> str:
        """Return the IRI of a scene; names that differ in case or punctuation are one scene."""
        return self._find(_scene_keys(work, names), scene_iri, work, names)

    def line(self, work: str, text: Name) -> str:
        """Return the IRI of a line; every sign and the language count."""
        return self._find([(work, text)], _line_iri, work, (text,))

    def _find(
        self,
        keys: list[Hashable],
        iri_of: Callable[[str, tuple[Name, ...], str], str],
        work: str,
        names: tuple[Name, ...],
    ) -> str:
        found = next((self._iris[key] for key in keys if key in self._iris), "")
        if not found:
            found = iri_of(work, names, self._namespace)
            if found in self._taken:
                texts = (part for name in names for part in (name.text, name.language))
                found = f"{found}-{digest_of(*texts)}"
        self._keep(found, keys)
        return found

    def _keep(self, iri: str, keys: Iterable[Hashable]) -> None:
        self._taken.add(iri)
        for key in keys:
            self._iris.setdefault(key, iri)


def _scene_keys(work: str, names: Iterable[Name]) -> list[Hashable]:
    return [("scene", work, fold(name.text) or name.text) for name in names]


def _line_iri(work: str, names: tuple[Name, ...], namespace: str) -> str:
    return line_iri(work, names[0], namespace)
