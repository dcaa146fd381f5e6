"""The site as files: complete, linked relatively, and no page too large."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from web_pages import Document

from allusion import open_or_build
from allusion.core.errors import OutputError
from allusion.core.resources import Resources
from allusion.knowledge_graph import KnowledgeGraph
from allusion.web.long_pages import MAX_STATIC_PAGE
from allusion.web.static_export import export_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("static") / "site"
    export_site(kg, made, "0123")
    return made


def test_every_link_leads_to_a_file(folder: Path) -> None:
    missing = set()
    pages = sorted(folder.rglob("*.html"))
    for path in pages:
        for link in Document(path.read_text(encoding="utf-8")).links:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            assert not parts.path.startswith("/"), link
            if not (path.parent / unquote(parts.path)).is_file():
                missing.add((path.relative_to(folder).as_posix(), link))
    assert len(pages) > 2000
    assert sorted(missing)[:5] == []


def test_no_page_is_too_large_and_none_has_a_script(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        assert path.stat().st_size <= MAX_STATIC_PAGE, path
        text = path.read_text(encoding="utf-8")
        assert "<script src" not in text
        assert "<form" not in text


def test_the_redirects_of_the_iris_lead_to_files(folder: Path) -> None:
    for name in ("film/chungking-express", "person/tomokazu-miura", "source/kpnv-223"):
        for form in ("html", "ttl", "jsonld"):
            assert (folder / f"{name}.{form}").is_file()
    vocabulary = Document((folder / "ontology.html").read_text(encoding="utf-8"))
    assert {"Film", "scheme-kind", "kind-name-drop", "role-director"} <= set(vocabulary.ids)
    for name in ("ontology.ttl", "kinds.rdf", "schemes.jsonld", "shapes.ttl", "void.ttl"):
        assert (folder / name).is_file()


def test_a_folder_with_other_files_is_left_alone(tiny: Resources, tmp_path: Path) -> None:
    graph = open_or_build(tiny)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(OutputError):
        export_site(graph, tmp_path / "mine", "0123")
    done = export_site(graph, tmp_path / "site", "0123")
    assert done.pages > 0
    assert export_site(graph, tmp_path / "site", "0123").pages == done.pages
