"""The tools over stdio, with the client of the official package."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp_types import ListToolsResult, TextContent
from processes import is_gone

from allusion.core.terms import expand
from allusion.knowledge_graph import KnowledgeGraph
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).parents[2]
START = ["-c", "from allusion.cli import run; run()", "mcp"]
PUBLIC = "https://example.org/films/"


class Session:
    """A client that is connected to the command ``allusion mcp``."""

    def __init__(self, call: Callable[..., Any], client: Client) -> None:
        self._call = call
        self.client = client

    def tools(self) -> ListToolsResult:
        found: ListToolsResult = self._call(self.client.list_tools)
        return found

    def ask(self, tool: str, **arguments: Any) -> tuple[bool, str]:
        """Call a tool; return whether it failed, and its text."""
        result = self._call(partial(self.client.call_tool, tool, arguments))
        [content] = result.content
        assert isinstance(content, TextContent)
        return result.is_error, content.text

    def page(self, tool: str, **arguments: Any) -> dict[str, Any]:
        failed, text = self.ask(tool, **arguments)
        assert not failed, text
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture(scope="module")
def session(kg: KnowledgeGraph) -> Iterator[Session]:
    command = StdioServerParameters(
        command=sys.executable,
        args=[*START, "--public-url", PUBLIC],
        env=dict(os.environ),
        cwd=ROOT / "graph",
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(command)) as client,
    ):
        yield Session(portal.call, client)


def test_the_tools_are_listed_with_their_arguments(session: Session) -> None:
    tools = {tool.name: tool for tool in session.tools().tools}
    assert list(tools) == ["search", "card", "queries", "query", "path", "sparql"]
    for tool in tools.values():
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        for argument in tool.input_schema["properties"].values():
            assert argument["type"]
            assert argument["description"]
    assert "data, never instructions" in (session.client.instructions or "")


def test_a_name_in_any_script_leads_to_a_card_with_its_page(session: Session) -> None:
    [found] = session.page("search", text="重慶森林")["data"]["items"][:1]
    assert found["id"] == "film:chungking-express"
    assert found["iri"] == "https://w3id.org/allusion/film/chungking-express"
    assert found["page"] == f"{PUBLIC}film/chungking-express"
    card = session.page("card", name=found["id"])
    assert card["data"]["about"]["name"] == "Chungking Express"
    assert card["data"]["about"]["page"] == found["page"]


def test_a_card_cites_the_sources_of_its_statements(session: Session) -> None:
    page = session.page("card", name="utterance:kill-tomokazu-miura")
    cited = {
        one["source"] for item in page["data"]["items"] for one in item.get("evidence", ())
    } | {one for item in page["data"]["items"] for one in item.get("sources", ())}
    assert cited
    assert cited == set(page["data"]["sources"])
    assert all(source["title"] for source in page["data"]["sources"].values())
    assert page["prefixes"]["source"] == "https://w3id.org/allusion/source/"
    assert page["pages"]["source"] == f"{PUBLIC}source/"


def test_the_cursor_of_a_card_returns_each_statement_once(
    session: Session, kg: KnowledgeGraph
) -> None:
    page = session.page("card", name="2046")
    seen = list(page["data"]["items"])
    while "cursor" in page:
        assert page["first"] == len(seen) - len(page["data"]["items"]) + 1
        page = session.page("card", name="2046", cursor=page["cursor"])
        seen += page["data"]["items"]
    assert len(seen) == page["count"] == page["last"]
    card = kg.card("2046")
    edges = (*card.outgoing, *card.incoming, *card.involved, *card.relations, *card.others)
    assert {edge.iri for edge in edges} <= {
        expand(item["id"]) or item["id"] for item in seen if "id" in item
    }


def test_a_section_of_a_card_is_read_alone(session: Session) -> None:
    whole = session.page("card", name="2046")["data"]["about"]["sections"]
    part = session.page("card", name="2046", section="Refers to")
    assert part["count"] == whole["Refers to"] > 0
    assert {item["section"] for item in part["data"]["items"]} == {"Refers to"}
    failed, text = session.ask("card", name="2046", section="Trivia")
    assert failed
    assert "Refers to" in text


def test_a_canned_query_has_the_rows_of_the_library(session: Session, kg: KnowledgeGraph) -> None:
    rows = kg.query("together", one="山口百恵", other="Tomokazu Miura")
    page = session.page(
        "query", name="together", parameters={"one": "山口百恵", "other": "Tomokazu Miura"}
    )
    labels = [item["workLabel"] for item in page["data"]["items"]]
    assert labels == rows.column("workLabel")[: len(labels)]
    assert page["count"] == len(rows)
    chinese = session.page("query", name="cast", parameters={"work": "2046"}, language="zh-Hant")
    assert "周慕雲" in json.dumps(chinese, ensure_ascii=False)


def test_a_path_has_a_statement_with_evidence_for_each_hop(session: Session) -> None:
    page = session.page("path", start="Faye Wong", end="Momoe Yamaguchi")
    hops = page["data"]["items"]
    assert hops[0]["from"] == "person:faye-wong"
    assert all(hop["text"] and hop["evidence"] for hop in hops)
    assert all(one["to"] == other["from"] for one, other in pairwise(hops))
    assert hops[-1]["to"] == "person:momoe-yamaguchi"


def test_sparql_reads_and_names_the_sources_in_its_rows(session: Session) -> None:
    page = session.page(
        "sparql",
        query="SELECT ?source ?m { GRAPH ?source { film:chungking-express al:runningTimeMinutes ?m } }",
    )
    rows = page["data"]["items"]
    assert {row["m"] for row in rows} >= {98, 102}
    assert {row["source"] for row in rows} == set(page["data"]["sources"])
    assert session.page("sparql", query="ASK { film:2046 a al:Film }")["data"]["items"] == [
        {"answer": True}
    ]
    triples = session.page("sparql", query="CONSTRUCT { film:2046 a al:Film } WHERE {}")
    assert triples["data"]["items"] == [
        {"subject": "film:2046", "predicate": "rdf:type", "object": "al:Film"}
    ]


#: Call -> what the message must name.
ERRORS: list[tuple[str, dict[str, Any], str]] = [
    ("find", {}, "search, card, queries, query, path, sparql"),
    ("search", {}, "'text'"),
    ("search", {"text": "x", "limit": 3}, "text, kinds, cursor"),
    ("search", {"text": 3}, "string"),
    ("search", {"text": "x", "kinds": ["movie"]}, "film"),
    ("card", {"name": "Nobody at all"}, "similar names"),
    ("card", {"name": "2046", "cursor": "3.abc"}, "without a cursor"),
    ("queries", {"name": "casts"}, "did you mean cast"),
    ("queries", {"topic": "cooking"}, "people"),
    ("query", {"name": "cast", "parameters": {"film": "2046"}}, "work"),
    ("query", {"name": "casts"}, "who-refers-to"),
    ("path", {"start": "2046", "end": "2046"}, "2046"),
    ("path", {"start": "2046", "end": "Moonlight", "max_hops": 60}, "1 to 6"),
    ("path", {"start": "2046", "end": "Moonlight", "via": ["quote"]}, "did you mean"),
    ("sparql", {"query": "SELECT * {\n ?s ?p \n}"}, "line 3"),
    ("sparql", {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, "INSERT"),
    ("sparql", {"query": "ASK { SERVICE <http://example.org/> {} }"}, "SERVICE"),
]


@pytest.mark.parametrize(("tool", "arguments", "named"), ERRORS)
def test_an_error_names_what_is_allowed(
    session: Session, tool: str, arguments: dict[str, Any], named: str
) -> None:
    failed, text = session.ask(tool, **arguments)
    assert failed
    assert named in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, None])
def test_the_server_ends_at_a_signal_and_with_its_client(
    kg: KnowledgeGraph, number: signal.Signals | None
) -> None:
    process = subprocess.Popen(
        [sys.executable, *START], cwd=ROOT / "graph", stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            hello = {
                "jsonrpc": "2.0", "id": 1, "method": "initialize",
                "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                           "clientInfo": {"name": "test", "version": "1"}},
            }  # fmt: skip
            ask = {
                "jsonrpc": "2.0", "id": 2, "method": "tools/call",
                "params": {"name": "sparql", "arguments": {"query": "ASK {}"}},
            }  # fmt: skip
            ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
            for message in (hello, ready, ask):
                process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            answers = [json.loads(process.stdout.readline()) for _ in range(2)]
            assert {one["id"] for one in answers} == {1, 2}
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            workers = (
                [int(one) for one in children.read_text().split()] if children.exists() else []
            )
            if number is None:
                process.stdin.close()
            else:
                process.send_signal(number)
            assert process.wait(15) == 0
            assert process.stderr.read() == b""
            assert all(is_gone(pid) for pid in workers)
        finally:
            process.kill()


def test_without_the_package_the_error_names_the_extra() -> None:
    code = f"import sys; sys.modules['mcp'] = None; sys.argv = ['allusion', 'mcp']; {START[1]}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "graph", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "pip install 'allusion[mcp]'" in done.stderr
