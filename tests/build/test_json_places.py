"""Lines of faults and warnings in JSON-LD and RDF/XML."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.build.json_places import JsonPlaces
from allusion.build.lenient_parsing import ProblemLocator, faults_of
from allusion.build.rdf_files import RdfFile
from allusion.build.rdf_parsing import ParsedStatement, parse
from allusion.core.vocabulary import AL, BASE

#: The value of each statement ends with its line.
DOCUMENT = f"""\
{{
  "@graph": [
    {{"id": "film:a", "links": {{"id": "film:b"}},
     "typ": "T4",
     "year": 5,
     "other": ["x\\u0036",
               "x7",
        {{"@value": "x8", "@language": "en"}}]}},
    {{"al:p": "9", "id": "{BASE}film/b",
     "name": "10"}},
    {{"year": 11,
     "inner": {{"id": "_:b",
               "name": "13"}},
     "links": {{
        "id": "film:15"}}, "id": "film:c"}}
  ],
  "@context": {{"@vocab": "{AL}", "film": "{BASE}film/", "al": "{AL}",
    "id": "@id", "typ": "@type", "name": "al:label", "links": {{"@id": "al:to"}}}}
}}
"""
XML = f"""\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:al="{AL}">
 <rdf:Description rdf:about="{BASE}film/a">
  <al:p>&#51;</al:p>
  <al:q
    rdf:resource="{BASE}film/5"/>
 </rdf:Description>
</rdf:RDF>
"""


def document(folder: Path, name: str, text: str) -> RdfFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    form = ox.RdfFormat.JSON_LD if name.endswith("jsonld") else ox.RdfFormat.RDF_XML
    return RdfFile(path, name, form, path.as_uri())


@pytest.mark.parametrize(("name", "text"), [("a.jsonld", DOCUMENT), ("a.rdf", XML)])
def test_each_statement_is_on_its_line(tmp_path: Path, name: str, text: str) -> None:
    file = document(tmp_path, name, text)
    places = ProblemLocator(file)
    found = []
    for item in parse(file):
        assert isinstance(item, ParsedStatement)
        value = item.quad.object
        if isinstance(value, ox.BlankNode | ox.Triple):
            continue
        if number := re.search(r"\d+$", value.value):
            found.append((places.line_of(item), int(number[0])))
    assert len(found) == (2 if name == "a.rdf" else 10)
    assert all(line == value for line, value in found), found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"@id": "urn:a",\n"urn:p": {"@value": "x",\n"@type": 5},\n"urn:q": "x"}', 3),
        ('[{"@id": "urn:a"},\n{"@id": "urn:b",\n"@reverse": 7}]', 3),
        ('{"@context": {"a": "urn:a",\n"p": {"@id": "urn:p",\n"@container": "@foo"}}}', 2),
        ('{"@id": "urn:a",\n\n"@context": "https://example.org/context"}', 3),
        ('{"@id": "urn:a",\n"urn:p": "x",,}', 2),
    ],
)  # fmt: skip
def test_an_error_is_on_the_line_of_the_innermost_value(
    tmp_path: Path, text: str, line: int
) -> None:
    (problem,) = faults_of(document(tmp_path, "a.jsonld", text))
    assert problem.line == line


def test_a_text_that_is_not_json_or_nested_too_deeply_has_no_lines() -> None:
    for text in ("{", "[" * 100_000 + "]" * 100_000):
        assert JsonPlaces(text, "").find_error("any") == 0
