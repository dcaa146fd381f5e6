"""Sources to and from reference managers, and passages as Web Annotations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from sheets import SOURCES, Desk
from terminal import Run

from allusion.authoring.records import Source
from allusion.authoring.references import read_references

CSL = """[
 {"id": "http://zotero.org/users/1/items/lind2020", "type": "article-journal",
  "title": "The Night Market, scene by scene", "URL": "https://example.org/n", "language": "en",
  "author": [{"family": "Lind", "given": "Ada"}, {"literal": "The Market Collective"}],
  "issued": {"date-parts": [[2020, 3]]}},
 {"id": "talk", "type": "interview", "title": "夜市の話", "language": "ja", "issued": {"raw": "2021"}}
]"""
BIBTEX = r"""
@article{lind2020, title = {The {Night} Market, scene by scene}, url = {https://example.org/n},
  author = {Lind, Ada and {The Market Collective}}, year = 2020, month = mar, langid = {en}}

@book{oest, title = {{\"O}stliche N\"achte}, author = {Bo von Ek}, date = {1999}}
"""


def sources(desk: Desk, name: str, text: str) -> dict[str, Source]:
    path = desk.collection.folder / name
    path.write_text(text, encoding="utf-8")
    plan = desk.plan(path)
    assert plan.parsed.faults == []
    return {source.key: source for source in plan.content.sources.values()}


def test_references_of_zotero_are_sources(desk: Desk) -> None:
    found = sources(desk, "refs.json", CSL)
    lind = found["lind2020"]
    assert lind.by == ("Ada Lind", "The Market Collective")
    assert (lind.type, lind.date and lind.date.text, lind.url) == ("essay", "2020-03", "https://example.org/n")  # fmt: skip
    assert (found["talk"].title.language, found["talk"].type) == ("ja", "interview")


def test_bibtex_is_read_with_its_accents_and_names(desk: Desk) -> None:
    found = sources(desk, "refs.bib", BIBTEX)
    assert found["lind2020"].by == ("Ada Lind", "The Market Collective")
    assert found["lind2020"].title.text == "The Night Market, scene by scene"
    assert found["lind2020"].date
    assert found["lind2020"].date.text == "2020-03"
    assert (found["oest"].title.text, found["oest"].by) == ("Östliche Nächte", ("Bo von Ek",))


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("refs.bib", BIBTEX + "@book{x, title = {A}\n@misc{y, title = {B}}", "refs.bib!"),
        ("refs.json", "[", "refs.json"),
        ("refs.json", '{"a": 1}', "refs.json"),
        ("refs.json", '[{"id": "x", "type": "book"}]', "refs.json!1"),
    ],
)
def test_faults_of_references_are_named(desk: Desk, name: str, text: str, place: str) -> None:
    path = desk.collection.folder / name
    path.write_text(text, encoding="utf-8")
    faults = desk.plan(path).parsed.faults
    assert faults
    assert str(faults[0].place).startswith(place)


@pytest.mark.parametrize("ending", [".json", ".bib"])
def test_sources_go_out_and_come_back(run: Run, desk: Desk, tmp_path: Path, ending: str) -> None:
    desk.rows(connections=()).write("import")
    out = tmp_path / f"refs{ending}"
    assert run("export", "--sheet", str(desk.collection.folder), "-o", str(out)).code == 0
    table, faults = read_references(out)
    assert faults == []
    assert table is not None
    rows = [[row[name].text for name in ("key", "title", "by", "url", "date", "language")] for row in table.rows]  # fmt: skip
    assert rows == [[*row[:5], row[6]] for row in SOURCES[1:]]


def test_passages_go_out_as_web_annotations(run: Run, desk: Desk, tmp_path: Path) -> None:
    desk.rows().write("import")
    out = tmp_path / "passages.jsonld"
    assert run("export", "--sheet", str(desk.collection.folder), "-o", str(out)).code == 0
    page = json.loads(out.read_text(encoding="utf-8"))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert len(page["items"]) == 4
    text = "".join(desk.texts().values())
    assert all(item["id"].rpartition("/")[2] in text for item in page["items"])
    assert {item["target"]["source"] for item in page["items"]} == {"https://example.org/n", "https://example.org/t"}  # fmt: skip


HYPOTHESIS = {
    "rows": [
        {
            "uri": "https://example.org/n",
            "text": "The poster again.",
            "tags": ["Later Film"],
            "target": [
                {
                    "source": "https://example.org/n",
                    "selector": [
                        {"type": "TextPositionSelector", "start": 3, "end": 9},
                        {"type": "TextQuoteSelector", "exact": "a poster", "prefix": "x"},
                    ],
                }
            ],
        }
    ]
}
W3C = {
    "type": "Annotation",
    "body": [
        {"type": "TextualBody", "value": "The poster again."},
        {"type": "TextualBody", "value": "Later Film", "purpose": "tagging"},
    ],
    "target": {
        "source": "https://example.org/n",
        "selector": {"type": "TextQuoteSelector", "exact": "a poster"},
    },
}


@pytest.mark.parametrize(("name", "data"), [("h.json", HYPOTHESIS), ("w.jsonld", [W3C])])
def test_annotations_become_a_draft(run: Run, tmp_path: Path, name: str, data: object) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(data), encoding="utf-8")
    done = run("annotate", str(path), "--about", "Rain")
    assert done.code == 0
    draft = yaml.safe_load(done.out)
    assert draft["sources"] == [{"key": "example-org-n", "url": "https://example.org/n"}]
    assert draft["connections"] == [
        {"from": "Rain", "to": "Later Film", "says": "The poster again.", "source": "example-org-n", "quote": "a poster"}
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["[", "{}", "3"])
def test_a_file_without_annotations_is_named(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonld"
    path.write_text(text, encoding="utf-8")
    done = run("annotate", str(path))
    assert done.code == 3
    assert "x.jsonld" in done.err
