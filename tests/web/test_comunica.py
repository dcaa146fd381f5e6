"""Comunica queries the server: the endpoint, and the pages of entities as linked data."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from web_server import Running

from allusion.query.results import Result

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
NODE = shutil.which("node")
BASE = "https://w3id.org/allusion/"
PREFIXES = (
    f"PREFIX al: <{BASE}ontology#> PREFIX film: <{BASE}film/> PREFIX person: <{BASE}person/>\n"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        NODE is None or not (MODULES / "@comunica" / "query-sparql").is_dir(),
        reason="Comunica is not installed: npm install --no-save @comunica/query-sparql@4",
    ),
]


def ask(address: str, query: str, kind: str = "sparql") -> Any:
    assert NODE
    done = subprocess.run(
        [NODE, str(Path(__file__).with_name("comunica.mjs")), str(ROOT), address, kind, PREFIXES + query],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


JOIN = """SELECT ?film ?label {
  ?film a al:Film ; al:published ?year ; <http://www.w3.org/2000/01/rdf-schema#label> ?label .
  FILTER(LANG(?label) = "en" && ?year = "1994"^^<http://www.w3.org/2001/XMLSchema#gYear>)
}"""


def test_rows_of_a_join_are_those_of_the_library(site: Running) -> None:
    rows = ask(f"{site.address}/sparql", JOIN)
    wanted = site.server.graph.sparql(PREFIXES + JOIN)
    assert isinstance(wanted, Result)
    found = {(row["film"], row["label"]) for row in rows}
    assert found == {(str(film), str(label)) for film, label in wanted.rows}
    assert (f"{BASE}film/chungking-express", "Chungking Express") in found


def test_ask_and_construct_are_answered(site: Running) -> None:
    address = f"{site.address}/sparql"
    assert ask(address, "ASK { film:2046 a al:Film }") is True
    assert ask(address, "ASK { film:2046 a al:Person }") is False
    triples = ask(address, "CONSTRUCT { film:2046 a ?class } WHERE { film:2046 a ?class }")
    assert [
        f"{BASE}film/2046",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        f"{BASE}ontology#Film",
    ] in triples


def test_a_page_is_read_as_linked_data(site: Running) -> None:
    rows = ask(f"{site.address}/film/2046", "SELECT ?year { film:2046 al:published ?year }", "file")
    assert {row["year"] for row in rows} >= {"2004"}
