"""Serializer for RDF/XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from ..core.errors import ParameterError
from ..core.terms import canonical_language, xml_text

# The part of an IRI that is used as the local name of an element.
_LOCAL_NAME: Final = re.compile(r"[^\W\d][\w.-]*$")
# A language tag in an element, not in a text.
_LANGUAGE_TAG: Final = re.compile(r'(<[^<>]*\sxml:lang=")([A-Za-z0-9-]+)(?=")')


def rdf_xml(triples: Sequence[ox.Triple], prefixes: dict[str, str]) -> str:
    """Serialize triples as RDF/XML, with canonical language tags.

    Raises:
        ParameterError: If a predicate or a text cannot be written in XML.
    """
    for triple in triples:
        if (
            isinstance(triple.object, ox.Literal)
            and xml_text(triple.object.value) != triple.object.value
        ):
            raise _unsupported("the control character in", triple)
        if not _LOCAL_NAME.search(triple.predicate.value):
            raise _unsupported("the property of", triple)
    written = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=prefixes) or b""
    return _LANGUAGE_TAG.sub(
        lambda found: found[1] + canonical_language(found[2]), written.decode()
    )


def _unsupported(what: str, triple: ox.Triple) -> ParameterError:
    return ParameterError(f"RDF/XML cannot hold {what}: {triple}; choose another format")
