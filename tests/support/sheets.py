"""Sheets for tests, written as rows; their films, people and pages are invented."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from allusion.authoring.anchors import Text
from allusion.authoring.collection import Collection, create_collection
from allusion.authoring.concepts import Concepts
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.importing import ImportPlan, plan_import, plan_records
from allusion.authoring.layers import layered
from allusion.authoring.parsing import parse_sheet
from allusion.authoring.sheet_faults import SheetFault
from allusion.build.check.additions import AdditionChecker
from allusion.core.resources import Resources, locate
from allusion.search.name_index import NameIndex

Rows = Sequence[Sequence[str]]

SOURCES: Rows = (
    ("key", "title", "by", "url", "date", "type", "language"),
    ("night", "The Night Market, scene by scene", "Ada Lind", "https://example.org/n", "2020-03", "essay", "en"),
    ("talk", "A talk with the makers", "Bo Ek", "https://example.org/t", "2021", "interview", "en"),
)  # fmt: skip
CONNECTIONS: Rows = (
    ("from", "kind", "to", "says", "source", "where", "by", "sure"),
    ("The Night Market (film, 2019)", "name-drop", "Star (person)", "A seller calls the star's name.", "night", "par. 1", "", "seen"),
    ("", "prop-or-poster", "Later Film", "Its poster hangs over the stove.", "", "par. 2", "", ""),
    ("", "homage in a shot", "Rain Song (film, 1961)", "", "", "", "", ""),
    ("", "maker-states-influence", "Later Film", "The director saw it ten times.", "talk", "", "Cato Moe", ""),
)  # fmt: skip
WORKS: Rows = (
    ("name", "name (ja)", "kind", "year", "source", "director"),
    ("Cold Noodles", "冷やし中華", "film", "2001", "night", "Cato Moe; Dora Ness"),
)


def write_csv(folder: Path, **sheets: Rows) -> Path:
    """Write a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def collection_in(folder: Path, *, namespace: str = "", language: str = "en") -> Collection:
    """Make an empty collection."""
    collection = Collection(folder, folder.name, namespace or folder.name, language)
    create_collection(collection, "sheet")
    return collection


SMALL_GRAPH = """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX song: <https://w3id.org/allusion/song/>
PREFIX source: <https://w3id.org/allusion/source/>
PREFIX source-type: <https://w3id.org/allusion/source-type/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

film:hero a al:Film ; rdfs:label "Hero"@en ; dcterms:source source:list .
film:later a al:Film ; rdfs:label "Later Film"@en , "後來"@zh-Hant ; dcterms:source source:list .
film:namesake a al:Film ; rdfs:label "Star"@en ; dcterms:source source:list .
person:star a al:Person ; rdfs:label "Star"@en , "明星"@ja ; skos:altLabel "The Stár"@en ;
    dcterms:source source:list .
person:maker a al:Person ; rdfs:label "Mara Kern"@en ; dcterms:source source:list .
song:rain a al:Song ; rdfs:label "Rain"@en ; dcterms:source source:list .
"""
SMALL_SOURCE = """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX film: <https://w3id.org/allusion/film/>
PREFIX source: <https://w3id.org/allusion/source/>
PREFIX source-type: <https://w3id.org/allusion/source-type/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

film:later al:published "1994"^^xsd:gYear .
film:namesake al:published "1990"^^xsd:gYear .
source:list a al:Source ; dcterms:title "A list"@en ; dcterms:language "en" ;
    al:url <https://example.org/list> ; al:sourceType source-type:dataset .
"""


def write_small_graph(folder: Path) -> Resources:
    """Write a graph of some entities; two of them have one name."""
    (folder / "entities").mkdir(parents=True)
    (folder / "sources").mkdir()
    (folder / "entities/all.ttl").write_text(SMALL_GRAPH, encoding="utf-8")
    (folder / "sources/list.ttl").write_text(SMALL_SOURCE, encoding="utf-8")
    (folder / "sources/register.ttl").write_text(
        SMALL_SOURCE.split("\nfilm:later")[0]
        + '\nsource:register a al:Source ; dcterms:title "The register"@en ; '
        "al:sourceType source-type:register .\n",
        encoding="utf-8",
    )
    (folder / "wikidata.sssom.tsv").write_text(
        "#mapping_set_id: https://w3id.org/allusion/mapping\n"
        "#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\t"
        "mapping_justification\tconfidence\tpredicate_modifier\tcomment\n",
        encoding="utf-8",
    )
    return locate(folder)


class Desk:
    """A collection over a graph, and the imports into it."""

    def __init__(
        self, collection: Collection, resources: Resources, names: NameIndex, concepts: Concepts
    ) -> None:
        self.collection = collection
        self.resources = resources
        self.names = names
        self.concepts = concepts
        self.checker = AdditionChecker(resources)

    def beside(self, name: str, *, namespace: str = "", language: str = "en") -> Desk:
        """Make another collection over the same graph."""
        folder = self.collection.folder.parent / name
        return Desk(
            collection_in(folder, namespace=namespace, language=language),
            self.resources,
            self.names,
            self.concepts,
        )

    def plan(
        self, sheet: Path, *, remove: bool = False, texts: Mapping[str, Text] | None = None
    ) -> ImportPlan:
        """Plan an import, without the rules of the graph, which take a second."""
        stored = read_collection(self.collection, self.concepts)
        parsed = parse_sheet(
            sheet, self.collection, self.concepts, self.names, stored.content, texts
        )
        return plan_records(parsed, stored, self.collection, self.concepts, remove=remove)

    def checked(self, **sheets: Rows) -> ImportPlan:
        """Plan the import of a sheet with these rows, by the rules of the graph."""
        sheet = self.write_sheet(**sheets)
        return plan_import(sheet, self.collection, self.concepts, self.names, self.checker)

    def rows(self, **sheets: Rows) -> ImportPlan:
        """Plan the import of a sheet with these rows; sources and connections by default."""
        return self.plan(self.write_sheet(**sheets))

    def write_sheet(self, **sheets: Rows) -> Path:
        """Write a sheet with these rows; sources and connections by default."""
        folder = self.collection.folder / "sheet"
        for old in folder.glob("*.csv"):
            old.unlink()
        every: Mapping[str, Rows] = {"sources": SOURCES, "connections": CONNECTIONS} | sheets
        return write_csv(folder, **every)

    def faults(self, **sheets: Rows) -> list[SheetFault]:
        return self.rows(**sheets).parsed.faults

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file of the collection, in which it must be."""
        path = self.collection.sources / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def layered(self) -> Resources:
        """Return the graph with the collection over it."""
        return layered(self.resources, [self.collection.folder])

    def texts(self) -> dict[str, str]:
        folder = self.collection.sources
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))}
