"""What Wikidata says of our entities: read from servers of its kind, and kept as a source."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from terminal import Done, Run

import allusion
from allusion.core.errors import DataError, MissingResource, ParameterError, StoreError
from allusion.core.resources import Resources, locate
from allusion.wikidata.client.cache import ResponseCache
from allusion.wikidata.client.wikidata_client import WikidataClient
from allusion.wikidata.model.links import links_by_entity
from allusion.wikidata.pull.pull import pull
from allusion.wikidata.pull.snapshot import (
    add_snapshot,
    read_snapshot,
    snapshot_folder,
    write_snapshot,
)

if TYPE_CHECKING:
    from loopback import Engine, Serve, Server
    from wikibase import Wikibase

# The tiny graph's film and person are Q1 and Q3 here; all else is made up for these tests.
FILM, STAR = "Q1", "Q3"
MADE_UP, OLDER, FIRM, LATER, LIST, PART = (f"Q90000000{number}" for number in range(1, 7))
ODD_KIND = "Q900000020"
MORE_ROWS = (
    "person:star\tStar\tskos:exactMatch\twd:Q3\tStar\tsemapv:ManualMappingCuration\t0.9\t\t"
    "seen in https://example.org/list\n"
)


@pytest.fixture
def world(wikibase: Wikibase, engine: Engine, tiny: Resources) -> Wikibase:
    """A film that refers to the star, as the tiny graph has it, and much that it lacks."""
    with tiny.mapping_file.open("a", encoding="utf-8") as file:
        file.write(MORE_ROWS)
    wikibase.add(
        FILM,
        {"en": "Later Film (1994)", "zh-hant": "後來", "ja": "その後"},
        {
            "P31": ["Q11424"],
            "P57": [MADE_UP, (STAR, {"rank": ["deprecated"]})],
            "P161": [(STAR, {"P453": [PART]}), "?"],
            "P577": ["@1995-01-05", "@1994-07-14", "@1994"],
            "P345": ["tt0000001"],
            "P8371": [STAR, (OLDER, {"from": ["https://example.org/a"]})],
            "P941": [LIST],
            "P272": [FIRM],
            "P1476": ["not read"],
        },
        aliases={"en": ["The Later One"]},
        sitelinks={"enwiki": "https://en.wikipedia.org/wiki/Later_Film"},
        revision=2_100_000_123,
    )
    wikibase.add(STAR, {"mul": "Star"}, {"P31": ["Q5"], "P569": ["@1958-07"]})
    wikibase.add(MADE_UP, {"zh-hant": "某人"}, {"P31": ["Q5"]})
    wikibase.add(
        OLDER, {"en": "Older Film", "ja": "古い映画"}, {"P31": [ODD_KIND], "P57": [MADE_UP]}
    )
    wikibase.add(FIRM, {"en": "A Firm"}, {"P31": ["Q783794"]})
    wikibase.add(LATER, {"en": "Based on It"}, {"P31": ["Q11424"], "P144": [FILM]})
    wikibase.add(LIST, {"en": "A list"}, {"P31": ["Q13406463"]})
    wikibase.add(PART, {"en": "A Part"}, {"P31": ["Q15773347"]})
    wikibase.add(ODD_KIND, {"en": "odd kind of film"}, {"P279": ["Q11424"]})
    engine.load(wikibase.turtle())
    return wikibase


@pytest.fixture
def server(world: Wikibase, serve: Serve) -> Server:
    return serve(world)


@pytest.fixture
def wikidata(server: Server, engine: Engine) -> WikidataClient:
    return WikidataClient(api=server.api, endpoint=engine.endpoint)


@pytest.fixture
def run(run: Run, server: Server, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    def go(*arguments: str) -> Done:
        monkeypatch.setenv("ALLUSION_WIKIDATA_API", server.api)
        monkeypatch.setenv("ALLUSION_WIKIDATA_ENDPOINT", engine.endpoint)
        return run(*arguments)

    return go


def test_wikidata_is_one_source_beside_the_others(
    wikidata: WikidataClient, tiny: Resources
) -> None:
    made = write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    kg = allusion.open(tiny.data, with_wikidata=True)
    card = kg["Later Film"]
    kinds = {
        (edge.kind, card.labels[edge.target], card.labels[edge.origin]) for edge in card.others
    }
    assert ("director", "Q900000001", "Later Film") in kinds
    assert ("production-company", "A Firm", "Later Film") in kinds
    assert {link.identifier for link in kg["A Firm"].entity.links} == {FIRM}
    # A connection of ours has one more source; one we lack is claimed by those who edit Wikidata.
    says = {edge.iri.rpartition("/")[2]: edge for edge in card.outgoing}
    assert [one.title for one in says["later-star"].evidence] == ["A review", "Wikidata"]
    theirs = says[f"wikidata-q1-reference-{OLDER.lower()}"]
    assert theirs.made_by == ("Contributors of Wikidata",)
    assert theirs.evidence[0].locator == "Q1, P8371, revision 2100000123"
    assert theirs.evidence[0].paraphrase.endswith("pages and items given as references: 1.")
    # Ours stays the label, theirs is an alias; what only they have is a label.
    assert card.entity.label() == "Later Film"
    assert {one.text for one in card.entity.aliases} >= {"Later Film (1994)", "The Later One"}
    assert card.entity.label("ja") == "その後"
    dates = {
        (fact.value, fact.sources[0][1])
        for fact in card.entity.facts
        if fact.property == "published"
    }
    assert dates == {("1994", "A review"), ("1994-07-14", "Wikidata")}
    assert made.omitted == {"values whose class does not fit": 1}


def test_the_snapshot_is_hidden_unless_requested(wikidata: WikidataClient, tiny: Resources) -> None:
    before = allusion.open(tiny.data)
    write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    after = allusion.open(tiny.data)
    assert after.resources.store == before.resources.store
    assert not any("wikidata-q" in iri for iri in after.network(records=True))
    beside = allusion.open(tiny.data, with_wikidata=True)
    assert beside.resources.store != before.resources.store
    assert any("wikidata-q" in iri for iri in beside.network(records=True))


def test_the_graph_has_the_revision_and_date_of_each_item(
    wikidata: WikidataClient, tiny: Resources
) -> None:
    write_snapshot(pull(wikidata, [FILM]), tiny)
    answer = allusion.open(tiny.data, with_wikidata=True).sparql(
        "PREFIX schema: <https://schema.org/> PREFIX prov: <http://www.w3.org/ns/prov#> "
        "SELECT ?revision ?read WHERE { GRAPH source:wikidata { film:later al:evidence ?e . "
        "?e schema:version ?revision ; prov:generatedAtTime ?read } }"
    )
    assert isinstance(answer, allusion.Result)
    assert answer.column("revision") == [2_100_000_123]
    assert read_snapshot().items[FILM].revision == 2_100_000_123


def test_a_further_hop_pulls_outgoing_and_incoming_items(
    wikidata: WikidataClient, tiny: Resources, world: Wikibase
) -> None:
    snapshot = pull(wikidata, [FILM], 1)
    assert snapshot.items.keys() == {FILM, STAR, OLDER, LIST, LATER}
    write_snapshot(snapshot, tiny)
    kg = allusion.open(tiny.data, with_wikidata=True)
    kinds = {edge.kind: edge for edge in kg["Based on It"].outgoing}
    assert kinds["derivation"].target == kg.resolve("Later Film")
    # An odd class is judged by those above it.
    assert kg["Older Film"].entity.kind == "film"


def test_the_records_have_the_pulled_statements(wikidata: WikidataClient, tiny: Resources) -> None:
    write_snapshot(pull(wikidata, [FILM]), tiny)
    record = json.loads((snapshot_folder() / "items.json").read_text(encoding="utf-8"))[0]
    assert record["statements"]["P161"] == [
        {"item": STAR, "text": "Star", "names": {"mul": "Star"}, "rank": "normal", "qualifiers": {"P453": [PART]}}
    ]  # fmt: skip
    assert [one["value"] for one in record["statements"]["P577"]] == [
        "1995-01-05",
        "1994-07-14",
        "1994",
    ]
    assert record["statements"]["P8371"][1]["references"] == ["https://example.org/a"]
    assert "P1476" not in record["statements"]
    assert record["sitelinks"] == {"enwiki": "https://en.wikipedia.org/wiki/Later_Film"}


def test_the_source_is_rebuilt_without_requests_when_the_facts_change(
    wikidata: WikidataClient, server: Server, tiny: Resources
) -> None:
    write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    count = len(server.times)
    path = tiny.data / "entities/all.ttl"
    text = path.read_text(encoding="utf-8")
    # A label in Japanese would be a second one beside Wikidata's, were that not made an alias.
    path.write_text(
        text.replace('"Later Film"@en ,', '"Later Film"@en , "後で"@ja ,'), encoding="utf-8"
    )
    kg = allusion.open(tiny.data, with_wikidata=True)
    assert kg["Later Film"].entity.label("ja") == "後で"
    assert "その後" in {one.text for one in kg["Later Film"].entity.aliases}
    assert len(server.times) == count


def test_a_namesake_without_a_link_is_reported_and_does_not_take_the_name(
    wikidata: WikidataClient, tiny: Resources, world: Wikibase, engine: Engine
) -> None:
    # The tiny graph has a film called Star, which has no item.
    world.add(OLDER, {"en": "STAR"}, {"P31": ["Q11424"]})
    engine.load(world.turtle())
    made = write_snapshot(pull(wikidata, [FILM]), tiny)
    film = "https://w3id.org/allusion/film"
    assert made.possible_duplicates == ((f"{film}/namesake", f"{film}/wikidata-{OLDER.lower()}"),)
    kg = allusion.open(tiny.data, with_wikidata=True)
    assert kg.names.resolve("Star", ["film"]) == f"{film}/namesake"
    assert kg.resolve(f"film:wikidata-{OLDER.lower()}") == made.possible_duplicates[0][1]


def test_malformed_parts_of_an_item_are_ignored(
    wikidata: WikidataClient, tiny: Resources, world: Wikibase, engine: Engine
) -> None:
    odd = 'A "film"\n\t\\ <b>\u2028\x01 \U0001f3ac ' + "x" * 3000
    world.add(
        LATER,
        {"en": " ", "mul": odd, "ja": odd},
        {
            "P31": ["Q11424"],
            "P577": ["@1994-02-31", "@0001"],
            "P345": ["<script>"],
            "P144": [FILM, LATER],
        },
        aliases={"en": [odd, " ", odd]},
        sitelinks={"enwiki": "javascript:alert(1)", "jawiki": "https://ja.wikipedia.org/wiki/a b"},
    )
    engine.load(world.turtle())
    write_snapshot(pull(wikidata, [FILM], 1), tiny)
    kg = allusion.open(tiny.data, with_wikidata=True)
    card = kg[f"film:wikidata-{LATER.lower()}"]
    assert card.entity.label() == odd.strip()
    assert [link.site for link in card.entity.links] == ["Wikidata"]
    assert [fact.value for fact in card.entity.facts if fact.property == "published"] == ["0001"]
    assert [edge.target for edge in card.outgoing] == [kg.resolve("film:later")]


def test_the_same_items_make_the_same_source(wikidata: WikidataClient, tiny: Resources) -> None:
    snapshot = pull(wikidata, [FILM, STAR], 1)
    write_snapshot(snapshot, tiny)
    before = (snapshot_folder() / "source.ttl").read_bytes()
    shutil.rmtree(snapshot_folder())
    write_snapshot(snapshot, tiny)
    assert (snapshot_folder() / "source.ttl").read_bytes() == before


def test_a_curated_entity_cannot_have_a_slug_of_the_snapshot(
    spoil: Callable[[str, str, str], Resources],
) -> None:
    spoiled = spoil("entities/all.ttl", "film:namesake\n", "film:wikidata-q77\n")
    with pytest.raises(DataError, match="reserved for the Wikidata snapshot"):
        allusion.open(spoiled.data)


def test_a_missing_or_damaged_snapshot_is_an_error_with_the_command_to_run(tiny: Resources) -> None:
    with pytest.raises(MissingResource, match="run: allusion wikidata pull"):
        allusion.open(tiny.data, with_wikidata=True)
    with pytest.raises(ParameterError, match="has its own data"):
        allusion.open(tiny.data, with_wikidata=True, store="http://127.0.0.1:9/sparql")
    snapshot_folder().mkdir(parents=True)
    (snapshot_folder() / "items.json").write_text("[{}]", encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        add_snapshot(tiny)


def test_a_damaged_cache_is_an_error_that_allows_its_removal(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="delete it and run again"):
        ResponseCache(tmp_path)


def test_pull_requests_each_item_once_and_lists_them(
    run: Run, server: Server, tiny: Resources
) -> None:
    data = ("--data", str(tiny.data))
    code, out, err = run("wikidata", "pull", *data)
    assert (code, out) == (0, "")
    assert "2 items" in err
    assert "requests sent: 3" in err
    assert "set ALLUSION_CONTACT to your address or e-mail" in err
    code, out, err = run("wikidata", "pull", *data, "--contact", "me@example.org")
    assert "requests sent: 0" in err
    assert "ALLUSION_CONTACT" not in err
    assert len(server.times) == 1
    code, out, _ = run("show", "A Firm", "--with", "wikidata", *data)
    assert code == 0
    assert "Wikidata" in out
    code, _, err = run("show", "A Firm", *data)
    assert code == 2
    code, out, _ = run("search", "Older Film", "--with", "wikidata", "-f", "csv", *data)
    assert OLDER.lower() in out


def test_a_failed_run_reports_that_it_can_be_continued(
    run: Run, engine: Engine, server: Server, tiny: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("--data", str(tiny.data))
    code, _, err = run("wikidata", "pull", "--endpoint", "http://127.0.0.1:9/sparql", *data)
    assert code == 4
    assert "the responses received are cached; to continue, repeat the command" in err
    assert "127.0.0.1:9 refuses connections" in err
    assert not snapshot_folder().exists()
    assert run("wikidata", "pull", *data)[0] == 0
    assert len(server.times) == 1


def test_the_command_lists_what_is_missing_offline(run: Run, tiny: Resources) -> None:
    data = ("--data", str(tiny.data))
    run("wikidata", "pull", "Later Film", *data)
    code, _, err = run("wikidata", "pull", "--offline", *data)
    assert code == 1
    assert "not in the cache: 1 (Q3)" in err
    assert "the oldest less than a minute old" in err


def test_offline_the_snapshot_survives_a_lost_cache(run: Run, tiny: Resources) -> None:
    data = ("--data", str(tiny.data))
    code, _, err = run("wikidata", "pull", "--offline", *data)
    assert code == 3
    assert "no item is cached; run once without --offline" in err
    assert not snapshot_folder().exists()
    run("wikidata", "pull", *data)
    before = read_snapshot()
    shutil.rmtree(snapshot_folder().with_name("cache"))
    code, _, err = run("wikidata", "pull", "--offline", *data)
    assert code == 1
    assert read_snapshot() == before


def test_an_interrupted_run_reports_how_to_continue(
    run: Run, tiny: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: WikidataClient, items: list[str]) -> None:
        assert items
        raise KeyboardInterrupt

    data = ("--data", str(tiny.data))
    assert run("wikidata", "pull", *data)[0] == 0
    monkeypatch.setattr(WikidataClient, "fetch_summaries", interrupt)
    world = ("wikidata", "pull", "--depth", "1", "--refresh", *data)
    code, _, err = run(*world)
    assert code == 130
    assert "to continue, repeat the command without --refresh" in err


@pytest.mark.parametrize("name", ["source.ttl", "links.sssom.tsv", "made.json"])
def test_a_truncated_source_is_rebuilt_from_the_items(
    name: str, wikidata: WikidataClient, server: Server, tiny: Resources
) -> None:
    write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    asked = len(server.times)
    path = snapshot_folder() / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    add_snapshot(tiny)
    assert path.read_bytes() == whole
    assert len(server.times) == asked


def test_a_dry_run_of_pull_prints_the_requests(run: Run, server: Server, tiny: Resources) -> None:
    code, out, _ = run("wikidata", "pull", "--dry-run", "--data", str(tiny.data))
    assert code == 0
    assert out.startswith(f"GET {server.api}?action=wbgetentities&")
    assert out.rstrip().endswith("ids=Q1%7CQ3")
    assert server.times == []
    assert not snapshot_folder().exists()


def test_an_entity_without_an_item_is_refused_by_name(run: Run, tiny: Resources) -> None:
    code, _, err = run("wikidata", "pull", "film:namesake", "--data", str(tiny.data))
    assert code == 2
    assert "'film:namesake' is not linked" in err


def test_every_linked_entity_can_be_pulled() -> None:
    rows = links_by_entity(locate())
    assert len(rows) > 300
    assert len({row.item for row in rows.values()}) == len(rows)


def test_the_snapshot_conforms_to_the_shapes(
    run: Run, wikidata: WikidataClient, tiny: Resources
) -> None:
    write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    check = ("check", "--data", str(tiny.data))
    files = len(tiny.turtle_files())
    done = run(*check, "--with", "wikidata")

    assert (done.code, done.out) == (0, "")
    assert f"{files + 1} files: clean" in done.err
    # The file alone, without what it is made of, is taken as it is.
    (snapshot_folder() / "items.json").unlink()
    with (snapshot_folder() / "source.ttl").open("a", encoding="utf-8") as file:
        file.write('film:later al:born "1990"^^xsd:gYear .\n')
        file.write('person:wikidata-q900000001 al:url "https://example.org" .\n')
    done = run(*check, "--with", "wikidata")
    assert done.code == 3
    found = [line for line in done.out.splitlines() if "pulled/source.ttl:" in line]
    assert any("film:later" in line and "does not belong on a node" in line for line in found)
    assert any("person:wikidata-q900000001" in line for line in found)
    assert "allusion wikidata pull --refresh" in done.out
    done = run(*check)
    assert (done.code, f"{files} files: clean" in done.err) == (0, True)


def test_a_circa_date_is_omitted_and_reported(
    world: Wikibase, wikidata: WikidataClient, tiny: Resources
) -> None:
    about = {"P1480": ["Q5727902"]}
    world.add(
        FILM, {"en": "Later Film"}, {"P31": ["Q11424"], "P577": [("@1990", about), "@1994-07-14"]}
    )
    world.add(STAR, {"en": "Star"}, {"P31": ["Q5"], "P569": [("@1958", about)]})
    made = write_snapshot(pull(wikidata, [FILM, STAR]), tiny)
    assert made.omitted == {"approximate dates (circa)": 1}
    text = (snapshot_folder() / "source.ttl").read_text(encoding="utf-8")
    assert 'al:published "1994-07-14"' in text
    assert "al:born" not in text
