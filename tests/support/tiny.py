"""A graph of three entities, one connection and one source."""

from __future__ import annotations

from pathlib import Path

from allusion.core.resources import Resources, locate

ENTITIES = """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/allusion/source/>

film:later
    a al:Film ;
    rdfs:label
        "Later Film"@en ,
        "後來"@zh-Hant ;
    dcterms:source source:review ;
.

film:namesake
    a al:Film ;
    rdfs:label "Star"@en ;
    dcterms:source source:review ;
.

person:star
    a al:Person ;
    rdfs:label
        "Star"@en ,
        "明星"@ja ;
    dcterms:source source:review ;
    skos:altLabel "The Stár"@en ;
.
"""

SOURCES = {
    "register": """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX source: <https://w3id.org/allusion/source/>
PREFIX source-type: <https://w3id.org/allusion/source-type/>

source:register
    a al:Source ;
    dcterms:title "The register of entities"@en ;
    al:sourceType source-type:register ;
.
""",
    "review": """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX certainty: <https://w3id.org/allusion/certainty/>
PREFIX connection: <https://w3id.org/allusion/connection/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX evidence: <https://w3id.org/allusion/evidence/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX kind: <https://w3id.org/allusion/kind/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/allusion/source/>
PREFIX source-type: <https://w3id.org/allusion/source-type/>
PREFIX stance: <https://w3id.org/allusion/stance/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

connection:later-star
    a al:Reference ;
    rdfs:label "names"@en ;
    dcterms:description "The later film names the star."@en ;
    al:certainty certainty:explicit ;
    al:evidence evidence:review-star ;
    al:from film:later ;
    al:kind kind:name-drop ;
    al:to person:star ;
.

film:namesake
    al:published "1990"^^xsd:gYear ;
.

evidence:review-star
    a al:Evidence ;
    dcterms:description "The reviewer hears the star named."@en ;
    al:endOffset 20 ;
    al:source source:review ;
    al:spanSha256 "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae" ;
    al:stance stance:supports ;
    al:startOffset 5 ;
.

film:later
    al:published "1994"^^xsd:gYear ;
.

source:review
    a al:Source ;
    dcterms:language "en" ;
    dcterms:title "A review"@en ;
    al:sourceType source-type:review ;
    al:textLength 100 ;
    al:textSha256 "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" ;
    al:url <https://example.org/review> ;
.
""",
}

MAPPINGS = (
    "#mapping_set_id: https://w3id.org/allusion/mapping\n"
    "#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
    "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\t"
    "confidence\tpredicate_modifier\tcomment\n"
    "film:later\tLater Film\tskos:exactMatch\twd:Q1\tLater\tsemapv:ManualMappingCuration\t0.9\t\t"
    "seen in https://example.org/list\n"
    "film:later\tLater Film\tskos:exactMatch\twd:Q2\tOther\tsemapv:ManualMappingCuration\t0.9\tNot\t"
    "a namesake\n"
)


def write_tiny(data: Path) -> Resources:
    """Write a graph of three entities, one connection and one source."""
    (data / "entities").mkdir(parents=True)
    (data / "sources").mkdir()
    (data / "entities/all.ttl").write_text(ENTITIES, encoding="utf-8")
    for name, text in SOURCES.items():
        (data / f"sources/{name}.ttl").write_text(text, encoding="utf-8")
    (data / "wikidata.sssom.tsv").write_text(MAPPINGS, encoding="utf-8")
    return locate(data)
