"""Covers and samples of MusicBrainz, from answers of the shape of its web service."""

from __future__ import annotations

import _thread
import json
from inspect import signature
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from loopback import Exchange, Serve, Server, _loopback_without_leaks, serve
from terminal import Done, Run

from allusion import open as open_graph
from allusion.authoring.collection import open_collection
from allusion.authoring.concepts import Concepts
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.records import Content
from allusion.core.errors import NetworkError
from allusion.core.vocabulary import BASE
from allusion.musicbrainz import api as musicbrainz_api
from allusion.musicbrainz.api import MusicBrainzApi

__all__ = ["_loopback_without_leaks", "serve"]

WORK, OTHER = "a0000000-0000-0000-0000-000000000001", "a0000000-0000-0000-0000-000000000002"


def artist(number: int, name: str, **more: str) -> dict[str, Any]:
    return {"name": name, "artist": {"id": f"b{number:07}-0000-0000-0000-000000000000", "name": name, "sort-name": name, **more}}  # fmt: skip


def performance(*attributes: str, work: str = WORK) -> dict[str, Any]:
    return {"type": "performance", "type-id": "a3005666-a872-32c3-ad06-98af558e99b0", "target-type": "work", "direction": "forward", "attributes": list(attributes), "work": {"id": work, "title": "Rain"}}  # fmt: skip


def sample(direction: str, other: dict[str, Any]) -> dict[str, Any]:
    return {"type": "samples material", "type-id": "9efd9ce9-e702-448b-8e76-641515e8fe62", "target-type": "recording", "direction": direction, "attributes": [], "recording": other}  # fmt: skip


def recording(number: int, title: str, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number:07}-0000-0000-0000-000000000000", "title": title, "length": 200_000, "video": False, "disambiguation": "", **more}  # fmt: skip


RECORDINGS = [
    recording(1, "Rain", **{"artist-credit": [artist(1, "Mara Kern", type="Person")], "first-release-date": "1966-02", "relations": [performance(), sample("backward", recording(4, "Wet Beats"))]}),
    recording(2, "雨", **{"artist-credit": [artist(2, "The Umbrellas", type="Group")], "first-release-date": "1994", "relations": [performance("cover")]}),
    recording(3, "Rain (live)", **{"artist-credit": [artist(3, "Somebody")], "relations": [performance("cover", "live"), performance("cover", work=OTHER)]}),
]  # fmt: skip
WORKS = {
    WORK: {"id": WORK, "title": "Rain", "type": "Song", "aliases": [], "relations": [{"type": "composer", "target-type": "artist", "direction": "backward", "artist": {"id": "b", "name": "Mara Kern", "sort-name": "Kern, Mara"}}]},
    OTHER: {"id": OTHER, "title": "Rain", "type": "Song", "relations": [{"type": "composer", "artist": {"id": "d", "name": "Nobody", "sort-name": "Nobody"}}]},
}  # fmt: skip
SONG = """\
PREFIX al: <https://w3id.org/allusion/ontology#>
PREFIX contribution: <https://w3id.org/allusion/contribution/>
PREFIX person: <https://w3id.org/allusion/person/>
PREFIX role: <https://w3id.org/allusion/role/>
PREFIX song: <https://w3id.org/allusion/song/>

contribution:mara-kern-composer-rain a al:Contribution ; al:contributor person:maker ;
    al:inWork song:rain ; al:role role:composer .
"""


def answer(exchange: Exchange) -> None:
    """Answer like the web service, one recording for each page."""
    url = urlsplit(exchange.handler.path)
    kind, _, mbid = url.path.removeprefix("/").partition("/")
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    found: dict[str, Any]
    if "query" in query:
        found = {"created": "2026", "count": 2, "offset": 0, "works": [{"id": OTHER, "score": 100}, {"id": WORK, "score": 100}]}  # fmt: skip
    elif kind == "work":
        found = WORKS[mbid]
    else:
        at = int(query["offset"])
        found = {"recording-count": 3, "recording-offset": at, "recordings": RECORDINGS[at : at + 1]}  # fmt: skip
    exchange.answer(200, json.dumps(found).encode(), Content_Type="application/json")


@pytest.fixture
def server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(MusicBrainzApi.__init__, "__kwdefaults__", {**(MusicBrainzApi.__init__.__kwdefaults__ or {}), "pause_s": 0.0})  # fmt: skip
    return serve(answer)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sheets import write_small_graph

    folder = tmp_path_factory.mktemp("music") / "data"
    write_small_graph(folder)
    path = folder / "sources/list.ttl"
    path.write_text(path.read_text(encoding="utf-8") + SONG, encoding="utf-8")
    return folder


