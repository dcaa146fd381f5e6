"""The metadata of the ontology, by the tests of FOOPS! that need no network.

Each test is named by the code of the one it does again, as FOOPS! 0.3.2 has it
(https://w3id.org/foops/catalog; github.com/oeg-upm/fair_ontologies). Its other tests ask
a server for the ontology and belong to whoever publishes it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD
from rdflib.term import Node

from allusion.core.vocabulary import AL, BASE, ONTOLOGY

FOLDER = Path(__file__).parents[2] / "ontology"
HEAD = URIRef(ONTOLOGY)
BIBO = Namespace("http://purl.org/ontology/bibo/")
DOAP = Namespace("http://usefulinc.com/ns/doap#")
MOD = Namespace("https://w3id.org/mod#")
PAV = Namespace("http://purl.org/pav/")
CC = Namespace("http://creativecommons.org/ns#")
HTTP_SDO = Namespace("http://schema.org/")

#: What FOOPS! calls each piece of metadata, and the properties in which it looks for it.
FOUND_IN: dict[str, tuple[URIRef, ...]] = {
    "title": (DC.title, DCTERMS.title, SDO.name, HTTP_SDO.name),
    "description": (
        DCTERMS.abstract,
        DCTERMS.description,
        DC.description,
        SDO.description,
        RDFS.comment,
        DOAP.description,
        SKOS.note,
    ),
    "license": (DCTERMS.license, SDO.license, HTTP_SDO.license, DOAP.license, CC.license),
    "version iri": (OWL.versionIRI,),
    "author": (
        DC.creator,
        DCTERMS.creator,
        SDO.creator,
        PAV.createdBy,
        PAV.authoredBy,
        FOAF.maker,
        PROV.wasAttributedTo,
        DOAP.developer,
    ),
    "namespace URI": (VANN.preferredNamespaceUri,),
    "namespace prefix": (VANN.preferredNamespacePrefix,),
    "version info": (OWL.versionInfo, SDO.schemaVersion),
    "creation date": (
        DCTERMS.created,
        SDO.dateCreated,
        DOAP.created,
        PROV.generatedAtTime,
        PAV.createdOn,
    ),
    "citation": (DCTERMS.bibliographicCitation,),
    "contributor": (DC.contributor, DCTERMS.contributor, SDO.contributor, PAV.contributedBy),
    "doi": (BIBO.doi,),
    "publisher": (DC.publisher, DCTERMS.publisher, SDO.publisher),
    "logo": (FOAF.logo, SDO.logo, HTTP_SDO.logo),
    "status": (BIBO.status, MOD.status),
    "source": (DC.source, DCTERMS.source, PROV.hadPrimarySource),
    "issued": (DCTERMS.issued, URIRef(f"{DCTERMS}submitted"), SDO.datePublished),
    "previous version": (
        DCTERMS.replaces,
        PROV.wasRevisionOf,
        OWL.priorVersion,
        PAV.previousVersion,
    ),
    "backwards compatibility": (OWL.backwardCompatibleWith,),
    "modified": (DCTERMS.modified, SDO.dateModified),
}
#: FOOPS! reads these as literals and takes an address for nothing.
LITERALS = {"title", "description", "version info", "creation date", "modified"}
METADATA_VOCABULARIES = (
    str(DC), str(SDO), str(HTTP_SDO), str(DCTERMS), str(VANN), str(PROV), str(BIBO), str(PAV),
    str(FOAF), str(RDFS), str(OWL), str(DOAP), str(MOD),
)  # fmt: skip


@cache
def core() -> Graph:
    return Graph(bind_namespaces="none").parse(FOLDER / "allusion.ttl")


def metadata(graph: Graph) -> set[str]:
    """The pieces of metadata that FOOPS! would find in the header."""
    return {
        name
        for name, properties in FOUND_IN.items()
        for prop in properties
        for value in graph.objects(HEAD, prop)
        if name not in LITERALS or isinstance(value, Literal)
    }


def missing(*wanted: str) -> set[str]:
    return set(wanted) - metadata(core())


def terms(graph: Graph) -> set[Node]:
    """Classes, object and data properties of the ontology: annotation properties are not asked."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(AL)}


def test_om1_minimum_metadata() -> None:
    assert missing(
        "title", "description", "license", "version iri", "author", "namespace URI"
    ) == set()  # fmt: skip


def test_om2_recommended_metadata() -> None:
    assert missing("namespace prefix", "version info", "creation date", "citation") == set()
    assert missing("contributor") == set(), "optional, and asked for by a warning"


def test_om3_detailed_metadata_but_for_a_doi_that_nobody_has_registered() -> None:
    assert missing("doi", "publisher", "logo", "status", "source", "issued") == {"doi"}
    assert missing("previous version", "backwards compatibility", "modified") == set()


