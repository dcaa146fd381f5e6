"""Operations of an update, and what each does to the default graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from allusion.core.errors import QueryError, QueryRefused
from allusion.sparql.guard import refuse_unsafe_update
from allusion.sparql.update import MAX_OPERATIONS, split_update


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("", []),
        ("PREFIX a: <urn:a> # nothing", []),
        ("CLEAR ALL ;", [""]),
        ("insert data { <a> <b> 1 ; <c> 2 . }", ["data"]),
        ("INSERT DATA { <a> <b> 1 } ; INSERT DATA { GRAPH <g> { <a> <b> 2 } }", ["data"]),
        ("INSERT DATA { <a> <b> 1 } ; CLEAR ALL ; INSERT DATA { <a> <b> 2 }", ["data", "", "data"]),
        ("DELETE DATA { <a> <b> 1 }", [""]),
        ("DELETE WHERE { ?s ?p ';' }", [""]),
        ("DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", ["default"]),
        ("DELETE { ?s ?p ?o } INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }", [""]),
        ("INSERT { GRAPH <g> { ?s ?p 1 } . ?s ?p 2 } WHERE { ?s ?p ?o }", ["default"]),
        ("WITH <g> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", [""]),
        ("MOVE SILENT <g> TO DEFAULT", ["copy"]),
        ("MOVE DEFAULT TO <g>", [""]),
        ("# CLEAR ALL ; \nDROP GRAPH <g;>", [""]),
    ],
)  # fmt: skip
def test_the_effect_of_each_operation(text: str, effects: list[str]) -> None:
    assert [one.effect for one in split_update(text)] == effects


def test_an_operation_keeps_its_place_and_the_prefixes_before_it() -> None:
    text = "PREFIX a: <urn:a>\nCLEAR ALL ;\nBASE <urn:b>\nDELETE WHERE { ?s a:p ?o } ; DROP ALL"
    clear, delete, drop = (one.text for one in split_update(text))
    assert clear == text[: text.index(" ;")]
    assert delete.split() == text[: text.index(" ; DROP")].replace("CLEAR ALL ;", "").split()
    assert drop.split() == ["PREFIX", "a:", "<urn:a>", "BASE", "<urn:b>", "DROP", "ALL"]
    for found, word in ((delete, "DELETE"), (drop, "DROP")):
        assert found.index(word) == text.index(word)


def test_using_stands_before_where() -> None:
    text = "INSERT { GRAPH <n> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    [one] = split_update(text, ["urn:g"], ["urn:n"])
    assert one.text == text.replace("WHERE", "USING <urn:g> USING NAMED <urn:n> WHERE")
    [one] = split_update("DELETE WHERE { ?s ?p ?o }", ["urn:g"])
    assert one.text.split("WHERE")[0].split() == [
        "DELETE",
        "{",
        "?s",
        "?p",
        "?o",
        "}",
        "USING",
        "<urn:g>",
    ]
    [one] = split_update("INSERT DATA { <a> <b> 1 }", ["urn:g"])
    assert "USING" not in one.text


@pytest.mark.parametrize(
    "text",
    ["SELECT * {}", "CLEAR ALL ; ; CLEAR ALL", "CLEARALL", "<a> <b> <c>", "LOADSILENT<urn:a>"],
)
def test_an_unknown_operation_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        split_update(text)


def test_the_number_of_operations_is_limited() -> None:
    assert len(split_update("DROP ALL;" * MAX_OPERATIONS)) == MAX_OPERATIONS
    with pytest.raises(QueryRefused, match="more than 1,000 operations"):
        split_update("DROP ALL;" * (MAX_OPERATIONS + 1))


@pytest.mark.parametrize("text", ["LOAD <urn:a>", "CLEAR ALL;load silent <urn:a>", "LOAD a:b"])
def test_load_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        refuse_unsafe_update(text)
    with pytest.raises(QueryRefused):
        split_update(text)


def test_a_prefix_that_changes_between_two_insertions_changes_the_second_only() -> None:
    update = (
        "PREFIX ex: <http://a/> INSERT DATA { ex:s ex:p 1 } ;\n"
        "PREFIX ex: <http://b/> INSERT DATA { ex:s ex:p 2 }"
    )
    store = ox.Store()
    for operation in split_update(update):
        store.update(operation.text)
    assert {quad.subject.value for quad in store} == {"http://a/s", "http://b/s"}


@pytest.mark.parametrize(
    "text",
    [
        r"INSERT DATA { GRAPH <urn:g> { ex:a\#b ex:p 1 } }",
        r"INSERT DATA { GRAPH <urn:g> { dbr:O\'Hara ex:p 1 } }",
        r"INSERT DATA { GRAPH <urn:g> { ex:a\;b ex:p 1 } }",
    ],
)
def test_escapes_in_names_begin_no_comment_and_no_string(text: str) -> None:
    [one] = split_update(text)
    assert (one.text, one.effect) == (text, "data")
    first, second = split_update(f"{text} ;\nDROP GRAPH <urn:g>")
    assert first.text == text
    assert (second.text.strip(), second.text.index("DROP")) == ("DROP GRAPH <urn:g>", len(text) + 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CLEAR ALL ;\nINSERT DATA { <a> <b> 1 ; DROP ALL", 'line 2: a "}" is missing'),
        ("INSERT DATA {\n<a> <b> 1 } } ; DROP ALL", 'line 2: "}" closes nothing'),
    ],
)
def test_a_brace_without_its_partner_is_refused(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        split_update(text)


def test_blanked_text_keeps_its_line_breaks() -> None:
    text = "CLEAR ALL ;\n\u00e9\u2028\r\tDROP ALL".replace("\u00e9", "")
    _, drop = split_update(text)
    assert drop.text == "           \n   DROP ALL"


@pytest.mark.parametrize("name", ["DEFAULT", "ALL", "UNDEF", "'a'"])
def test_using_without_the_name_of_a_graph_is_left_to_the_engine(name: str) -> None:
    text = f"INSERT {{ <a> <b> ?o }} USING {name} USING <b> WHERE {{ ?s ?p ?o }}"
    [one] = split_update(text)
    assert one.text == text
    with pytest.raises(SyntaxError):
        ox.Store().update(one.text, base_iri="urn:x:")


def test_an_operation_with_several_using_keeps_its_lines() -> None:
    text = "PREFIX a: <urn:a>\nINSERT { a:s a:p ?o }\nUSING\n<urn:g>\nUSING <urn:h>\nWHERE\n{ ?s ?p ?o }"
    [one] = split_update(text)
    assert one.text.count("ADD SILENT") == 2
    for word in ("INSERT", "WHERE", "?s ?p"):
        line = text.count("\n", 0, text.index(word))
        assert one.text.count("\n", 0, one.text.index(word)) == line
