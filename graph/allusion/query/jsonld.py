"""Serializer for compact JSON-LD with the context of the project.

Source: https://www.w3.org/TR/json-ld11/#the-context
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox

from ..core.terms import XSD, XSD_STRING, canonical_language, shorten
from ..core.vocabulary import AL, PREFIXES

_TYPE: Final = PREFIXES["rdf"] + "type"
_OBJECT: Final = PREFIXES["owl"] + "ObjectProperty"
_RANGE: Final = PREFIXES["rdfs"] + "range"


def context(triples: Iterable[ox.Triple]) -> dict[str, Any]:
    """Return the JSON-LD context for a graph.

    It contains the used prefixes of the project. If the graph holds the ontology, it also has
    ``@type`` for each property whose values are IRIs or of one datatype. A prefix is omitted if
    it equals the scheme of an IRI in the graph, because that IRI would be ambiguous.
    """
    schemes: set[str] = set()
    used: set[str] = set()
    typed: dict[str, dict[str, str]] = {}
    for triple in triples:
        for node in (triple.subject, triple.predicate, triple.object):
            iri = node.datatype if isinstance(node, ox.Literal) else node
            if isinstance(iri, ox.NamedNode):
                schemes.add(iri.value.partition(":")[0])
                used.add(shorten(iri.value).partition(":")[0])
        subject, value = getattr(triple.subject, "value", ""), getattr(triple.object, "value", "")
        if not subject.startswith(AL):
            continue
        if triple.predicate.value == _TYPE and value == _OBJECT:
            typed[shorten(subject)] = {"@type": "@id"}
        elif triple.predicate.value == _RANGE and value.startswith(XSD) and value != XSD_STRING:
            typed.setdefault(shorten(subject), {"@type": shorten(value)})
    prefixes = {name: iri for name, iri in PREFIXES.items() if name in used - schemes}
    known = {key: kind for key, kind in typed.items() if _is_known(key, prefixes)}
    return {**prefixes, **dict(sorted(known.items()))}


def compact(triples: Iterable[ox.Triple]) -> Iterator[str]:
    """Yield triples as one JSON-LD document, in pieces that end at node boundaries.

    Args:
        triples: Triples grouped by subject.
    """
    triples = list(triples)
    terms = context(triples)
    yield f'{{\n"@context": {_encode_json(terms)},\n"@graph": ['
    comma = "\n"
    for node in _nodes(triples, terms):
        yield comma + _encode_json(node)
        comma = ",\n"
    yield "\n]}\n"


def _nodes(triples: Iterable[ox.Triple], terms: dict[str, Any]) -> Iterator[dict[str, Any]]:
    node: dict[str, Any] = {}
    for triple in triples:
        about = _id(triple.subject, terms)
        if node and node["@id"] != about:
            yield node
            node = {}
        node.setdefault("@id", about)
        if triple.predicate.value == _TYPE and not isinstance(triple.object, ox.Literal):
            key, value = "@type", _id(triple.object, terms)
        else:
            key = _id(triple.predicate, terms)
            value = _value(triple.object, terms.get(key, {}), terms)
        if key not in node:
            node[key] = value
        elif isinstance(node[key], list):
            node[key].append(value)
        else:
            node[key] = [node[key], value]
    if node:
        yield node


def _id(node: Any, terms: dict[str, Any]) -> str:
    if isinstance(node, ox.NamedNode):
        short = shorten(node.value)
        return short if _is_known(short, terms) else node.value
    return str(node)


def _is_known(short: str, terms: dict[str, Any]) -> bool:
    return short.partition(":")[0] in terms


def _value(node: Any, kind: dict[str, str], terms: dict[str, Any]) -> Any:
    coerced = kind.get("@type", "")
    if not isinstance(node, ox.Literal):
        return _id(node, terms) if coerced == "@id" else {"@id": _id(node, terms)}
    if node.language:
        return {"@value": node.value, "@language": canonical_language(node.language)}
    datatype = node.datatype.value
    if datatype == XSD_STRING:
        return {"@value": node.value} if coerced else node.value
    short = _id(node.datatype, terms)
    return node.value if short == coerced else {"@value": node.value, "@type": short}


_encode_json: Final = json.JSONEncoder(ensure_ascii=False, indent=1).encode