def test_om4_1_license() -> None:
    (licence,) = core().objects(HEAD, DCTERMS.license)
    assert licence == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")


def test_om5_1_basic_provenance() -> None:
    assert missing("creation date", "author") == set()
    assert missing("contributor", "previous version") == set()


def test_om5_2_detailed_provenance() -> None:
    assert missing("issued", "publisher") == set()


def test_ver1_a_version_address_that_is_not_that_of_the_ontology() -> None:
    (version,) = core().objects(HEAD, OWL.versionIRI)
    assert version != HEAD
    assert len(list(core().objects(HEAD, OWL.versionInfo))) == 1


def test_voc1_metadata_is_in_vocabularies_that_exist() -> None:
    used = {str(prop) for prop in core().predicates(HEAD)}
    assert all(prop.startswith((*METADATA_VOCABULARIES, str(RDF))) for prop in used)


def test_voc2_other_vocabularies_are_imported_or_reused() -> None:
    graph = core()
    named = {s for s in graph.subjects(RDF.type, OWL.Class) if isinstance(s, URIRef)}
    foreign = {s for s in named if not str(s).startswith((ONTOLOGY, str(OWL)))}
    assert foreign or list(graph.objects(HEAD, OWL.imports))


def test_voc3_every_term_has_a_label() -> None:
    graph = core()
    assert len(terms(graph)) > 100
    assert {t for t in terms(graph) if (t, RDFS.label, None) not in graph} == set()


def test_voc4_every_term_has_a_description() -> None:
    graph = core()
    assert {t for t in terms(graph) if (t, SKOS.definition, None) not in graph} == set()


def test_find1_a_prefix_is_declared() -> None:
    assert list(core().objects(HEAD, VANN.preferredNamespacePrefix)) == [Literal("al")]


def test_rdf1_and_purl1_the_file_parses_and_its_address_is_persistent() -> None:
    assert len(core()) > 1000
    assert ONTOLOGY.startswith("https://w3id.org/")


@pytest.mark.parametrize("name", [name for name in FOUND_IN if name != "doi"])
def test_missing_metadata_is_detected(name: str) -> None:
    spoilt = Graph()
    spoilt += core()
    for prop in FOUND_IN[name]:
        spoilt.remove((HEAD, prop, None))
    assert metadata(core()) - metadata(spoilt) == {name}


# --- versions --------------------------------------------------------------------------


def test_every_file_and_the_citation_are_of_one_version() -> None:
    version = core().value(HEAD, OWL.versionInfo)
    for name, head in (("shapes", f"{ONTOLOGY}/shapes"), ("alignments", f"{ONTOLOGY}/alignments")):
        graph = Graph().parse(FOLDER / f"{name}.ttl")
        assert graph.value(URIRef(head), OWL.versionInfo) == version
        assert graph.value(URIRef(head), OWL.versionIRI) == URIRef(f"{head}/{version}")
    citation = str(core().value(HEAD, DCTERMS.bibliographicCitation))
    assert f"version {version}." in citation
    assert citation.endswith(ONTOLOGY)


def test_the_changelog_begins_with_the_version_of_the_files_and_goes_on_with_the_one_before() -> (
    None
):
    text = (FOLDER / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    graph = core()
    version, day = entries[0]
    assert graph.value(HEAD, OWL.versionInfo) == Literal(version)
    assert graph.value(HEAD, DCTERMS.issued) == Literal(day, datatype=XSD.date)
    assert graph.value(HEAD, OWL.priorVersion) == URIRef(f"{ONTOLOGY}/{entries[1][0]}")
    numbers = [tuple(map(int, entry[0].split("."))) for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert [day for _, day in entries] == sorted((day for _, day in entries), reverse=True)


def test_the_days_of_the_header_are_in_order() -> None:
    created, issued, modified = (
        core().value(HEAD, prop) for prop in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified)
    )
    assert isinstance(created, Literal)
    assert isinstance(issued, Literal)
    assert isinstance(modified, Literal)
    assert created <= issued <= modified


def test_the_logo_is_a_drawing_without_script_or_request() -> None:
    assert core().value(HEAD, SDO.logo) == URIRef(f"{BASE}logo.svg")
    text = (FOLDER / "logo.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg ")
    assert len(text) < 2000
    assert not re.search(r"<script|<image|<use|href|\bon\w+=|url\(", text)


def test_the_source_of_the_ontology_is_a_source_of_the_graph() -> None:
    (source,) = core().objects(HEAD, DCTERMS.source)
    assert (FOLDER.parent / f"graph/data/sources/{str(source).rsplit('/')[-1]}.ttl").is_file()
