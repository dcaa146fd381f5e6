"""Forms in the browser that change a collection: answers, faults, undo, and who may send them."""

from __future__ import annotations

import gc
import html
import re
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import click
import pytest
from servers import free_port
from sheets import CONNECTIONS, Desk
from web_server import Reply, Running, running_app

from allusion import open as open_graph
from allusion.authoring.from_rdf import read_collection
from allusion.authoring.records import Connection
from allusion.cli.serve import _with_editor, serve_command
from allusion.core.vocabulary import BASE
from allusion.web.collection_editor import CollectionEditor
from allusion.web.live_server import LiveServer
from allusion.web.options import ServerOptions

ANSWERS = {
    "from": "The Night Market (film, 2019)", "kind": "name-drop", "to": "Later Film", "source": "night",
    "where": "par. 9", "says": "A seller names it.", "by": "", "sure": "explicit",
}  # fmt: skip
SOURCE = {"source-title": "Rain and neon", "source-by": "Cato Moe", "source-url": "https://example.org/r"}  # fmt: skip


@dataclass
class Forms:
    """A running server with the forms of a collection, used like a browser."""

    desk: Desk
    editor: CollectionEditor
    live: LiveServer
    running: Running

    def get(self, path: str = "/edit", **query: str) -> Reply:
        return self.running.ask(f"{path}?{urlencode({'token': self.editor.token, **query})}")

    def post(self, path: str = "/edit/connection", **fields: str) -> Reply:
        body = urlencode({"token": self.editor.token} | fields)
        form = "application/x-www-form-urlencoded"
        return self.running.ask(path, method="POST", body=body, Content_Type=form, Origin=self.running.address)  # fmt: skip

    def wait(self) -> None:
        """Wait until the pages are those of the last change."""
        while self.live.is_building:
            time.sleep(0.05)

    def connections(self) -> list[Connection]:
        stored = read_collection(self.desk.collection, self.desk.concepts)
        return list(stored.content.connections.values())

    def rows(self) -> dict[str, str]:
        """Return key of each listed connection -> its ends as shown."""
        rows = re.findall(r'key=([^"]+)">([^<]+)</a>', self.get().text)
        return {key: html.unescape(shown) for key, shown in rows}


@pytest.fixture
def forms(desk: Desk) -> Iterator[Forms]:
    desk.rows().write("import")
    editor = CollectionEditor(desk.collection, desk.concepts, desk.names, desk.checker)
    port = free_port()

    def layered() -> object:
        return open_graph(desk.resources.data, collections=[desk.collection.folder])

    live = LiveServer(layered, ServerOptions(port=port, workers=1), editor.routes)  # type: ignore[arg-type]
    with running_app(live, port):
        yield Forms(desk, editor, live, Running(live.server, port))


def faults_of(page: str, field: str) -> list[str]:
    found = re.search(rf'id="f-{field}-faults">(.*?)</ul>', page, re.DOTALL)
    return [html.unescape(one) for one in re.findall(r"<li>([^<]*)", found[1])] if found else []


def test_answers_become_a_connection_in_the_collection_and_on_the_pages(forms: Forms) -> None:
    before = len(forms.connections())
    done = forms.post(**ANSWERS | {"kind": "parody"})
    assert done.status == 303
    assert len(forms.connections()) == before + 1
    page = forms.get().text
    assert "Later Film = Later Film (film, 1994; film:later)" in page
    assert "add The Night Market (film, 2019) -&gt; Later Film" in page
    forms.wait()
    shown = forms.running.ask("/film/mine-the-night-market.json").text
    assert "A seller names it." in shown


def test_only_what_is_new_is_reported_as_described(forms: Forms) -> None:
    forms.post(**ANSWERS | {"from": "First (film, 2003)", "to": "Second (film, 2002)"})
    page = forms.get().text
    assert "described: First (film)" in page
    assert "described: Second (film)" in page
    forms.post(**ANSWERS | {"from": "First (film, 2003)", "to": "Third (film, 2003)"})
    page = forms.get().text
    assert "described: First" not in page
    assert "described: Third (film)" in page


def test_a_new_source_is_described_in_the_same_form(forms: Forms) -> None:
    assert forms.post(**ANSWERS | {"source": ""} | SOURCE).status == 303
    stored = read_collection(forms.desk.collection, forms.desk.concepts).content
    added = next(one for one in stored.sources.values() if one.title.text == "Rain and neon")
    assert added.url == "https://example.org/r"
    assert len(stored.sources) == 3


