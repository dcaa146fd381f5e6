"""The rules on random graphs, against all rules on all triples in every round."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allusion.build import inference
from allusion.build.adjacency_edges import STATED_PROPERTIES, indexed_edges
from allusion.build.inference import Rule, infer
from allusion.build.name_entries import name_entries
from allusion.core.errors import DataError
from allusion.core.vocabulary import AL, BASE, GRAPH_INFERRED, ONTOLOGY, PREFIXES
from allusion.store.default_graph import MergedWriter, default_quads, merge

ONTOLOGY_FOLDER = Path(__file__).parents[2] / "ontology"
RULES = sorted((ONTOLOGY_FOLDER / "rules").glob("*.rq"))
TYPE = PREFIXES["rdf"] + "type"
CLASSES = (
    *("Film", "Song", "WorkSeries", "Person", "Group", "Character", "Scene", "Utterance"),
    *("Reference", "Influence", "Analogy", "Derivation", "Performance", "Contribution"),
)
PROPERTIES = (
    *("from", "fromWork", "to", "expressedIn", "inScene", "inWork", "presentIn", "presents"),
    *("performer", "contributor", "character", "partOfSeries", "narrativePlace", "filmingPlace"),
    *("refersTo", "derivedFrom"),
)
OTHERS = (
    (AL + "certainty", f"{BASE}certainty/doubtful"),
    (AL + "kind", f"{BASE}kind/likeness"),
    (PREFIXES["skos"] + "broader", f"{BASE}kind/likeness"),
)
LABELS = (PREFIXES["rdfs"] + "label", AL + "editorialLabel")

nodes = st.integers(0, 6).map(lambda number: ox.NamedNode(f"{BASE}film/{number}"))
triples = st.one_of(
    st.builds(
        lambda one, name: ox.Triple(one, ox.NamedNode(TYPE), ox.NamedNode(AL + name)),
        nodes,
        st.sampled_from(CLASSES),
    ),
    st.builds(
        lambda one, name, other: ox.Triple(one, ox.NamedNode(AL + name), other),
        nodes,
        st.sampled_from(PROPERTIES),
        nodes,
    ),
    st.builds(
        lambda one, pair: ox.Triple(one, *map(ox.NamedNode, pair)), nodes, st.sampled_from(OTHERS)
    ),
    st.builds(
        lambda one, name, text, tag: ox.Triple(
            one, ox.NamedNode(name), ox.Literal(text, language=tag)
        ),
        nodes,
        st.sampled_from(LABELS),
        st.sampled_from(("a", "[a]", "b")),
        st.sampled_from(("en", "ja")),
    ),
)
sources = st.sampled_from([ox.NamedNode(f"{BASE}source/{name}") for name in "ab"])
statements = st.lists(st.tuples(triples, sources), min_size=8, max_size=45)


@pytest.fixture(scope="module")
def ontology() -> list[ox.Quad]:
    store = ox.Store()
    store.load(
        path=ONTOLOGY_FOLDER / "allusion.ttl",
        format=ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode(ONTOLOGY),
    )
    return list(store)


def in_graph(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def merged(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    merge(store)
    return store


def infer_in_rounds(store: ox.Store, texts: list[str]) -> None:
    """Run every rule in every round, until a round adds nothing."""
    added = True
    while added:
        added = False
        for text in texts:
            found = store.query(text, prefixes=PREFIXES)
            assert isinstance(found, ox.QueryTriples)
            new = {triple for triple in found if ox.Quad(*triple) not in store}
            store.extend(in_graph(triple, ox.NamedNode(GRAPH_INFERRED)) for triple in new)
            store.extend(ox.Quad(*triple) for triple in new)
            added |= bool(new)


@pytest.mark.parametrize("examples", [15, pytest.param(60, marks=pytest.mark.slow)])
def test_skipped_runs_change_nothing(ontology: list[ox.Quad], examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(statements, st.permutations(RULES))
    def check(stated: list[tuple[ox.Triple, ox.NamedNode]], rules: list[Path]) -> None:
        quads = [*ontology, *(in_graph(triple, source) for triple, source in stated)]
        expected, found = merged(quads), merged(quads)
        infer_in_rounds(expected, [path.read_text(encoding="utf-8") for path in RULES])
        before = len({quad.triple for quad in found})
        count = infer(found, rules)
        assert set(found) == set(expected)
        assert count == len({quad.triple for quad in found}) - before

    check()


@pytest.mark.parametrize("examples", [10, pytest.param(30, marks=pytest.mark.slow)])
def test_a_load_infers_and_reads_from_its_copy_what_the_store_has(
    ontology: list[ox.Quad], examples: int
) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(statements, st.sampled_from((2000, 10_000)))
    def check(stated: list[tuple[ox.Triple, ox.NamedNode]], max_copied: int) -> None:
        quads = [*ontology, *(in_graph(triple, source) for triple, source in stated)]
        expected, found = merged(quads), ox.Store()
        writer = MergedWriter(found, STATED_PROPERTIES, max_copied)
        writer.extend(quads)
        assert infer(found, RULES, writer) == infer(expected, RULES)
        assert set(found) == set(expected)
        assert set(default_quads(writer.copy)) == set(default_quads(expected))
        assert sorted(indexed_edges(writer.copy)) == sorted(indexed_edges(expected))
        names = list(name_entries(found, default=writer.copy))
        assert names == list(name_entries(expected))

    check()


@pytest.mark.parametrize(
    ("where", "reads"),
    [
        ("{ ?s al:from ?o }", {AL + "from"}),
        ("{ ?s al:from ?o ; a al:Film , al:Song . }", {AL + "from", TYPE}),
        ("{ ?s ^al:from/(al:to|<urn:x>)* ?o }", {AL + "from", AL + "to", "urn:x"}),
        ("{ ?s own:p\\-q ?o FILTER NOT EXISTS { ?o own:r 1 } }", {"urn:own:p-q", "urn:own:r"}),
        ("{ { ?s al:from ?o } UNION { [] al:to ?o } }", {AL + "from", AL + "to"}),
    ],
)
def test_predicates_of_a_rule_are_among_the_iris_that_it_reads(
    where: str, reads: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "rule.rq"
    path.write_text(
        f"PREFIX own: <urn:own:>\nCONSTRUCT {{ ?s al:joins ?o }} WHERE {where}", encoding="utf-8"
    )
    rule = Rule(path)
    assert rule.reads is not None
    assert reads <= rule.reads
    assert AL + "joins" not in rule.reads
    assert rule.writes is not None
    assert AL + "joins" in rule.writes


@pytest.mark.parametrize(
    "where",
    [
        "{ ?s ?p ?o }",
        "{ film:f ?p film:g }",
        "{ film:f al:to film:g . <urn:f> ?p film:g }",
        "{ ?s al:to ?o ; ?p film:g }",
        "{ BIND(1 AS ?x) film:f ?p ?o }",
        "{ [] ?p film:g }",
        "{ ?s !al:to ?o }",
        "{ ?s !(al:to|al:from) ?o }",
    ],
)
def test_a_rule_with_any_predicate_reads_all(where: str, tmp_path: Path) -> None:
    path = tmp_path / "rule.rq"
    path.write_text(f"CONSTRUCT {{ ?s al:joins ?o }} WHERE {where}", encoding="utf-8")
    assert Rule(path).reads is None


def test_the_word_where_is_not_needed(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text("CONSTRUCT { ?s <urn:q> ?o } { ?s <urn:p> ?o }")
    (tmp_path / "b.rq").write_text("CONSTRUCT WHERE { ?s <urn:p> ?o }")
    with_template, without = (Rule(tmp_path / name) for name in ("a.rq", "b.rq"))
    assert with_template.writes == frozenset(["urn:q"])
    assert with_template.reads == frozenset(["urn:p"])
    assert without.writes == without.reads == frozenset(["urn:p"])
    (tmp_path / "b.rq").write_text("CONSTRUCT { ?s <urn:p> ?o } { ?s <urn:r> ?o }")
    store = ox.Store()
    store.load("<urn:a> <urn:r> <urn:b> .", format=ox.RdfFormat.TURTLE)
    assert infer(store, [tmp_path / "a.rq", tmp_path / "b.rq"]) == 2


def test_only_the_rule_about_subproperties_reads_all() -> None:
    assert [path.stem for path in RULES if Rule(path).reads is None] == ["connected-to"]


def test_a_rule_without_new_input_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    run = inference._new_triples

    def counted(store: ox.Store, rule: Rule) -> set[ox.Triple]:
        runs.append(Path(rule.name).stem)
        return run(store, rule)

    monkeypatch.setattr(inference, "_new_triples", counted)
    store = ox.Store()
    store.load(
        f"<{BASE}performance/x> <{AL}performer> <{BASE}person/p> ; <{AL}inWork> <{BASE}film/f> .",
        format=ox.RdfFormat.TURTLE,
    )
    assert infer(store, RULES) == 1
    # "connected-to" reads all predicates, so that it waits for all other rules.
    assert sorted(runs) == [path.stem for path in RULES]
    assert runs[-1] == "connected-to"


def test_a_rule_that_constructs_new_nodes_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "endless.rq"
    path.write_text(
        "CONSTRUCT { ?o al:to ?next } WHERE { ?s al:to ?o BIND(IRI(CONCAT(STR(?o), 'x')) AS ?next) }",
        encoding="utf-8",
    )
    store = ox.Store()
    store.load(f"<urn:a> <{AL}to> <urn:b> .", format=ox.RdfFormat.TURTLE)
    with pytest.raises(DataError, match=r"endless\.rq.*20 rounds"):
        infer(store, [path])
