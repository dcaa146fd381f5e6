"""A command binds the parameters of a canned query once, and looks up a name once."""

from __future__ import annotations

import pytest
from terminal import Run

from allusion.query import bound_query
from allusion.search.name_index import NameIndex


@pytest.mark.parametrize("form", ["csv", "json", "sparql-json"])
def test_a_query_parses_its_parameters_once_and_looks_up_the_name_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    calls: list[str] = []
    parse, bind = bound_query.parse_values, bound_query.bind_terms
    look_up = NameIndex._query_exact

    def counted_parse(*arguments: object) -> object:
        calls.append("parse")
        return parse(*arguments)  # type: ignore[arg-type]

    def counted_bind(*arguments: object) -> object:
        calls.append("bind")
        return bind(*arguments)  # type: ignore[arg-type]

    def counted_look_up(self: NameIndex, *arguments: object) -> object:
        calls.append("look up")
        return look_up(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(bound_query, "parse_values", counted_parse)
    monkeypatch.setattr(bound_query, "bind_terms", counted_bind)
    monkeypatch.setattr(NameIndex, "_query_exact", counted_look_up)
    assert run("query", "who-refers-to", "三浦友和", "-f", form).code == 0
    assert sorted(calls) == ["bind", "look up", "parse"]
