"""Exports in every format load back equal."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.build.bulk_load import load
from allusion.build.export import RDF_FORMATS, dump
from allusion.core.errors import ParameterError
from allusion.core.resources import locate
from allusion.store.default_graph import default_quads

OWN = """
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH <urn:one> {
  film:a a al:Film ; rdfs:label "A \\"quoted\\" \\\\ name"@zh-Hant, "two\\nlines\\r\\tand <&>" ;
    al:source <urn:no-source>, "a text where an IRI belongs" ; al:published "1994"^^xsd:gYear, 1994 ;
    al:runningTimeMinutes 102, 102.50, "x"^^<urn:type> ; rdfs:seeAlso [ rdfs:label "blank" ] .
  <person:literally> rdfs:label "its scheme is a prefix" .
}
GRAPH <urn:two> { film:a a al:Film ; <urn:p/n1> true }
film:a rdfs:comment "in no graph" .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.trig").write_text(OWN, encoding="utf-8")
    load([folder / "own.trig"], folder / "store", locate())
    return ox.Store.read_only(str(folder / "store/store"))


def canonical(quads: ox.Store | list[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@pytest.mark.parametrize("form", RDF_FORMATS)
def test_an_export_loads_back_equal(own: ox.Store, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    path.write_bytes(dump(own, form).encode())
    load([path], tmp_path / "store", locate())
    again = ox.Store.read_only(str(tmp_path / "store/store"))
    if form in ("nq", "trig"):
        assert canonical(again) == canonical(own)
    else:
        assert canonical(again) == canonical(list(default_quads(own)))


def test_json_ld_is_compact_with_the_context_of_the_project(own: ox.Store) -> None:
    document = json.loads(dump(own, "jsonld"))
    terms = document["@context"]
    assert terms["film"] == "https://w3id.org/allusion/film/"
    assert terms["al:source"] == {"@type": "@id"}
    assert terms["al:startOffset"] == {"@type": "xsd:integer"}
    assert "person" not in terms  # an IRI of the graph has it as its scheme
    (film,) = [node for node in document["@graph"] if node["@id"] == "film:a"]
    assert film["@type"] == "al:Film"
    assert film["al:source"] == [{"@value": "a text where an IRI belongs"}, "urn:no-source"]


def test_rdf_xml_export_reports_what_it_cannot_represent() -> None:
    node = ox.NamedNode("urn:a")
    store = ox.Store()
    store.add(ox.Quad(node, ox.NamedNode("urn:p"), ox.Literal("bell \x07")))
    with pytest.raises(ParameterError, match="control character in: <urn:a>"):
        dump(store, "rdf")
    store = ox.Store()
    store.add(ox.Quad(node, ox.NamedNode("http://example.org/1"), ox.Literal("x")))
    with pytest.raises(ParameterError, match="cannot hold the property of"):
        dump(store, "rdf")
