"""A service that misbehaves in every way: nothing wrong is believed, and nobody is pressed."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import allusion
from allusion.core.errors import NetworkError, StoreError
from allusion.http.body import ResponseTooLarge
from allusion.wikidata.client.batch_client import RequestPolicy
from allusion.wikidata.client.cache import ResponseCache
from allusion.wikidata.client.wikidata_client import WikidataClient

if TYPE_CHECKING:
    from loopback import Behavior, Exchange, Serve, Server
    from wikibase import Wikibase

JSON = "application/json; charset=utf-8"
MANY = [f"Q{number}" for number in range(1, 131)]


@pytest.fixture
def full(wikibase: Wikibase) -> Wikibase:
    """A Wikibase of 130 items: three batches."""
    for number in MANY:
        wikibase.add(number, {"en": f"Item {number}"}, {"P31": ["Q5"]})
    return wikibase


def client(
    server: Server, folder: Path, timeout_s: float = 3, **manners: float | bool
) -> WikidataClient:
    return WikidataClient(
        ResponseCache(folder), api=server.api, endpoint=server.endpoint, contact="me@example.org",
        timeout_s=timeout_s, backoff_s=0.02, policy=RequestPolicy(**manners),  # type: ignore[arg-type]
    )  # fmt: skip


def asked_politely(server: Server) -> None:
    """What holds whatever the server does: one at a time, and it is told who asks."""
    assert server.most_in_flight == 1
    for headers in server.headers:
        agent = headers["User-Agent"]
        assert agent.startswith("allusion/")
        assert "(me@example.org)" in agent
        assert "/" in agent.rpartition(" ")[2]


def cut(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON, Content_Length="1000")
    exchange.handler.wfile.write(b'{"entities": {"Q1": {"id": "Q1", "lab')


def cut_unannounced(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON)
    exchange.handler.wfile.write(b'{"entities": {"Q1": {"id": "Q1", "lab')


def drip(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON, Content_Length="100000")
    exchange.drip(b" ")


def drip_headers(exchange: Exchange) -> None:
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    exchange.drip(b"X-More: and more\r\n")


def heavy(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON, Content_Length=str(50_000_000))
    exchange.drip(b" " * 500_000)


def heavy_unannounced(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON)
    exchange.drip(b" " * 10_000_000)


def bomb(exchange: Exchange) -> None:
    body = gzip.compress(b" " * 50_000_000, 1)
    exchange.answer(200, body, Content_Type=JSON, Content_Encoding="gzip")


def spoiled(exchange: Exchange) -> None:
    packed = bytearray(gzip.compress(b'{"entities": {}}' * 9))
    packed[12:30] = bytes(18)
    exchange.answer(200, bytes(packed), Content_Type=JSON, Content_Encoding="gzip")


def heavy_after_the_end(exchange: Exchange) -> None:
    exchange.start(200, Content_Type=JSON, Content_Encoding="gzip")
    exchange.handler.wfile.write(gzip.compress(b"{}"))
    exchange.drip(b" " * 10_000_000)


def elsewhere(exchange: Exchange) -> None:
    exchange.answer(302, Location="http://localhost:9/w/api.php")


def answer(text: str, kind: str = JSON) -> Behavior:
    return lambda exchange: exchange.answer(200, text.encode(), Content_Type=kind)


def entity(number: str, **more: object) -> str:
    record = {
        "id": number,
        "type": "item",
        "lastrevid": 1,
        "modified": "2026-11-01T12:00:00Z",
        "labels": {},
        **more,
    }
    return json.dumps({"entities": {"Q1": record}})


CLAIM = {"mainsnak": {"snaktype": "value"}, "rank": "normal"}
WRONG: dict[str, tuple[Behavior, str]] = {
    "403": (lambda exchange: exchange.answer(403), "refuses this client"),
    "404": (lambda exchange: exchange.answer(404), "no action API at this address"),
    "500": (lambda exchange: exchange.answer(500), "failed on this query"),
    "502": (lambda exchange: exchange.answer(502), "HTTP 502"),
    "html": (answer("<html>Sorry</html>", "text/html"), "'text/html', not with JSON"),
    "html that says it is json": (answer("<html>Sorry</html>"), "invalid JSON"),
    "cut": (cut, "closed the connection"),
    "cut without a length": (cut_unannounced, "invalid JSON"),
    "drip": (drip, "did not finish within"),
    "dripping headers": (drip_headers, "did not finish within"),
    "50 MB": (heavy, "more than 32 MB"),
    "50 MB unannounced": (heavy_unannounced, "more than 32 MB"),
    "50 MB in a small packet": (bomb, "more than 32 MB"),
    "50 MB after the end of a packet": (heavy_after_the_end, "data after the end"),
    "a packet that is spoiled": (spoiled, "cannot be decompressed"),
    "half of a letter": (answer('{"entities": {"Q1": "\\ud800"}}'), "invalid JSON"),
    "redirect": (elsewhere, "redirects to another host (302)"),
    "a list": (answer("[]"), "JSON that is not an object"),
    "nested without end": (answer("[" * 100_000), "invalid JSON"),
    "an error": (answer('{"error": {"code": "no-such-entity", "info": "no"}}'), "refuses the request"),
    "no entities": (answer("{}"), "entities are missing"),
    "another item": (answer(entity("Q2")), "'Q2' was sent"),
    "another redirect": (
        answer(entity("Q2", redirects={"from": "Q3", "to": "Q2"})), "the redirect of Q1 is inconsistent",
    ),
    "a property": (answer(entity("Q1", type="property")), "not an item with a revision"),
    "no revision": (answer(entity("Q1", lastrevid="x")), "not an item with a revision"),
    "no date of its own": (answer(entity("Q1", modified="<now>")), "has no modification time"),
    "labels in a list": (answer(entity("Q1", labels=["x"])), "labels are not an object"),
    "a statement cut short": (answer(entity("Q1", claims={"P31": [CLAIM]})), "has an undocumented format"),
    "another missing": (answer('{"entities": {"Q1": {"id": "Q2", "missing": ""}}}'), "'Q2' is reported missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_response_is_an_error_and_is_not_cached(
    name: str, serve: Serve, tmp_path: Path
) -> None:
    behavior, words = WRONG[name]
    server = serve(behavior)
    wikidata = client(server, tmp_path, timeout_s=0.5 if "drip" in name else 3)
    started = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        wikidata.fetch_items(["Q1"])
    assert time.monotonic() - started < 15
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    asked_politely(server)
    offline = client(server, tmp_path, offline=True)
    assert offline.fetch_items(["Q1"]) == {}
    assert offline.log.missing == ["Q1"]


def first(number: int, then: Behavior, otherwise: Behavior) -> Behavior:
    return lambda exchange: (then if exchange.number <= number else otherwise)(exchange)


def soon(_: Exchange) -> str:
    return "1"


def soon_as_a_date(_: Exchange) -> str:
    return formatdate(time.time() + 2, usegmt=True)


@pytest.mark.parametrize("when", [soon, soon_as_a_date])
@pytest.mark.parametrize("status", [429, 503])
def test_no_request_is_sent_within_retry_after(
    status: int, when: Callable[[Exchange], str], serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    def busy(exchange: Exchange) -> None:
        exchange.answer(status, Retry_After=when(exchange))

    server = serve(first(1, busy, full))
    found = client(server, tmp_path, timeout_s=5).fetch_items(["Q1"])
    assert found["Q1"].labels == {"en": "Item Q1"}
    # A date has whole seconds: the one two seconds from now may begin in a little more than one.
    assert server.times[1] - server.times[0] >= 0.99
    asked_politely(server)


def test_maxlag_responses_are_retried(serve: Serve, full: Wikibase, tmp_path: Path) -> None:
    def lagging(exchange: Exchange) -> None:
        body = b'{"error": {"code": "maxlag", "info": "Waiting for db1: 6 seconds lagged"}}'
        exchange.answer(200, body, Content_Type=JSON, Retry_After="1")

    server = serve(first(1, lagging, full))
    assert client(server, tmp_path).fetch_items(["Q1"])["Q1"].exists
    assert server.times[1] - server.times[0] >= 0.99


def test_the_next_run_respects_retry_after(serve: Serve, full: Wikibase, tmp_path: Path) -> None:
    server = serve(lambda exchange: exchange.answer(429, Retry_After="300"))
    with pytest.raises(NetworkError, match="requires a pause of 300 s"):
        client(server, tmp_path).fetch_items(["Q1"])
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from allusion.core.errors import NetworkError\n"
        "from allusion.wikidata.client.cache import ResponseCache\n"
        "from allusion.wikidata.client.wikidata_client import WikidataClient\n"
        "wikidata = WikidataClient(ResponseCache(Path(sys.argv[1])), api=sys.argv[2], timeout_s=3)\n"
        "try: wikidata.fetch_items(['Q1'])\nexcept NetworkError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), server.api],
        capture_output=True, text=True, timeout=60, env=environment(),
    )  # fmt: skip
    assert "requires a pause of" in done.stdout, done.stderr
    assert len(server.times) == 1


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(allusion.__file__).parents[1])}


#: A process that asks for items: the folder of its cache, the service, the items.
ASKING = (
    "import sys\nfrom pathlib import Path\n"
    "from allusion.wikidata.client.cache import ResponseCache\n"
    "from allusion.wikidata.client.wikidata_client import WikidataClient\n"
    "wikidata = WikidataClient(ResponseCache(Path(sys.argv[1])), api=sys.argv[2], contact='me@example.org', timeout_s=60)\n"
    "input()\nwikidata.fetch_items(sys.argv[3].split())"
)


def asking(folder: Path, api: str, items: Sequence[str]) -> subprocess.Popen[bytes]:
    """A process that is about to ask; it begins with the first line that it is sent."""
    return subprocess.Popen(
        [sys.executable, "-c", ASKING, str(folder), api, " ".join(items)],
        stdin=subprocess.PIPE,
        env=environment(),
    )


def test_the_timeout_includes_the_wait_for_the_host_lock(serve: Serve, tmp_path: Path) -> None:
    server, cache = serve(drip), ResponseCache(tmp_path)
    wikidata = WikidataClient(cache, api=server.api, endpoint=server.endpoint, timeout_s=0.8)
    held = threading.Event()

    def hold() -> None:
        with ResponseCache(tmp_path).host_lock(wikidata.api.client.host, 5):
            held.set()
            time.sleep(0.5)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    began = time.monotonic()
    with pytest.raises(NetworkError, match=r"did not finish within 0\.8 s"):
        wikidata.fetch_items(["Q1"])
    assert time.monotonic() - began < 0.8 + 0.4
    other.join()
    assert len(server.paths) == 1
    with pytest.raises(NetworkError, match=r"did not finish within 0\.8 s"):
        wikidata.fetch_items(["Q1"])
    assert time.monotonic() - began > 2 * 0.8 - 0.1, "the next exchange has all its time"


def test_two_processes_take_turns(serve: Serve, full: Wikibase, tmp_path: Path) -> None:
    def slowly(exchange: Exchange) -> None:
        time.sleep(0.15)
        full(exchange)

    server = serve(slowly)
    processes = [asking(tmp_path, server.api, half) for half in (MANY[:60], MANY[60:])]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert len(server.times) == 4
    asked_politely(server)


def test_a_killed_run_resumes_without_repeated_requests(
    serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    """The third batch is on its way when the process dies; of the first two nothing is asked again."""
    running: list[subprocess.Popen[bytes]] = []

    def deadly(exchange: Exchange) -> None:
        if exchange.number == 3:
            running[0].send_signal(signal.SIGKILL)
            running[0].wait(10)
            return
        full(exchange)

    server = serve(deadly)
    process = asking(tmp_path, server.api, MANY)
    running.append(process)
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.close()
    assert process.wait(60) == -signal.SIGKILL
    answered = [number for batch in full.asked for number in batch]
    assert len(answered) == 100
    again = client(server, tmp_path)
    assert len(again.fetch_items(MANY)) == 130
    assert again.log.requests == 1
    answered = [number for batch in full.asked for number in batch]
    assert sorted(answered) == sorted(MANY)
    assert client(server, tmp_path).fetch_items(MANY).keys() == set(MANY)
    assert len(full.asked) == 3


def test_a_too_large_response_is_requested_in_halves(
    serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    server = serve(full)
    wikidata = client(server, tmp_path)
    wikidata.api.max_bytes = 6000
    assert len(wikidata.fetch_items(MANY[:50])) == 50
    assert max(map(len, full.asked[1:])) < 50
    wikidata.api.max_bytes = 10
    with pytest.raises(ResponseTooLarge):
        wikidata.fetch_items(["Q51"])


def test_a_compressed_response_is_read(serve: Serve, full: Wikibase, tmp_path: Path) -> None:
    def packed(exchange: Exchange) -> None:
        body = gzip.compress(json.dumps(full.answer(["Q1"])).encode())
        exchange.answer(200, body, Content_Type=JSON, Content_Encoding="gzip")

    server = serve(packed)
    assert client(server, tmp_path).fetch_items(["Q1"])["Q1"].exists
    assert server.headers[0]["Accept-Encoding"] == "gzip"


def test_expired_responses_are_requested_again_except_offline(
    serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    server = serve(full)
    client(server, tmp_path).fetch_items(["Q1", "Q2"])
    assert client(server, tmp_path, max_age_s=60).fetch_items(["Q1"])
    assert len(server.times) == 1
    assert client(server, tmp_path, max_age_s=0).fetch_items(["Q1"])
    assert len(server.times) == 2
    offline = client(server, tmp_path, max_age_s=0, offline=True)
    assert offline.fetch_items(["Q1", "Q2", "Q3"]).keys() == {"Q1", "Q2"}
    assert offline.log.missing == ["Q3"]
    assert offline.log.oldest is not None
    assert len(server.times) == 2


def test_a_retry_date_beyond_the_calendar_is_still_reported(
    serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    never = "Fri, 31 Dec 9999 23:59:59 -2359"
    server = serve(lambda exchange: exchange.answer(429, Retry_After=never))
    with pytest.raises(NetworkError, match="requires a pause of 999999999 s"):
        client(server, tmp_path).fetch_items(["Q1"])


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("me:secret@localhost:9", "refuses connections"),
        ("socks5://me:secret@localhost:9", "is not an HTTP proxy"),
        ("http://localhost:port", "is not an HTTP proxy"),
    ],
)
def test_the_error_of_a_failing_proxy_does_not_have_its_login(
    proxy: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    wikidata = WikidataClient(
        ResponseCache(tmp_path), api="http://wikibase.invalid/w/api.php", timeout_s=3
    )
    with pytest.raises(NetworkError, match=words) as caught:
        wikidata.fetch_items(["Q1"])
    assert "secret" not in str(caught.value)


def test_a_proxy_gets_the_login_of_the_setting(
    serve: Serve, full: Wikibase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve(full)
    port = server.endpoint.split(":")[2].partition("/")[0]
    monkeypatch.setenv("http_proxy", f"me:a%20word@127.0.0.1:{port}")
    api = "http://wikibase.invalid/w/api.php"
    assert (
        WikidataClient(ResponseCache(tmp_path), api=api, timeout_s=3)
        .fetch_items(["Q1"])["Q1"]
        .exists
    )
    assert server.headers[0]["Proxy-Authorization"] == "Basic bWU6YSB3b3Jk"


@pytest.mark.parametrize("name", ["answers", "turn-127.0.0.1%3A{port}"])
def test_a_damaged_file_of_the_cache_is_named(
    name: str, serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    server = serve(full)
    client(server, tmp_path).fetch_items(["Q1"])
    port = server.endpoint.split(":")[2].partition("/")[0]
    path = tmp_path / f"{name.format(port=port)}.sqlite"
    assert path.is_file()
    path.write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match="delete it and run again") as caught:
        client(server, tmp_path).fetch_items(["Q2"])
    assert str(path) in str(caught.value)


def test_a_full_disk_keeps_the_cache(serve: Serve, full: Wikibase, tmp_path: Path) -> None:
    server = serve(full)
    client(server, tmp_path).fetch_items(["Q1"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "answers.sqlite").stat().st_size, hard))
    try:
        with pytest.raises(StoreError, match="cannot be read or written now") as caught:
            client(server, tmp_path).fetch_items(MANY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "remove" not in str(caught.value)
    assert client(server, tmp_path, offline=True).fetch_items(["Q1"])["Q1"].exists


def test_a_dry_run_lists_the_requests_and_sends_none(
    serve: Serve, full: Wikibase, tmp_path: Path
) -> None:
    server = serve(full)
    wikidata = client(server, tmp_path, dry_run=True)
    wikidata.fetch_items(MANY)
    wikidata.fetch_summaries(MANY[:3])
    wikidata.fetch_incoming(MANY[:2])
    wikidata.fetch_superclasses(["Q900000001"])
    assert server.times == []
    plans = wikidata.log.planned_requests
    assert [plan.partition(" ")[0] for plan in plans] == ["GET"] * 3 + ["#"] * 3
    for plan in plans[3:]:
        assert "SELECT" in plan
        assert "VALUES ?item { wd:Q" in plan
        for word in ("SERVICE", "wikibase:", "bd:", "mwapi:", "hint:", "gas:"):
            assert word not in plan
