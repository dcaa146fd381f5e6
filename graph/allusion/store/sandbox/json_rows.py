"""Rows of the engine in SPARQL 1.1 JSON, as `allusion.query.serializers` writes them.

A worker writes them, so that its owner only passes bytes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from json.encoder import encode_basestring as _encode
from typing import Any, Final

import pyoxigraph as ox

from ...core.terms import XSD_STRING, canonical_language

# Maximum number of terms whose text is cached.
_MAX_CACHED: Final = 20_000


class JsonRows:
    """Encoder of the rows of one result.

    Args:
        columns: Names of the variables.
        tags: Those that hold language tags, which are written in canonical form.
    """

    def __init__(self, columns: Sequence[str], tags: Collection[str]) -> None:
        self._keys = [f"{_encode(name)}:" for name in columns]
        self._tags = [name in tags for name in columns] if tags else []
        self._texts = _Texts()
        self._comma = b""

    def row(self, row: Iterable[Any]) -> str:
        """Return a row as a JSON object."""
        if self._tags:
            row = [
                _canonical(term) if is_tag else term
                for term, is_tag in zip(row, self._tags, strict=True)
            ]
        texts = self._texts
        bound = ",".join(
            [
                key + texts[term]
                for key, term in zip(self._keys, row, strict=True)
                if term is not None
            ]
        )
        return f"\n{{{bound}}}"

    def take(self, rows: Sequence[str], size: int) -> tuple[bytes, int, bool]:
        """Join rows up to a number of bytes, after those that were joined before.

        Returns:
            The text, the number of its rows, and whether these are all.
        """
        text = self._comma + ",".join(rows).encode()
        count = len(rows)
        if len(text) > size:
            text, count = b"", 0
            for row in rows:
                more = (b"," if text or self._comma else b"") + row.encode()
                if len(text) + len(more) > size:
                    break
                text += more
                count += 1
        if count:
            self._comma = b","
        return text, count, count == len(rows)


class _Texts(dict[Any, str]):
    """Cache of the texts of terms, because terms repeat in a column."""

    def __missing__(self, term: Any) -> str:
        if len(self) > _MAX_CACHED:
            self.clear()
        text = self[term] = _text(term)
        return text


def _text(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{_encode(term.value)}}}'
    if isinstance(term, ox.Literal):
        more = ""
        if language := term.language:
            more = f',"xml:lang":{_encode(canonical_language(language))}'
        elif (datatype := term.datatype.value) != XSD_STRING:
            more = f',"datatype":{_encode(datatype)}'
        return f'{{"type":"literal","value":{_encode(term.value)}{more}}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":{_encode(term.value)}}}'
    raise ValueError("triple terms (RDF 1.2) are not supported")


def _canonical(term: Any) -> Any:
    return ox.Literal(canonical_language(term.value)) if isinstance(term, ox.Literal) else term
