"""Lines of statements and errors in JSON-LD, whose parser reports no positions."""

from __future__ import annotations

import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox

from ..core.vocabulary import PREFIXES

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')
_TYPE: Final = PREFIXES["rdf"] + "type"
_OPENING: Final = "{["
_CONTEXT: Final = "@context"
_MAX_ALIASES: Final = 4
# Number of values that are compared outside of the object of the subject.
_MAX_OTHERS: Final = 1000

Path = tuple[str | int, ...]
"""Keys and indexes from the root of the document to a value."""


class _Scalar(NamedTuple):
    path: Path
    line: int
    value: str


class JsonPlaces:
    """Lines of a JSON-LD document.

    Args:
        text: The document.
        base: Base IRI of the document.
    """

    def __init__(self, text: str, base: str) -> None:
        self._base = base
        #: Line of each key, and of each value in a list.
        self._lines: dict[Path, int] = {(): 1}
        self._scalars: list[_Scalar] = []
        #: Indexes of the first scalar of each object or list, and after the last.
        self._ranges: dict[Path, tuple[int, int]] = {}
        self._terms: dict[str, str] = {}
        self._vocabularies: list[str] = []
        self._data: Any = None
        with contextlib.suppress(ValueError, RecursionError):
            self._data = json.loads(text)
            self._read(text)
        for context in _contexts(self._data):
            self._read_context(context)
        #: Indexes of scalars by what they can mean, in lower case.
        self._places: dict[str, list[int]] = defaultdict(list)
        for index, scalar in enumerate(self._scalars):
            for meaning in {one.casefold() for one in self._meanings(scalar.value)}:
                self._places[meaning].append(index)

    def _read(self, text: str) -> None:
        """Record the lines of keys and values of a valid document."""
        line = 1
        path: list[str | int] = []
        opened: list[str] = []
        starts: list[int] = []
        after_colon = False
        for found in _TOKEN.finditer(text):
            piece = found[0]
            is_key = bool(opened) and opened[-1] == "{" and not after_colon
            if piece == "\n":
                line += 1
            elif piece == ":":
                after_colon = True
            elif piece == ",":
                after_colon = False
                if opened[-1] == "[":
                    path[-1] = int(path[-1]) + 1
            elif piece in "}]":
                opened.pop()
                path.pop()
                self._ranges[tuple(path)] = (starts.pop(), len(self._scalars))
                after_colon = False
            elif is_key:
                path[-1] = json.loads(piece)
                self._lines[tuple(path)] = line
            else:
                self._lines.setdefault(tuple(path), line)
                if piece in _OPENING:
                    opened.append(piece)
                    starts.append(len(self._scalars))
                    path.append(0)
                    after_colon = False
                else:
                    value = json.loads(piece) if piece.startswith('"') else piece
                    self._scalars.append(_Scalar(tuple(path), line, value))

    def _read_context(self, context: dict[str, Any]) -> None:
        for name, value in context.items():
            iri = value.get("@id") if isinstance(value, dict) else value
            if isinstance(iri, str):
                if name == "@vocab":
                    self._vocabularies.append(iri)
                else:
                    self._terms[name] = iri

    def find_statement(self, quad: ox.Quad, term: str = "") -> int:
        """Return the line of a statement; 0 if it is not found.

        Args:
            quad: The statement.
            term: The term of it to look for; "" is its object.
        """
        term = term or str(getattr(quad.object, "value", quad.object))
        subject = getattr(quad.subject, "value", "")
        places = self._with_value(subject)
        nodes = [self._scalars[i].path[:-1] for i in places if self._is_identifier(i)]
        of_subject = [i for node in nodes for i in range(*self._ranges[node])]
        # Best first: the term as a value of the property, of another subject (which can be a blank
        # node), the property, the term elsewhere.
        fits: list[tuple[int, int]] = []
        for i in of_subject:
            path, line, value = self._scalars[i]
            if _CONTEXT in path:
                continue
            key = next((k for k, name in enumerate(path) if self._is_property(name, quad)), None)
            is_term = self._is(value, term)
            if is_term and key is not None:
                return line
            if key is not None:
                fits.append((1, self._lines[path[: key + 1]]))
            fits.append((2 if is_term else 4, line))
        for i in self._with_value(term)[:_MAX_OTHERS]:
            path, line, _ = self._scalars[i]
            fits.append((0 if any(self._is_property(name, quad) for name in path) else 3, line))
        return min(fits)[1] if fits else 0

    def _with_value(self, value: str) -> list[int]:
        return self._places.get(value.casefold(), [])

    def _is_identifier(self, index: int) -> bool:
        path = self._scalars[index].path
        return bool(path) and _CONTEXT not in path and self._is(path[-1], "@id")

    def _is_property(self, name: str | int, quad: ox.Quad) -> bool:
        return self._is(name, quad.predicate.value) or (
            quad.predicate.value == _TYPE and self._is(name, "@type")
        )

    def _is(self, name: str | int, wanted: str) -> bool:
        """Return whether a key or value can mean this keyword, IRI or text."""
        if not isinstance(name, str) or not wanted:
            return False
        return wanted.casefold() in (one.casefold() for one in self._meanings(name))

    def _meanings(self, name: str) -> Iterator[str]:
        yield name
        for _ in range(_MAX_ALIASES):
            if name not in self._terms:
                break
            name = self._terms[name]
            yield name
        prefix, colon, local = name.partition(":")
        if colon and prefix in self._terms:
            yield from (meaning + local for meaning in self._meanings(prefix))
        elif not colon:
            yield from (vocabulary + name for vocabulary in self._vocabularies)
            yield urljoin(self._base, name)

    def find_error(self, reason: str) -> int:
        """Return the line of the innermost value that has an error by itself.

        Args:
            reason: Message of the error for the whole document.

        Returns:
            0 if no part has the error by itself.
        """
        path: Path = ()
        value = self._data
        contexts: list[Any] = []
        name: str | int = "@graph"
        while True:
            parts: list[tuple[str | int, Any]] = []
            if isinstance(value, dict):
                for place, context in self._contexts_of(path, value):
                    contexts = [*contexts, context]
                    if self._fails({_CONTEXT: contexts}, reason):
                        return self._line_in_context(place, contexts, reason)
                parts = [item for item in value.items() if item[0] != _CONTEXT]
            elif isinstance(value, list):
                parts = list(enumerate(value))
            for key, part in parts:
                around = name if isinstance(key, int) else key
                if self._fails({_CONTEXT: contexts, str(around): part}, reason):
                    path, value, name = (*path, key), part, around
                    break
            else:
                return self._lines[path] if path else 0

    @staticmethod
    def _contexts_of(path: Path, node: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
        """Yield the contexts of a node, with their paths."""
        found = node.get(_CONTEXT, [])
        place = (*path, _CONTEXT)
        if isinstance(found, list):
            yield from (((*place, number), one) for number, one in enumerate(found))
        else:
            yield place, found

    def _line_in_context(self, path: Path, contexts: Sequence[Any], reason: str) -> int:
        *outer, last = contexts
        for key, part in last.items() if isinstance(last, dict) else ():
            if self._fails({_CONTEXT: [*outer, {key: part}]}, reason):
                path = (*path, key)
                break
        return self._lines[path]

    def _fails(self, document: dict[str, Any], reason: str) -> bool:
        text = json.dumps(document)
        try:
            for _ in ox.parse(
                text, ox.RdfFormat.JSON_LD, base_iri=self._base or None, lenient=True
            ):
                pass
        except SyntaxError as error:
            return reason in error.msg
        return False


def _contexts(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the inline contexts of a document."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            context = value.get(_CONTEXT)
            for one in context if isinstance(context, list) else [context]:
                if isinstance(one, dict):
                    yield one
            waiting += value.values()
