"""Two collections compared and merged, as sentences."""

from __future__ import annotations

from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows
from terminal import Run

from allusion.authoring.from_rdf import read_collection
from allusion.authoring.layers import layered
from allusion.build.check import curated_faults
from allusion.build.curated_data import read_curated


def changed(row: int, column: int, text: str, rows: Rows = CONNECTIONS) -> Rows:
    table = [list(one) for one in rows]
    table[row][column] = text
    return table


def pair(desk: Desk, **sheets: Rows) -> Desk:
    """Fill the collection, and another one with changes; each has its own namespace."""
    desk.rows(works=WORKS).write("import")
    other = desk.beside("other")
    plan = other.rows(**({"works": WORKS} | sheets))
    assert plan.parsed.faults == []
    plan.write("import")
    return other


def diff(run: Run, one: Desk, other: Desk) -> tuple[int, list[str]]:
    done = run("diff", str(one.collection.folder), str(other.collection.folder), "--data", str(one.resources.data))  # fmt: skip
    return done.code, done.out.splitlines()


def test_two_collections_of_one_sheet_are_the_same(desk: Desk, run: Run) -> None:
    assert diff(run, desk, pair(desk)) == (0, [])


def test_differences_are_sentences(desk: Desk, run: Run) -> None:
    rows = changed(2, 3, "Its poster hangs over the sink.", CONNECTIONS[:-1])
    rows = (*rows, ("", "parody", "Hero", "The villain bows.", "talk", "3", "", ""))
    code, lines = diff(run, desk, pair(desk, connections=rows))
    assert code == 1
    assert "~ The Night Market: prop or poster, Later Film (The Night Market, scene by scene, par. 2): Its poster hangs over the stove. | Its poster hangs over the sink." in lines  # fmt: skip
    assert "- The Night Market: influence stated by the maker, Later Film (A talk with the makers): The director saw it ten times." in lines  # fmt: skip
    assert (
        "+ The Night Market: parody, Hero (A talk with the makers, 3): The villain bows." in lines
    )


def test_years_may_differ_and_names_and_certainties_clash(desk: Desk, run: Run) -> None:
    works = changed(1, 3, "2002", WORKS)
    rows = changed(1, 7, "doubtful")
    code, lines = diff(run, desk, pair(desk, works=works, connections=rows))
    assert code == 1
    assert "~ Cold Noodles (film, 2001): 2001 or 2002" in lines
    assert "! The Night Market: name-drop, Star: explicit or doubtful" in lines


def test_films_of_one_name_and_other_years_are_two(desk: Desk, run: Run) -> None:
    _, lines = diff(run, desk, pair(desk, works=changed(1, 3, "1999", WORKS)))
    assert {line[:14] for line in lines} == {"- Cold Noodles", "+ Cold Noodles"}


def test_a_merge_keeps_both_and_can_be_undone(desk: Desk, run: Run) -> None:
    rows = (*CONNECTIONS, ("", "parody", "Hero", "The villain bows.", "third", "3", "", ""))
    sources = (
        *SOURCES,
        ("third", "A third page", "Eva Dahl", "https://example.org/3", "", "", "en"),
    )
    other = pair(desk, connections=rows, sources=sources)
    before = desk.texts()
    words = ("merge", str(desk.collection.folder), str(other.collection.folder), "--data", str(desk.resources.data))  # fmt: skip
    done = run(*words)
    assert done.code == 0
    assert "  The Night Market: parody, Hero (A third page, 3): The villain bows." in done.out
    assert desk.texts() == before
    assert run(*words, "--write").code == 0
    merged = read_collection(desk.collection, desk.concepts).content
    assert len(merged.connections) == len(rows) - 1
    assert all(
        iri.rpartition("/")[2].startswith("mine-") for iri in (*merged.things, *merged.sources)
    )
    resources = layered(desk.resources, [desk.collection.folder])
    assert curated_faults(resources, read_curated(resources)) == []
    assert diff(run, desk, other)[0] == 0
    run("undo", str(desk.collection.folder))
    assert desk.texts() == before


def test_a_clash_keeps_the_first_and_is_listed(desk: Desk, run: Run) -> None:
    other = pair(desk, connections=changed(1, 7, "doubtful"))
    done = run("merge", str(desk.collection.folder), str(other.collection.folder), "--write", "--data", str(desk.resources.data))  # fmt: skip
    assert done.code == 1
    assert "explicit or doubtful" in done.out
    merged = read_collection(desk.collection, desk.concepts).content
    assert {one.certainty for one in merged.connections.values() if one.kind == "name-drop"} == {"explicit"}  # fmt: skip
