"""Two collections compared and merged, as sentences."""

from __future__ import annotations

import pytest
from sheets import CONNECTIONS, SOURCES, WORKS, Desk, Rows
from terminal import Done, Run

from allusion.authoring.from_rdf import read_collection
from allusion.authoring.layers import layered
from allusion.build.check import all_faults, curated_faults
from allusion.build.curated_data import read_curated
from allusion.core.vocabulary import BASE


def changed(row: int, column: int, text: str, rows: Rows = CONNECTIONS) -> list[list[str]]:
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
    kept = changed(2, 3, "Its poster hangs over the sink.", CONNECTIONS[:-1])
    rows = (*kept, ("", "parody", "Hero", "The villain bows.", "talk", "3", "", ""))
    code, lines = diff(run, desk, pair(desk, connections=rows))
    assert code == 1
    assert "! The Night Market shows a thing that points to Later Film (The Night Market, scene by scene, par. 2): Its poster hangs over the stove. | Its poster hangs over the sink." in lines  # fmt: skip
    assert "- The Night Market is influenced, its maker says, by Later Film (A talk with the makers): The director saw it ten times." in lines  # fmt: skip
    assert (
        "+ The Night Market parodies Hero (A talk with the makers, 3): The villain bows." in lines
    )


def test_years_of_two_sources_may_differ(desk: Desk, run: Run) -> None:
    works = changed(1, 4, "talk", changed(1, 3, "2002", WORKS))
    _, lines = diff(run, desk, pair(desk, works=works))
    assert "~ Cold Noodles (film, 2001): 2001 or 2002" in lines


def test_years_of_one_source_and_certainties_clash(desk: Desk, run: Run) -> None:
    works = changed(1, 3, "2002", WORKS)
    rows = changed(1, 7, "doubtful")
    code, lines = diff(run, desk, pair(desk, works=works, connections=rows))
    assert code == 1
    assert "! Cold Noodles (film, 2001): 2001 or 2002" in lines
    assert "! The Night Market names Star: explicit or doubtful" in lines


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
    assert "  The Night Market parodies Hero (A third page, 3): The villain bows." in done.out
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


def merge(run: Run, one: Desk, other: Desk, *options: str) -> Done:
    folders = (str(one.collection.folder), str(other.collection.folder))
    return run("merge", *folders, "--data", str(one.resources.data), *options)


def test_a_clash_is_not_written_until_somebody_chooses(desk: Desk, run: Run) -> None:
    other = pair(desk, connections=changed(1, 7, "doubtful"))
    before = desk.texts()
    done = merge(run, desk, other, "--write")
    assert done.code == 1
    assert "explicit or doubtful" in done.out
    assert "nothing was written: 1 value clashes" in done.err
    assert "--prefer first, or --prefer second" in done.err
    assert desk.texts() == before


@pytest.mark.parametrize(("prefer", "certainty"), [("first", "explicit"), ("second", "doubtful")])
def test_the_chosen_value_of_a_clash_is_written(
    desk: Desk, run: Run, prefer: str, certainty: str
) -> None:
    other = pair(desk, connections=changed(1, 7, "doubtful"))
    assert merge(run, desk, other, "--write", "--prefer", prefer).code == 0
    merged = read_collection(desk.collection, desk.concepts).content
    found = {one.certainty for one in merged.connections.values() if one.kind == "name-drop"}
    assert found == {certainty}


def test_sources_of_one_title_and_key_with_other_addresses_stay_two(desk: Desk, run: Run) -> None:
    sources = changed(1, 3, "https://example.org/another", SOURCES)
    sources[1][2] = "Stig Holm"
    other = pair(desk, sources=sources)
    assert merge(run, desk, other, "--write").code == 0
    merged = read_collection(desk.collection, desk.concepts).content
    night = {one.key: one.url for one in merged.sources.values() if one.title.text == SOURCES[1][1]}
    assert night == {"night": "https://example.org/n", "night-2": "https://example.org/another"}
    cited = [e.source.rpartition("/")[2] for c in merged.connections.values() for e in c.evidence]
    assert sorted(cited) == sorted([*["mine-night"] * 3, *["mine-night-2"] * 3, "mine-talk"])


def test_sources_of_one_address_are_one_with_the_authors_of_both(desk: Desk, run: Run) -> None:
    sources = changed(1, 2, "Stig Holm", changed(1, 0, "market", SOURCES))
    rows = changed(1, 4, "market")
    other = pair(desk, sources=sources, connections=rows, works=changed(1, 4, "market", WORKS))
    assert any(line.endswith("by Ada Lind or Stig Holm") for line in diff(run, desk, other)[1])
    assert merge(run, desk, other, "--write").code == 0
    merged = read_collection(desk.collection, desk.concepts).content
    assert {one.key for one in merged.sources.values()} == {"night", "talk"}
    assert len(merged.sources[f"{BASE}source/mine-night"].by) == 2


def test_a_merge_credits_no_source_with_what_another_states(desk: Desk, run: Run) -> None:
    works = (WORKS[0], ("Cold Noodles", "", "film", "2001", "talk", "Eli Fox"))
    other = pair(desk, works=works)
    assert "~ Cold Noodles (film, 2001): only in the second: director Eli Fox" in diff(run, desk, other)[1]  # fmt: skip
    assert merge(run, desk, other, "--write").code == 0
    texts = desk.texts()
    assert "mine-cato-moe-director" in texts["mine-night.ttl"]
    assert "mine-cato-moe-director" not in texts["mine-talk.ttl"]
    assert "mine-eli-fox-director" in texts["mine-talk.ttl"]
    assert "mine-eli-fox-director" not in texts["mine-night.ttl"]
    resources = layered(desk.resources, [desk.collection.folder])
    assert [one for one in all_faults(resources) if one.file.startswith("mine/")] == []
    assert "only in the second" not in merge(run, desk, other).out


def test_a_second_name_in_a_language_becomes_an_alias(desk: Desk, run: Run) -> None:
    other = pair(desk, works=changed(1, 1, "冷麺", WORKS))
    assert merge(run, desk, other, "--write").code == 0
    noodles = read_collection(desk.collection, desk.concepts).content.things[f"{BASE}film/mine-cold-noodles"]  # fmt: skip
    assert {name.text for name in noodles.all_names} == {"Cold Noodles", "冷やし中華"}
    assert {name.text for name in noodles.all_aliases} == {"冷麺"}


def test_statements_by_hand_of_both_collections_are_merged(desk: Desk, run: Run) -> None:
    other = pair(desk)
    path = other.collection.sources / "other-night.ttl"
    slugs = read_collection(other.collection, desk.concepts).content.slugs
    slug = next(one for one in slugs.values() if "name-drop" in one)
    note = (
        'scene:other-stove\n    a al:Scene ;\n    rdfs:label "At the stove"@en ;\n'
        "    al:inWork film:other-the-night-market ;\n.\n\n"
        f"connection:{slug} al:inScene scene:other-stove .\n"
    )
    text = path.read_text(encoding="utf-8")
    head = "PREFIX scene: <https://w3id.org/allusion/scene/>\n"
    path.write_text(f"{head}{text}\n{note}", encoding="utf-8")
    done = merge(run, desk, other, "--write")
    merged = desk.texts()["mine-night.ttl"]
    assert "al:inWork film:mine-the-night-market" in merged
    assert done.code == 0
    assert "al:inScene scene:other-stove" in merged
    assert "other-the-night-market" not in merged
