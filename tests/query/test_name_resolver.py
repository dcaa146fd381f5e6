"""Parameters of canned queries that are IRIs or prefixed names need no index of names."""

from __future__ import annotations

from typing import NoReturn

import pytest

from allusion.build.bulk_load import load
from allusion.core.errors import UnknownName
from allusion.core.resources import locate
from allusion.core.vocabulary import BASE, PREFIXES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.name_resolver import NameResolver
from allusion.search.name_index import NameIndex

DATA = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + """source:s {
film:chungking-express a al:Film ; rdfs:label "A"@en .
person:b a al:Person ; rdfs:label "B"@en .
connection:c a al:Reference ; al:from film:chungking-express ;
    al:fromWork film:chungking-express ; al:to person:b ;
    dcterms:description "A names B."@en ; al:kind kind:name-drop ; al:certainty certainty:explicit ; al:evidence evidence:e .
evidence:e a al:Evidence ; al:source source:s .
source:s a al:Source ; dcterms:title "S"@en .
person:old dcterms:isReplacedBy person:older . person:older dcterms:isReplacedBy person:b . }
"""  # fmt: skip


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("unnamed")
    (folder / "own.trig").write_text(DATA, encoding="utf-8")
    load([folder / "own.trig"], folder / "store", locate(), inference=True)
    return KnowledgeGraph(folder / "store", locate())


def test_a_store_without_names_answers_for_iris_and_prefixed_names(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> NoReturn:
        raise AssertionError("the index of names was read")

    monkeypatch.setattr(NameIndex, "resolve", refused)
    for work in ((), ("film:chungking-express",)):  # the same as the default
        assert kg.query("what-it-refers-to", *work).column("targetLabel") == ["B"]
    for name in ("person:b", f"{BASE}person/b", "person:old"):
        assert kg.query("who-refers-to", name).column("originLabel") == ["A"]
    found = kg.query("most-referred-to", "kind:name-drop")
    assert found.column("targetLabel") == ["B"]


@pytest.mark.parametrize(
    ("name", "registers"),
    [
        ("film:none", ("film",)),
        ("person:b", ("film",)),
        ("person:old", ("film",)),
        (f"{BASE}film/a b", ("film",)),
        ("A", ("film",)),
        ("", ("film",)),
    ],
)
def test_other_names_are_looked_up_in_the_index(
    kg: KnowledgeGraph, name: str, registers: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownName):
        NameResolver(kg.store, lambda: kg.names)(name, registers)