def test_a_new_character_speaks_a_line_in_a_scene(forms: Forms) -> None:
    new = {
        "work-name": "Hank", "work-kind": "Character", "work-in": "The Night Market",
        "work-performer": "Tom Wu", "scene": "The fight at the stove", "line": "Later!",
        "speaker": "Hank",
    }  # fmt: skip
    assert forms.post(**ANSWERS | new).status == 303
    stored = read_collection(forms.desk.collection, forms.desk.concepts).content
    hank = stored.things[f"{BASE}character/mine-hank"]
    assert hank.makers == (("performer", f"{BASE}person/mine-tom-wu"),)
    (line,) = [e.line for one in stored.connections.values() for e in one.evidence if e.line]
    assert (line.text.text, line.speaker) == ("Later!", hank.iri)
    pages = [forms.get("/edit/connection", key=key).text for key in forms.rows()]
    (page,) = [page for page in pages if 'name="scene" value="The fight at the stove"' in page]
    assert 'name="speaker" value="Hank"' in page


def test_an_artwork_needs_a_description_and_then_can_be_the_target(forms: Forms) -> None:
    new = ANSWERS | {
        "to": "The Yellow Coat",
        "work-name": "The Yellow Coat",
        "work-kind": "Artwork",
    }
    done = forms.post(**new)
    assert done.status == 422
    assert faults_of(done.text, "work-description")
    assert forms.post(**new | {"work-description": "A painting of a girl."}).status == 303
    things = read_collection(forms.desk.collection, forms.desk.concepts).content.things
    assert f"{BASE}artwork/mine-the-yellow-coat" in things


def test_a_new_source_never_replaces_one_with_the_same_title(forms: Forms) -> None:
    same = SOURCE | {"source-title": "Night"}
    assert forms.post(**ANSWERS | {"source": ""} | same).status == 303
    stored = read_collection(forms.desk.collection, forms.desk.concepts).content
    assert {one.key: one.title.text for one in stored.sources.values()} == {
        "night": "The Night Market, scene by scene", "night-2": "Night", "talk": "A talk with the makers",
    }  # fmt: skip


def test_each_fault_stands_beside_its_field_and_no_answer_is_lost(forms: Forms) -> None:
    before = forms.desk.texts()
    page = forms.post(**ANSWERS | {"to": "Later Flim", "kind": "", "source": "", "says": 'a "quote" <b>'})  # fmt: skip
    assert page.status == 422
    assert faults_of(page.text, "to") == ['name is unknown: "Later Flim"; did you mean Later Film (film:later)? If it is new, describe it below, or write its kind after it: Later Flim (film) or Later Flim (person)']  # fmt: skip
    assert faults_of(page.text, "kind") == ["value is missing: kind"]
    assert faults_of(page.text, "source") == ["row has no source; choose a source, or describe a new one below"]  # fmt: skip
    assert faults_of(page.text, "from") == []
    assert 'value="Later Flim"' in page.text
    assert "a &#34;quote&#34; &lt;b&gt;</textarea>" in page.text
    assert forms.desk.texts() == before


def test_a_fault_of_a_new_source_stands_beside_its_field(forms: Forms) -> None:
    page = forms.post(**ANSWERS | {"source": ""} | SOURCE | {"source-url": "example.org"})
    assert "with https://" in faults_of(page.text, "source-url")[0]


def test_an_existing_row_is_shown_and_changed(forms: Forms) -> None:
    key = next(key for key in forms.rows() if "prop-or-poster" in key)
    page = forms.get("/edit/connection", key=key).text
    assert "Its poster hangs over the stove.</textarea>" in page
    assert '<option value="prop-or-poster" selected' in page
    answers = ANSWERS | {"from": "The Night Market", "kind": "prop-or-poster", "where": "par. 2", "says": "It hangs over the sink.", "sure": ""}  # fmt: skip
    assert forms.post(**answers, key=key).status == 303
    assert len(forms.connections()) == len(CONNECTIONS) - 1
    found = next(one for one in forms.connections() if one.kind == "prop-or-poster")
    assert [name.text for one in found.evidence for name in one.says] == ["It hangs over the sink."]


def test_a_changed_target_leaves_nothing_of_the_old_one(forms: Forms) -> None:
    key = next(key for key in forms.rows() if "homage-shot" in key)
    answers = ANSWERS | {"from": "The Night Market", "kind": "homage-shot", "to": "Rain Sing (film, 1961)", "where": "", "says": "", "sure": ""}  # fmt: skip
    assert forms.post(**answers, key=key).status == 303
    targets = {one.target for one in forms.connections()}
    assert f"{BASE}film/mine-rain-sing" in targets
    assert "rain-song" not in "".join(forms.desk.texts().values())


def test_a_second_source_keeps_the_first_and_its_author(forms: Forms) -> None:
    answers = ANSWERS | {"kind": "prop-or-poster", "source": "talk", "where": "", "sure": ""}
    assert forms.post(**answers).status == 303
    found = next(one for one in forms.connections() if one.kind == "prop-or-poster")
    assert {one.source.rpartition("-")[2] for one in found.evidence} == {"night", "talk"}
    assert {one.rpartition("/")[2] for one in found.made_by} == {"mine-ada-lind", "mine-bo-ek"}


