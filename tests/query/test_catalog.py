"""The canned queries: headers, parameters, answers, and that nothing can be injected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allusion import open as open_graph
from allusion.build.inference import infer
from allusion.core.errors import AllusionError, ParameterError, QueryRefused, UnknownName
from allusion.core.resources import locate
from allusion.core.terms import Iri, Literal, canonical_language
from allusion.core.vocabulary import BASE, GRAPH_MAPPING, GRAPH_REGISTER, ONTOLOGY, PREFIXES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.bound_query import bind_terms, parse_value
from allusion.query.catalog import (
    TYPES,
    CannedQuery,
    Catalog,
    Parameter,
    read_catalog,
)
from allusion.query.results import to_python
from allusion.store.default_graph import extend
from allusion.store.interface import Rows
from allusion.store.oxigraph import OxigraphStore, from_engine

PATHS = locate().query_files()
CATALOG, FAULTS = read_catalog(PATHS)
QUERIES = list(CATALOG.queries.values())
LOCAL = CATALOG.local
each_local = pytest.mark.parametrize("query", LOCAL, ids=lambda query: query.name)
each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


#: Enough of the graph for every canned query to have an answer, and little enough for rdflib's
#: evaluator, which does not reorder joins.
SLICE = (
    "kpnv-223", "titusonfilm-chungking-express", "michaelchu-akai-giwaku", "newskingdom-11642",
    "piglix-chungking-express", "imdb4m", "hk01-1015745", "wikipedia-chungking-express",
    "patrickmccoy-fallen-angels", "aff124-izu-no-odoriko", "qz-moonlight",
    "academickids-breathless", "cinemasie-woman-in-blonde-wig",
)  # fmt: skip


@pytest.fixture(scope="module")
def small(kg: KnowledgeGraph) -> ox.Store:
    """A slice of the graph: some sources, the entities they mention, the ontology, the rules."""
    whole = kg.embedded.engine
    graphs = {f"{BASE}source/{name}" for name in SLICE}
    chosen = [
        q for q in whole if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value in graphs
    ]
    mentioned = {str(term) for quad in chosen for term in (quad.subject, quad.object)}
    kept = {GRAPH_REGISTER, GRAPH_MAPPING}
    for quad in whole:
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        of_mentioned = str(quad.subject) in mentioned or str(quad.object) in mentioned
        if graph == ONTOLOGY or (graph in kept and of_mentioned):
            chosen.append(quad)
    store = ox.Store()
    extend(store, chosen)
    infer(store, locate().rule_files())
    return store


@pytest.fixture(scope="module")
def rdflib_dataset(small: ox.Store) -> rdflib.Dataset:
    """The same quads in rdflib's own memory store, answered by rdflib's own evaluator."""
    dataset = rdflib.Dataset()
    dataset.parse(data="".join(f"{quad} .\n" for quad in small), format="nquads")
    return dataset


def test_every_header_can_be_read() -> None:
    assert FAULTS == []
    assert len(LOCAL) >= 30


@pytest.mark.parametrize("query", [q for q in QUERIES if q.service_hosts], ids=lambda q: q.name)
def test_a_federated_query_names_its_servers_and_runs_only_if_they_are_allowed(
    kg: KnowledgeGraph, query: CannedQuery
) -> None:
    asked = set(re.findall(r"SERVICE <https://([^/]+)/", query.sparql))
    assert asked == set(query.service_hosts)
    assert "federated" in query.tags
    with pytest.raises(QueryRefused, match=f"--allow-service {query.service_hosts[0]}"):
        kg.query(query.name)


def test_a_query_that_declares_no_server_has_no_service_clause() -> None:
    assert all("SERVICE" not in query.sparql for query in LOCAL)


def test_a_name_is_resolved_to_its_wikidata_item(kg: KnowledgeGraph) -> None:
    for name in ("重慶森林", "Q766263", "wd:Q766263", "http://www.wikidata.org/entity/Q766263"):
        text = kg.query_text("wikidata-says", item=name)
        assert "VALUES ?item { <http://www.wikidata.org/entity/Q766263> }" in text


def test_a_name_without_an_item_is_an_error_with_the_next_step(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="not linked to a Wikidata item yet"):
        kg.query_text("wikidata-says", item="character:cop-223")


@each_query
def test_a_file_is_named_in_kebab_case_and_declares_just_the_prefixes_it_uses(
    query: CannedQuery,
) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    declared = re.findall(r"^PREFIX ([\w-]+): <(.+)>$", query.sparql, re.MULTILINE)
    body = re.sub(r'^(#|PREFIX).*$|"[^"\n]*"|<[^>\n]*>', "", query.sparql, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w?-])([a-z][\w-]*):[\w-]", body))
    assert [name for name, _ in declared] == sorted(used)
    assert all(PREFIXES[name] == iri for name, iri in declared)


@each_query
def test_the_header_documents_the_columns_that_the_query_gives(
    query: CannedQuery,
) -> None:
    answer = ox.Store().query(query.sparql)  # no row is read, so nobody is asked
    assert isinstance(answer, ox.QuerySolutions)
    assert tuple(v.value for v in answer.variables) == tuple(
        column.name for column in query.columns
    )
    assert all(column.description for column in query.columns)
    assert query.summary
    assert query.tags


@each_local
def test_the_answer_is_the_one_that_the_header_expects(
    kg: KnowledgeGraph, query: CannedQuery
) -> None:
    assert query.expected, "the header lacks expected:"
    result = kg.query(query.name)
    if "rows" in query.expected:
        assert len(result) == query.expected["rows"]
    records = [{k: _plain(v) for k, v in row.items()} for row in result.records()]
    for wanted in query.expected["contains"]:
        assert any(_has(record, wanted) for record in records), wanted
    for unwanted in query.expected.get("lacks", []):
        assert not any(_has(record, unwanted) for record in records), unwanted


def _plain(value: object) -> object:
    return value if isinstance(value, int | bool) else str(value)


def _has(record: dict[str, object], wanted: dict[str, Any]) -> bool:
    return all(_parts(record[name]) == _parts(value) for name, value in wanted.items())


def _parts(value: object) -> list[str]:
    """Return the parts of a joined cell; GROUP_CONCAT promises no order."""
    return sorted(str(value).split(" | "))


@pytest.mark.slow
@each_local
def test_both_engines_give_equal_rows(
    small: ox.Store, rdflib_dataset: rdflib.Dataset, query: CannedQuery
) -> None:
    store = OxigraphStore()
    store.engine = small
    # "At least so many" is for the whole graph; in a slice of it, one is many.
    one = Literal("1", datatype=PREFIXES["xsd"] + "integer")
    text = bind_terms(query, {p.name: one for p in query.parameters if p.type == "integer"})
    ours = store.query(text)
    assert isinstance(ours, Rows)
    theirs = rdflib_dataset.query(text)
    assert [str(name) for name in theirs.vars or ()] == list(ours.columns)
    rows = sorted(_row_of_ours(row) for row in ours)
    assert rows, "the slice gives no answer to compare"
    assert sorted(map(_row_of_rdflib, theirs)) == rows


def _row_of_ours(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple("" if term is None else _cell(term) for term in row)


def _cell(term: Any) -> str:
    if isinstance(term, Literal) and " | " in term.value:
        # GROUP_CONCAT promises no order.
        term = Literal(" | ".join(sorted(term.value.split(" | "))), term.language, term.datatype)
    if isinstance(term, Literal) and term.language:
        return f"{term.value}@{term.language}"
    return str(to_python(term))


def _row_of_rdflib(row: Any) -> tuple[str, ...]:
    cells = []
    for term in row:
        if term is None:
            cells.append("")
        elif isinstance(term, rdflib.URIRef):
            cells.append(str(term))
        else:
            language = canonical_language(term.language) if term.language else ""
            datatype = str(term.datatype) if term.datatype else PREFIXES["xsd"] + "string"
            cells.append(_cell(Literal(str(term), language, datatype)))
    return tuple(cells)


@each_local
def test_the_query_alone_determines_the_order_of_rows(
    kg: KnowledgeGraph, query: CannedQuery
) -> None:
    assert "ORDER BY" in query.sparql
    assert kg.query(query.name).rows == kg.query(query.name).rows


def test_why_a_person_is_named_comes_before_the_background(kg: KnowledgeGraph) -> None:
    known = list(kg.query("what-to-know").records())
    assert list(dict.fromkeys(str(row["step"]) for row in known))[:3] == [
        "1 who is named",
        "2 what else the work says of them",
        "3 what the work says of those around them",
    ]
    motive = next(row for row in known if str(row["step"]).startswith("2"))
    assert "less and less like Tomokazu Miura" in str(motive["detail"])


def test_a_work_may_be_given_by_any_of_its_names(kg: KnowledgeGraph) -> None:
    texts = {
        kg.query_text("what-it-refers-to", work=name)
        for name in ("重慶森林", "Chungking Express", "film:chungking-express", "恋する惑星")
    }
    assert len(texts) == 1


def test_a_name_in_a_parameter_is_looked_up_once(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    resolve = kg.names.resolve

    def count(name: str, registers: Sequence[str] = ()) -> str:
        looked.append(name)
        return resolve(name, registers)

    monkeypatch.setattr(kg.names, "resolve", count)
    answer = kg.query("cast", "重慶森林")
    assert answer.about == ("https://w3id.org/allusion/film/chungking-express",)
    assert looked == ["重慶森林"]


def test_a_bound_query_runs_anywhere_as_it_is_printed(kg: KnowledgeGraph) -> None:
    text = kg.query_text("who-refers-to", entity="Momoe Yamaguchi")
    assert "VALUES ?entity { <https://w3id.org/allusion/person/momoe-yamaguchi> }" in text
    rows = kg.embedded.engine.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    assert list(rows)


def test_unknown_query_names_the_known_ones(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="did you mean who-refers-to"):
        kg.query("who-refers")


def test_unknown_parameter_names_the_known_ones(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'film'; it has: work"):
        kg.query("what-it-refers-to", film="x")


def test_unknown_name_lists_candidates(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="Tomokazu Miura"):
        kg.query("who-refers-to", entity="Tomokazu Miuro")


@pytest.mark.parametrize(
    ("kind", "text"),
    [("year", "19x4"), ("integer", "ten"), ("language", "zh Hant")],
)
def test_a_value_of_the_wrong_type_is_an_error_that_names_the_type(kind: str, text: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(TYPES[kind])):
        parse_value(Parameter("p", kind, "", "UNDEF"), text, lambda name, _: name)


def test_labels_follow_the_language_and_fall_back_to_english(kg: KnowledgeGraph) -> None:
    names = kg.query("who-refers-to", language="zh-Hant").column("originLabel")
    assert "重慶森林" in names


def test_links_lead_to_wikidata(kg: KnowledgeGraph) -> None:
    links = kg.query("who-refers-to", links=True).column("originLink")
    assert "https://www.wikidata.org/wiki/Q766263" in links


def test_the_catalog_is_read_back_unchanged() -> None:
    assert Catalog.from_lines(CATALOG.to_lines()) == CATALOG


def test_a_header_that_is_wrong_is_a_fault_with_its_file(tmp_path: Path) -> None:
    bad = tmp_path / "bad.rq"
    bad.write_text("#+ summary: x\n#+ tags: [y]\n#+ columns: {s: it}\n#+ parameters: {w: {type: film}}\n"
                   "SELECT ?s { VALUES ?w { 1 } ?s ?p ?w }")  # fmt: skip
    _, (fault,) = read_catalog([bad])
    assert (fault.file, fault.code) == ("queries/bad.rq", "query-header")
    assert "parameter w has an unknown type" in fault.problem


@pytest.mark.parametrize("name", ["language", "from"])
def test_a_parameter_must_not_have_a_reserved_name(tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.rq"
    bad.write_text(f"#+ summary: x\n#+ tags: [y]\n#+ columns: {{s: it}}\n#+ parameters: {{{name}: {{type: text}}}}\n"
                   f"SELECT ?s {{ VALUES ?{name} {{ 1 }} ?s ?p ?{name} }}")  # fmt: skip
    _, (fault,) = read_catalog([bad])
    assert f"parameter {name} has a name that Python" in fault.problem


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("SELECT * {", "is not valid SPARQL"),
        ("SELECT ?x { ?x ?p ?o }", "has the columns x"),
        ("ASK {}", "is not a SELECT query"),
    ],
)
def test_an_invalid_query_or_an_unexpected_answer_is_a_fault(
    tmp_path: Path, body: str, problem: str
) -> None:
    bad = tmp_path / "bad.rq"
    bad.write_text(f"#+ summary: x\n#+ tags: [y]\n#+ columns: {{s: it}}\n{body}")
    _, (fault,) = read_catalog([bad])
    assert problem in fault.problem


texts = st.text(max_size=60) | st.sampled_from(
    ["} SERVICE <http://e/> {", '" } DROP ALL #', "x> } INSERT DATA { <a", "\\u007D", "?work", "*/",
     "''' }", "VALUES ?work { ?x }", "@en }", "<http://a> } UNION { ?s ?p ?o", "\n} #", "\\"]
)  # fmt: skip


@given(value=texts, query=st.sampled_from(QUERIES), data=st.data())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_value_changes_the_structure_of_a_query(
    value: str, query: CannedQuery, data: st.DataObject
) -> None:
    parameter = data.draw(st.sampled_from(query.parameters)) if query.parameters else None
    if parameter is None:
        return
    # Any IRI of ours, and any text: only terms get in.
    try:
        term = parse_value(parameter, value, lambda name, _: f"{BASE}film/{quote(name)}")
    except (AllusionError, ValueError):
        term = Literal(value)
    bound = bind_terms(query, {parameter.name: term})
    marker = bind_terms(query, {parameter.name: Iri("urn:x-marker")})
    pieces = marker.split("<urn:x-marker>")
    inserted = bound[len(pieces[0]) : len(bound) - len("".join(pieces[1:]))]
    inserted = inserted[: len(inserted) // (len(pieces) - 1)] if len(pieces) > 2 else inserted
    assert bound == inserted.join(pieces)
    assert _reads_as_one_term(inserted) == term


def _reads_as_one_term(text: str) -> object:
    rows = ox.Store().query(f"SELECT ?x WHERE {{ VALUES ?x {{ {text} }} }}")
    assert isinstance(rows, ox.QuerySolutions)
    (row,) = rows
    return from_engine(row["x"])


OPTIONAL = [(q, p) for q in QUERIES for p in q.parameters if p.optional]


@pytest.mark.parametrize(("query", "parameter"), OPTIONAL, ids=lambda x: x.name)
def test_any_omits_an_optional_parameter(
    kg: KnowledgeGraph, query: CannedQuery, parameter: Parameter
) -> None:
    assert kg.query_text(query.name, **{parameter.name: "any"}) == query.sparql


@pytest.mark.parametrize(
    ("query", "parameter"),
    [(q, p) for q in QUERIES for p in q.parameters],
    ids=lambda x: x.name,
)
def test_a_parameter_may_be_left_out_for_all_where_its_description_promises_it(
    query: CannedQuery, parameter: Parameter
) -> None:
    assert parameter.optional == ("leave it out" in parameter.description)


def test_any_for_a_required_parameter_is_an_error_with_the_default(kg: KnowledgeGraph) -> None:
    with pytest.raises(
        ParameterError, match=r"cast needs a value for work, .* film:chungking-express"
    ):
        kg.query_text("cast", work="any")


def test_a_language_finds_the_sources_in_its_variants(kg: KnowledgeGraph) -> None:
    found = set(kg.query("sources", tag="zh", least=0).column("language"))
    assert {"zh-Hant", "zh-Hans"} <= found
    assert all(str(tag).startswith("zh") for tag in found)
