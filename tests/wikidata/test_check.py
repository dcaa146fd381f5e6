"""Whether links to Wikidata lead where they should, against a server of its kind; and how all stand."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from terminal import Done, Run

from allusion import open as open_graph
from allusion.build.sssom import header, read_mappings, written
from allusion.core.resources import Resources, locate
from allusion.wikidata.compare.link_status import LINK_LEVELS, count_levels, link_statuses

if TYPE_CHECKING:
    from loopback import Engine, Serve, Server
    from wikibase import Wikibase

CREDIT = """
contribution:star-director-later
    a al:Contribution ;
    al:contributor person:star ;
    al:inWork film:later ;
    al:role role:director ;
.
"""
ROW = "person:star\tStar\tskos:exactMatch\twd:Q3\tStar\tsemapv:ManualMappingCuration\t{}\t\t{}\n"
Answer = list[dict[str, str]]


@pytest.fixture
def world(wikibase: Wikibase, tiny: Resources) -> Wikibase:
    """A film by the star, as Wikidata has both, under other names; and nothing wrong."""
    with tiny.mapping_file.open("a", encoding="utf-8") as file:
        file.write(ROW.format("0.8", "seen once: seen in a dataset"))
    path = tiny.data / "sources/review.ttl"
    text = path.read_text(encoding="utf-8")
    heads = "".join(
        f"PREFIX {name}: <https://w3id.org/allusion/{name}/>\n" for name in ("contribution", "role")
    )
    path.write_text(heads + text + CREDIT, encoding="utf-8")
    wikibase.add(
        "Q1", {"en": "Later Film"}, {"P31": ["Q11424"], "P57": ["Q3"], "P577": ["@1994-07-14"]}
    )
    wikibase.add("Q3", {"ko": "스타"}, {"P31": ["Q5"]})
    return wikibase


@pytest.fixture
def run(
    world: Wikibase, serve: Serve, engine: Engine, tiny: Resources,
    run: Run, monkeypatch: pytest.MonkeyPatch,
) -> Run:  # fmt: skip
    server: Server = serve(world)

    def go(*arguments: str) -> Done:
        engine.load(world.turtle())
        monkeypatch.setenv("ALLUSION_WIKIDATA_API", server.api)
        monkeypatch.setenv("ALLUSION_WIKIDATA_ENDPOINT", engine.endpoint)
        return run("wikidata", *arguments, "--data", str(tiny.data))

    return go


def rows(out: str) -> Answer:
    return list(csv.DictReader(io.StringIO(out)))


def test_a_correct_link_has_no_finding(run: Run) -> None:
    code, out, err = run("check", "-f", "csv")
    assert (code, rows(out)) == (0, [])
    assert "checked: 2; correct: 2; disagreements: 0" in err


def test_check_all_also_lists_agreements_and_values_of_one_side(run: Run) -> None:
    code, out, _ = run("check", "Later Film", "--all", "-f", "csv")
    found = {(row["property"], row["status"]): row for row in rows(out)}
    assert code == 0
    # Both sides link the director, so the name does not matter.
    director = found["director (P57)", "agree"]
    assert (director["here"], director["wikidata"]) == ("Star", "스타")
    assert found["publication date (P577)", "agree"]["here"] == "1994"
    assert found["label (zh-Hant)", "only here"]["here"] == "後來"


def test_disagreements_are_listed_with_both_values(run: Run, world: Wikibase) -> None:
    world.add("Q900000001", {"en": "Somebody Else"}, {"P31": ["Q5"]})
    world.add(
        "Q1", {"en": "Another Film"}, {"P31": ["Q5"], "P57": ["Q900000001"], "P577": ["@1977"]}
    )
    code, out, err = run("check", "-f", "csv")
    assert code == 1
    assert [(row["property"], row["here"], row["wikidata"]) for row in rows(out)] == [
        ("label (en)", "Later Film", "Another Film"),
        ("instance of (P31)", "Film", "Q5"),
        ("publication date (P577)", "1994", "1977"),
        ("director (P57)", "Star", "Somebody Else"),
    ]
    assert "correct: 1; disagreements: 4" in err


def test_deleted_merged_and_listing_items_are_named(run: Run, world: Wikibase) -> None:
    del world.items["Q3"]
    world.add("Q1", {"en": "Later Film"}, {"P31": ["Q4167410"]})
    code, out, _ = run("check", "-f", "csv")
    assert code == 1
    notes = {row["entityLabel"]: row["note"] for row in rows(out) if row["property"] == "item"}
    assert "was deleted or never existed" in notes["Star"]
    assert "disambiguation page" in notes["Later Film"]


def test_a_merged_item_is_proposed_as_a_change_of_the_mapping(
    run: Run, world: Wikibase, tiny: Resources
) -> None:
    world.add("Q7", {"en": "Later Film, 1994"}, {"P31": ["Q11424"]})
    del world.items["Q1"]
    world.merged["Q1"] = "Q7"
    code, out, _ = run("check", "-f", "csv")
    assert code == 1
    assert rows(out)[0]["note"] == "Q1 was merged into Q7; change the link"
    code, out, err = run("check", "--propose")
    assert code == 1
    assert "rows to change: 1" in err
    first, proposal = out.splitlines()
    assert first == header()
    assert proposal.startswith("film:later\tLater Film\tskos:exactMatch\twd:Q7\tLater Film, 1994\t")
    assert "; Q1 was merged into it, read 2" in proposal
    # It can stand in the file as it is.
    text = tiny.mapping_file.read_text(encoding="utf-8")
    tiny.mapping_file.write_text(text.replace(text.splitlines()[3], proposal), encoding="utf-8")
    mappings, faults = read_mappings(tiny.mapping_file)
    assert not faults
    assert [row.item for row in mappings if not row.negative] == ["Q7", "Q3"]
    assert run("check", "--propose")[0] == 0


def test_two_entities_are_never_proposed_for_one_item(run: Run, world: Wikibase) -> None:
    del world.items["Q1"]
    world.merged["Q1"] = "Q3"
    code, out, err = run("check", "--propose")
    assert (code, out) == (1, "")
    assert "film:later: Q1 was merged into Q3, which another entity is linked to" in err
    assert "rows to change: 0" in err
    # Nor when both were merged into a third.
    world.add("Q7", {"en": "Both"}, {"P31": ["Q5"]})
    del world.items["Q3"]
    world.merged |= {"Q1": "Q7", "Q3": "Q7"}
    code, out, err = run("check", "--propose", "--refresh")
    assert (code, out) == (1, "")
    assert err.count("was merged into Q7") == 2


def test_offline_an_item_outside_the_cache_is_not_reported_as_correct(run: Run) -> None:
    run("check", "Later Film")
    code, _, err = run("check", "--offline", "-f", "csv")
    assert code == 1
    assert "not in the cache" in err
    assert "checked: 1; correct: 1" in err


def test_exit_code_is_not_0_if_no_item_could_be_read(run: Run) -> None:
    code, out, err = run("check", "--offline", "--propose")
    assert (code, out) == (1, "")
    assert "not in the cache: 2 (Q1, Q3)" in err


def test_every_row_of_the_mapping_reads_and_writes_the_same() -> None:
    path = locate().mapping_file
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert lines[0] == header()
    assert [written(row) for row in read_mappings(path)[0]] == lines[1:]


# How all stand


def test_every_entity_has_a_link_status_and_the_counts_equal_the_statistics() -> None:
    graph = open_graph()
    found = link_statuses(graph.store, locate())
    counts = {str(how): count for how, count, _ in count_levels(found)}
    assert set(counts) <= set(LINK_LEVELS)
    total = next(row for row in graph.query("stats-entities").records() if row["kind"] == "all")
    assert sum(counts.values()) == total["entities"]
    assert counts["article only"] == total["articleOnly"]
    assert counts["no link"] == total["neither"]
    by_label = {one.label: one for one in found}
    assert by_label["Chungking Express"].level == "confirmed"
    assert by_label["Tomokazu Miura"].level == "by structure"
    assert by_label["Dennis Brown"].search_note.startswith("No item.")
    assert by_label["Celia Johnson"].search_note.startswith("No search by name is recorded.")


def test_the_status_has_counts_and_lists_and_sends_no_request(run: Run) -> None:
    code, out, _ = run("status", "--counts", "-f", "csv")
    assert code == 0
    assert {row["link"]: row["entities"] for row in rows(out)} == {"seen once": "2", "no link": "1"}
    _, out, _ = run("status", "-f", "csv")
    star = next(
        row for row in rows(out) if row["entityLabel"] == "Star" and row["kind"] == "person"
    )
    assert (star["link"], star["confidence"], star["where"]) == ("seen once", "0.8", "a dataset")
    assert star["item"] == "https://www.wikidata.org/wiki/Q3"
    _, out, err = run("status", "-f", "table", "--only", "no link")
    assert "Links by level" in out
    assert "Star" in out
    assert "Later Film" not in out
    _, out, err = run("status", "-f", "table")
    assert "1 entity is not listed" in err
    assert "to list all: --only LEVEL, or -f csv" in err