def test_a_second_passage_of_a_source_keeps_the_first(forms: Forms) -> None:
    assert forms.post(**ANSWERS | {"kind": "prop-or-poster", "sure": ""}).status == 303
    found = next(one for one in forms.connections() if one.kind == "prop-or-poster")
    assert {one.where for one in found.evidence} == {"par. 2", "par. 9"}


def test_a_row_is_removed_and_the_removal_undone(forms: Forms) -> None:
    before = forms.desk.texts()
    key = next(key for key, shown in forms.rows().items() if shown.endswith("Rain Song"))
    assert forms.post("/edit/remove", key=key).status == 303
    assert len(forms.connections()) == len(CONNECTIONS) - 2
    assert "Rain Song" not in "".join(forms.desk.texts().values())
    assert forms.post("/edit/undo").status == 303
    assert forms.desk.texts() == before
    assert "undone: remove The Night Market -&gt; Rain Song" in forms.get().text


def test_an_undo_that_fails_is_an_error_and_builds_nothing(forms: Forms) -> None:
    for path in (forms.desk.collection.folder / ".history").iterdir():
        path.unlink()
    before = forms.live.server
    reply = forms.post("/edit/undo")
    assert reply.status == 409
    assert re.search('role="alert">[^<]*nothing to undo', reply.text)
    assert (forms.live.is_building, forms.live.server) == (False, before)


def test_a_replaced_server_leaves_the_memory(forms: Forms) -> None:
    replaced = []
    for kind in ("parody", "name-drop"):
        assert forms.post(**ANSWERS | {"kind": kind}).status == 303
        forms.wait()
        forms.get()
        replaced.append(weakref.ref(forms.live.server))
    gc.collect()
    assert replaced[0]() is None


def test_a_graph_that_is_outdated_is_a_failure_on_the_page(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = forms.live.server.graph
    monkeypatch.setattr(graph, "outdated", "the facts have faults")
    monkeypatch.setattr(forms.live, "_open_graph", lambda: graph)
    assert forms.post(**ANSWERS).status == 303
    forms.wait()
    assert re.search('role="alert">[^<]*the facts have faults', forms.get().text)


def test_a_graph_that_is_outdated_at_the_start_is_noted(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.rows().write("import")
    folder = desk.collection.folder
    open_graph(desk.resources.data, collections=[folder])
    (desk.collection.sources / "faulty.ttl").write_text("not Turtle", encoding="utf-8")
    with click.Context(serve_command):
        live, _ = _with_editor(folder, desk.resources.data, ServerOptions(workers=1))
    assert isinstance(live, LiveServer)
    live.server.close()
    assert "the facts have faults" in capsys.readouterr().err


def test_a_row_that_is_gone_is_an_error_that_changes_nothing(forms: Forms) -> None:
    before = forms.desk.texts()
    assert forms.post("/edit/remove", key="no-such-row").status == 404
    assert forms.post(**ANSWERS, key="no-such-row").status == 404
    assert forms.desk.texts() == before


@pytest.mark.parametrize("path", ["/edit", "/edit/connection", "/edit/connection?key=x"])
@pytest.mark.parametrize("token", ["", "wrong", "\u591c"])
def test_pages_need_the_token(forms: Forms, path: str, token: str) -> None:
    sign = "&" if "?" in path else "?"
    assert forms.running.ask(f"{path}{sign}{urlencode({'token': token})}").status == 403


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({}, True, 403),
        ({"Origin": "null"}, True, 403),
        ({"Origin": "https://evil.example"}, True, 403),
        ({"Origin": "own", "Host": "evil.example"}, True, 421),
        ({"Origin": "own"}, False, 403),
        ({"Origin": "own"}, True, 303),
    ],
)
def test_only_forms_of_this_server_are_accepted(
    forms: Forms, headers: dict[str, str], token: bool, status: int
) -> None:
    given = {name: forms.running.address if value == "own" else value for name, value in headers.items()}  # fmt: skip
    body = urlencode(ANSWERS | {"token": forms.editor.token if token else "x"})
    before = forms.desk.texts()
    reply = forms.running.ask("/edit/connection", method="POST", body=body, Content_Type="application/x-www-form-urlencoded", **given)  # fmt: skip
    assert reply.status == status
    assert (forms.desk.texts() == before) is (status != 303)


def test_the_token_is_on_no_page_of_the_site_and_in_no_cache(forms: Forms) -> None:
    for path in ("/", "/film/mine-the-night-market", "/source", "/search?q=rain"):
        assert forms.editor.token not in forms.running.ask(path, Accept="text/html").text
    reply = forms.get()
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "same-origin"
