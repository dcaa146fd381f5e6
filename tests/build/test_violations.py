"""The violation queries: each fires on the graph made for it, and none on the shipped one."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from allusion.build.check.violations import COLUMNS, Check, read_checks, violation_faults
from allusion.build.inference import infer
from allusion.core.errors import DataError, UnknownName
from allusion.core.resources import Resources, locate
from allusion.core.terms import Iri, Literal, canonical_language
from allusion.core.vocabulary import ONTOLOGY, PREFIXES
from allusion.query.results import Result
from allusion.store.default_graph import DEFAULT_GRAPH, merge
from allusion.store.oxigraph import OxigraphStore

FIXTURES = Path(__file__).parents[1] / "data" / "checks"
CHECKS = list(read_checks(locate()).values())
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)


@cache
def ontology() -> list[ox.Quad]:
    graph = ox.NamedNode(ONTOLOGY)
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for path in locate().ontology_files()
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    ]


@cache
def spoilt(name: str) -> OxigraphStore:
    """The small graph made for one check, with what follows from it by the ontology."""
    store = OxigraphStore()
    store.engine.load((FIXTURES / f"{name}.trig").read_bytes(), format=ox.RdfFormat.TRIG)
    store.engine.extend(ontology())
    merge(store.engine)
    infer(store.engine, locate().rule_files())
    store.engine.remove_graph(ox.NamedNode(ONTOLOGY))
    store.engine.clear_graph(DEFAULT_GRAPH)
    merge(store.engine)
    return store


@cache
def shipped() -> dict[str, int]:
    return dict(Counter(fault.code for fault in violation_faults(locate())))


@each_check
def test_each_check_finds_exactly_the_faults_of_its_fixture(check: Check) -> None:
    found = check.run(spoilt(check.name)).write("tsv")
    assert found == (FIXTURES / f"{check.name}.tsv").read_text(encoding="utf-8")
    assert found.count("\n") > 1, "the fixture makes no fault"


@each_check
def test_the_shipped_facts_hold(check: Check) -> None:
    assert shipped().get(check.name, 0) == 0, f"run: allusion check --only {check.name}"


@each_check
def test_a_check_has_problem_and_solution_and_declares_only_the_prefixes_it_uses(
    check: Check,
) -> None:
    assert check.problem.endswith(".")
    assert check.solution.endswith(".")
    assert "ORDER BY ?entity" in check.sparql
    declared = re.findall(r"^PREFIX ([\w-]+): <(.+)>$", check.sparql, re.MULTILINE)
    body = re.sub(r'^\s*(#|PREFIX).*$|"[^"\n]*"|<[^>\n]*>', "", check.sparql, flags=re.MULTILINE)
    assert [name for name, _ in declared] == sorted(
        set(re.findall(r"(?<![\w?-])([a-z][\w-]*):", body))
    )
    assert all(PREFIXES[name] == iri for name, iri in declared)


@each_check
def test_rdflib_finds_the_same_faults(check: Check) -> None:
    store = spoilt(check.name)
    dataset = rdflib.Dataset()
    dataset.parse(data="".join(f"{quad} .\n" for quad in store.engine), format="nquads")
    theirs = dataset.query(check.sparql)
    assert [str(name) for name in theirs.vars or ()] == list(COLUMNS)
    rows = [tuple(map(_ours, row)) for row in theirs if isinstance(row, rdflib.query.ResultRow)]
    result = Result(COLUMNS, rows).write("tsv").splitlines()
    assert sorted(result[1:]) == sorted(check.run(store).write("tsv").splitlines()[1:])


def _ours(term: Any) -> Iri | Literal | None:
    if isinstance(term, rdflib.URIRef):
        return Iri(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=canonical_language(term.language))
        return Literal(str(term), datatype=str(term.datatype or PREFIXES["xsd"] + "string"))
    return None


def test_every_fixture_belongs_to_a_check() -> None:
    names = {check.name for check in CHECKS}
    assert {path.stem for path in FIXTURES.glob("*.trig")} == names
    assert {path.stem for path in FIXTURES.glob("*.tsv")} == names


def test_a_fault_has_the_line_of_its_statement(tiny: Resources) -> None:
    path = tiny.data / "sources/review.ttl"
    text = path.read_text(encoding="utf-8").replace("certainty:explicit", "certainty:claimed")
    path.write_text(text, encoding="utf-8")
    (fault,) = violation_faults(tiny)
    assert (fault.file, fault.entity) == ("sources/review.ttl", "connection:later-star")
    assert text.splitlines()[fault.line - 1].strip() == "al:certainty certainty:claimed ;"
    assert fault.code == "violation-view-without-holder"
    assert "has no holder (al:madeBy certainty:claimed: " in fault.problem
    assert fault.fix.startswith("Add al:heldBy (opinions) or al:madeBy")


def test_a_fault_of_a_mapping_has_the_line_of_its_row(tiny: Resources) -> None:
    path = tiny.data / "wikidata.sssom.tsv"
    text = path.read_text(encoding="utf-8").replace("https://example.org/list", "my memory")
    path.write_text(text, encoding="utf-8")
    (fault,) = violation_faults(tiny)
    assert (fault.file, fault.line) == ("wikidata.sssom.tsv", 4)
    assert "it" in fault.problem
    assert "my memory" in fault.problem


def test_a_single_check_can_be_run(tiny: Resources) -> None:
    path = tiny.data / "sources/review.ttl"
    path.write_text(path.read_text().replace("certainty:explicit", "certainty:claimed"))
    assert violation_faults(tiny, ["violation-cycle"]) == []
    assert len(violation_faults(tiny, ["violation-view-without-holder"])) == 1


def test_an_unknown_check_names_the_known_ones(tiny: Resources) -> None:
    with pytest.raises(UnknownName, match="violation-view-without-holder"):
        violation_faults(tiny, ["violation-of-manners"])


def test_a_check_without_its_header_or_with_other_columns_is_a_fault(
    tiny: Resources, tmp_path: Path
) -> None:
    folder = tmp_path / "queries/checks"
    folder.mkdir(parents=True)
    spoilt_ = Resources(tiny.data, tiny.ontology, folder.parent)
    bad = folder / "violation-bad.rq"
    bad.write_text("SELECT ?entity {}")
    with pytest.raises(DataError, match="does not begin with its header"):
        violation_faults(spoilt_)
    bad.write_text("# Problem: P.\n# Solution: S.\nSELECT ?entity {}")
    (fault,) = violation_faults(spoilt_)
    assert fault.file == "queries/checks/violation-bad.rq"
    assert (
        "a check must be a SELECT query with exactly the columns ?entity ?property ?value ?source ?detail"
        in fault.problem
    )
