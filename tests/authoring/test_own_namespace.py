"""A collection with IRIs of its own: in its files, and in everything that reads or writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from sheets import CONNECTIONS, WORKS, Desk
from terminal import Run

from allusion.authoring.collection import Collection, create_collection, open_collection
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.layers import layered
from allusion.build.check import all_faults
from allusion.build.check.style import canonical
from allusion.core.errors import DataError, ParameterError
from allusion.core.own_namespace import OwnNamespace
from allusion.core.vocabulary import BASE

OWN = OwnNamespace("https://example.org/night-films/")
NIGHT = "https://example.org/night-films/film/the-night-market"
IN_GRAPH = "film:example-org-night-films-the-night-market"


@pytest.fixture
def own(desk: Desk) -> Desk:
    folder = desk.collection.folder.parent / "own"
    create_collection(Collection(folder, "own", OWN.prefix, own=OWN), "sheet")
    other = Desk(open_collection(folder), desk.resources, desk.names, desk.concepts)
    other.rows(works=WORKS).write("import")
    return other


def words(desk: Desk, *command: str) -> list[str]:
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    return [*command, "--with", folder, "--data", data]


def test_the_files_have_iris_of_the_namespace_and_none_of_the_project_for_new_nodes(
    own: Desk,
) -> None:
    assert 'namespace = "https://example.org/night-films/"' in (
        own.collection.folder / "allusion.toml"
    ).read_text(encoding="utf-8")
    text = "".join(own.texts().values())
    assert f"<{NIGHT}>" in text
    subjects = {quad.subject.value for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)}
    assert all(subject.startswith(OWN.iri) for subject in subjects)
    assert "al:to film:later ;" in text
    assert all(canonical(one) == one for one in own.texts().values())


def test_the_files_are_read_back_and_a_second_import_changes_nothing(own: Desk) -> None:
    read = read_collection(own.collection, own.concepts)
    again = own.rows(works=WORKS)
    assert read.rest == {}
    assert read.content.connections == again.parsed.content.connections
    assert again.write("again").after == {}


def test_the_checks_find_nothing_and_name_a_fault_at_its_line(own: Desk) -> None:
    assert [one for one in all_faults(own.layered()) if one.file.startswith("own/")] == []
    path = own.collection.sources / f"{OWN.prefix}-night.ttl"
    text = path.read_text(encoding="utf-8").replace("al:to film:later", "al:to film:gone")
    path.write_text(text, encoding="utf-8")
    (fault,) = [one for one in all_faults(own.layered()) if one.code == "dangling"]
    assert text.splitlines()[fault.line - 1].strip() == "al:to film:gone ;"


@pytest.mark.parametrize("name", ["The Night Market", NIGHT, IN_GRAPH])
def test_commands_take_the_name_and_both_iris(own: Desk, run: Run, name: str) -> None:
    done = run(*words(own, "show", name))
    assert "Its poster hangs over the stove." in done.out


def test_queries_find_a_node_by_its_own_iri(own: Desk, run: Run) -> None:
    query = f"SELECT ?film {{ ?film owl:sameAs <{NIGHT}> }}"
    done = run(*words(own, "sparql", query, "-f", "json"))
    (row,) = json.loads(done.out)
    assert row["film"] == f"{BASE}film/example-org-night-films-the-night-market"


def test_a_picture_has_the_connections_of_the_collection(
    own: Desk, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "night.svg"
    assert run(*words(own, "view", NIGHT, "-o", str(path))).code == 0
    assert "Later Film" in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_site_has_a_page_of_the_film(own: Desk, run: Run, tmp_path: Path) -> None:
    assert run(*words(own, "site", str(tmp_path / "site"))).code == 0
    pages = [path for path in (tmp_path / "site").rglob("*.html") if OWN.prefix in str(path)]
    assert any("The Night Market" in path.read_text(encoding="utf-8") for path in pages)


def test_diff_and_merge_work_across_namespaces(own: Desk, desk: Desk, run: Run) -> None:
    rows = (*CONNECTIONS, ("", "parody", "Hero", "The villain bows.", "talk", "3", "", ""))
    desk.rows(works=WORKS, connections=rows).write("import")
    folders = (str(own.collection.folder), str(desk.collection.folder))
    data = ("--data", str(own.resources.data))
    done = run("diff", *folders, *data)
    assert [line for line in done.out.splitlines() if "Night Market" in line] == [
        "+ The Night Market parodies Hero (A talk with the makers, 3): The villain bows."
    ]
    assert run("merge", *folders, *data, "--write").code == 0
    talk = own.texts()[f"{OWN.prefix}-talk.ttl"]
    assert "<https://example.org/night-films/connection/the-night-market-parody-hero>" in talk
    assert f"{BASE}film/mine-" not in talk


def test_what_is_published_has_the_iris_of_the_namespace(
    own: Desk, run: Run, tmp_path: Path
) -> None:
    data = ("--data", str(own.resources.data))
    nanopubs = run("export", "--nanopubs", str(own.collection.folder), *data).out
    assert OWN.prefix not in nanopubs
    assert f"<{NIGHT}>" in nanopubs
    passages = tmp_path / "passages.jsonld"
    run("export", "--sheet", str(own.collection.folder), "-o", str(passages), *data)
    assert OWN.prefix not in passages.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/night/films/",
        "https://example.org/",
        "https://example.org/night-films/later/",
    ],
)
def test_namespaces_that_cannot_be_distinguished_are_refused(own: Desk, iri: str) -> None:
    folder = own.collection.folder.parent / "like"
    like = OwnNamespace(iri)
    create_collection(Collection(folder, "like", like.prefix, own=like), "sheet")
    for folders in ([own.collection.folder, folder], [folder, own.collection.folder]):
        with pytest.raises(ParameterError, match="cannot be distinguished") as error:
            layered(own.resources, folders)
        assert iri in str(error.value)
        assert OWN.iri in str(error.value)


def test_a_name_that_only_begins_like_a_namespace_is_no_part_of_it(own: Desk) -> None:
    folder = own.collection.folder.parent / "like"
    like = OwnNamespace("https://example.org/night-films2/")
    create_collection(Collection(folder, "like", like.prefix, own=like), "sheet")
    assert len(layered(own.resources, [own.collection.folder, folder]).collections) == 2


@pytest.mark.parametrize("text", ["https://example.org/films", "http//example.org/", "My Films"])
def test_a_namespace_that_is_none_is_refused_with_what_is_allowed(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "allusion.toml").write_text(f'namespace = "{text}"\n', encoding="utf-8")
    with pytest.raises(DataError) as error:
        open_collection(tmp_path)
    assert "an IRI that ends with a slash" in error.value.faults[0].fix
