"""The reconciliation service, asked as OpenRefine asks it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from web_server import Running

FORM = "application/x-www-form-urlencoded"


def batch(site: Running, name: str, asked: Any) -> Any:
    reply = site.ask(
        "/reconcile", method="POST", body=urlencode({name: json.dumps(asked)}), Content_Type=FORM
    )
    assert reply.status == 200
    return reply.json()


def test_the_manifest_names_services_that_exist(site: Running) -> None:
    manifest = site.ask("/reconcile").json()
    assert manifest["versions"] == ["0.2"]
    for what, service in manifest["suggest"].items():
        assert service["service_url"] == site.address
        reply = site.ask(f"{service['service_path']}?prefix=b")
        assert reply.json()["result"], what
    view = manifest["view"]["url"].replace("{{id}}", "film/2046").removeprefix(site.address)
    assert site.ask(view, Accept="text/html").status == 200
    preview = manifest["preview"]["url"].replace("{{id}}", "film/2046")
    assert "2046" in site.ask(preview.removeprefix(site.address)).text


def test_a_batch_matches_names_in_any_script(site: Running) -> None:
    found = batch(
        site,
        "queries",
        {
            "q0": {"query": "重慶森林", "type": "film", "limit": 3},
            "q1": {"query": "Momoe Yamaguchi", "type": ["person"]},
            "q2": {"query": "Nobody at all"},
            "q3": {"query": "Momoe Yamaguchi", "type": "film"},
        },
    )
    [first, *_] = found["q0"]["result"]
    assert (first["id"], first["match"]) == ("film/chungking-express", True)
    assert found["q1"]["result"][0]["type"] == [{"id": "person", "name": "person"}]
    assert found["q2"]["result"] == []
    assert all(one["type"][0]["id"] == "film" for one in found["q3"]["result"])


def test_values_are_added_to_matched_rows(site: Running) -> None:
    names = {one["id"] for one in site.ask("/reconcile/properties?type=film").json()["properties"]}
    assert {"original language", "Wikidata"} <= names
    asked = {
        "ids": ["film/chungking-express", "film/no-such-film"],
        "properties": [{"id": "original language"}, {"id": "Wikidata"}],
    }
    found = batch(site, "extend", asked)
    row = found["rows"]["film/chungking-express"]
    assert {"id": "language/cantonese", "name": "Cantonese"} in row["original language"]
    assert row["Wikidata"] == [{"str": "Q766263"}]
    assert found["rows"]["film/no-such-film"] == {"original language": [], "Wikidata": []}


def test_an_invalid_or_too_large_batch_is_refused(site: Running) -> None:
    assert site.ask("/reconcile?queries=nonsense").status == 400
    assert site.ask(f"/reconcile?queries={quote('[' * 10_000)}").status == 400
    many = json.dumps({f"q{n}": {"query": "x"} for n in range(51)})
    assert site.ask(f"/reconcile?{urlencode({'queries': many})}").status == 413
    assert site.ask("/reconcile/suggest/nothing").status == 404
    odd = {"q0": 1, "q1": {"query": "2046", "limit": -3, "type": 7}, "q2": {}}
    assert site.ask(f"/reconcile?{urlencode({'queries': json.dumps(odd)})}").status == 200