def address(server: Server) -> str:
    url = urlsplit(server.endpoint)
    return f"{url.scheme}://{url.netloc}"


def collect(run: Run, server: Server, data: Path, folder: Path, *songs: str) -> Done:
    return run("musicbrainz", *songs, "--into", str(folder), "--endpoint", address(server), "--data", str(data))  # fmt: skip


def content(data: Path, folder: Path) -> Content:
    collection = open_collection(folder)
    return read_collection(collection, Concepts(open_graph(data).resources)).content


def test_covers_and_samples_become_claims_of_the_contributors(
    run: Run, server: Server, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "covers"
    assert collect(run, server, data, folder, "Rain").code == 0
    found = content(data, folder)
    kinds = {(one.kind, one.target.rpartition("/")[2]) for one in found.connections.values()}
    assert kinds == {("cover", "rain"), ("features-excerpt", "covers-rain-c0000001")}
    assert {one.certainty for one in found.connections.values()} == {"claimed"}
    editors = f"{BASE}organisation/covers-musicbrainz-contributors"
    assert {one.made_by for one in found.connections.values()} == {(editors,)}
    places = {e.where for one in found.connections.values() for e in one.evidence}
    assert f"recording {RECORDINGS[1]['id']}, work {WORK}" in places


def test_only_what_the_answers_state_is_stated(
    run: Run, server: Server, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "covers"
    done = collect(run, server, data, folder)
    found = content(data, folder)
    things = found.things
    says = {
        text.text
        for one in found.connections.values()
        for evidence in one.evidence
        for text in evidence.says
    }
    assert "雨 is credited to The Umbrellas." in says
    rain = things[f"{BASE}recording/covers-rain-c0000001"]
    assert rain.makers == (("performer", f"{BASE}person/maker"),)
    assert rain.date is not None
    assert rain.date.text == "1966-02"
    beats = next(one for one in things.values() if "wet-beats" in one.iri)
    assert (beats.date, beats.makers) == (None, ())
    assert not any("somebody" in iri for iri in things)
    assert "omitted: 1 artist who may be persons or groups" in done.err


def test_all_pages_of_the_work_of_the_maker_are_read_by_a_named_client(
    run: Run, server: Server, data: Path, tmp_path: Path
) -> None:
    collect(run, server, data, tmp_path / "covers")
    asked = [path for path in server.paths if "recording" in path]
    assert asked
    assert all(WORK in path for path in asked), "not the work of another maker"
    offsets = [parse_qs(urlsplit(path).query)["offset"][0] for path in server.paths if "offset" in path]  # fmt: skip
    assert offsets == ["0", "1", "2"]
    assert all(one["User-Agent"].startswith("allusion/") for one in server.headers)
    assert server.most_in_flight == 1


def test_a_second_run_changes_nothing_and_the_collection_passes_the_checks(
    run: Run, server: Server, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "covers"
    collect(run, server, data, folder)
    assert "nothing was changed" in collect(run, server, data, folder).err
    checked = run("check", "--with", str(folder), "--data", str(data))
    assert "covers/" not in checked.out


@pytest.mark.parametrize("code", [4, 130])
def test_what_was_found_before_a_failure_or_ctrl_c_is_kept_and_the_rest_is_named(
    run: Run, serve: Serve, server: Server, data: Path, tmp_path: Path, code: int
) -> None:
    def stop_at_the_third_page(exchange: Exchange) -> None:
        if "offset=2" not in exchange.handler.path:
            answer(exchange)
            return
        if code == 130:
            _thread.interrupt_main()
        exchange.answer(404, b"gone")

    folder = tmp_path / "covers"
    done = collect(run, serve(stop_at_the_third_page), data, folder)
    assert done.code == code
    assert f"written to {folder}" in done.err
    assert "stopped at Rain, songs left: 1" in done.err
    assert "run the same command for: song:rain" in done.err
    assert {one.kind for one in content(data, folder).connections.values()} == {"cover", "features-excerpt"}  # fmt: skip
    assert collect(run, server, data, folder, "song:rain").code == 0


def test_there_is_a_pause_of_a_second_between_requests() -> None:
    assert musicbrainz_api.PAUSE_S == 1.0
    assert signature(MusicBrainzApi).parameters["pause_s"].default == 1.0


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
def test_another_answer_than_json_is_an_error(serve: Serve, body: bytes) -> None:
    server = serve(lambda exchange: exchange.answer(200, body))
    client = MusicBrainzApi(address(server), pause_s=0, backoff_s=0.01)
    with pytest.raises(NetworkError, match="JSON"):
        client.work(WORK)
