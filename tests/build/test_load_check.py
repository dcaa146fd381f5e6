"""A load with names warns of what cannot be shown, in groups and with lines."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from allusion.build.bulk_load import LoadReport, load
from allusion.build.load_warnings import _Check
from allusion.cli import cli
from allusion.core.resources import locate
from allusion.core.vocabulary import AL, BASE, PREFIXES
from allusion.knowledge_graph import KnowledgeGraph

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
FIRST = HEAD.count("\n") + 1
SOUND = """film:a a al:Film ; rdfs:label "A"@en ; al:published "1994"^^xsd:gYear .
person:b a al:Person ; rdfs:label "B"@en .
connection:c a al:Reference ; al:from film:a ; al:to person:b ; al:kind kind:name-drop ;
    al:certainty certainty:explicit ; al:evidence evidence:e .
evidence:e a al:Evidence ; al:source source:s .
source:s a al:Source ; dcterms:title "S"@en .
"""


def loaded_from(folder: Path, *texts: str, form: str = "ttl") -> LoadReport:
    paths = []
    for number, text in enumerate(texts, 1):
        path = folder / f"{number}.{form}"
        if form == "ttl":
            path.write_text(HEAD + text, encoding="utf-8")
        else:
            triples = ox.parse((HEAD + text).encode(), ox.RdfFormat.TURTLE)
            ox.serialize((q.triple for q in triples), str(path), prefixes=PREFIXES)
        paths.append(path)
    return load(paths, folder / "store", locate(), names=True, inference=True)


def warned(loaded: LoadReport) -> dict[str, list[tuple[int, str, str]]]:
    """Return each warning with its cases: line in the own part of the text, problem, fix."""
    return {
        str(group): [(fault.line - FIRST + 1, fault.problem, fault.fix) for fault in group.faults]
        for group in loaded.warnings
    }


def test_correct_data_get_no_warning(tmp_path: Path) -> None:
    assert loaded_from(tmp_path, SOUND).warnings == ()


@pytest.mark.parametrize(
    ("right", "wrong", "line", "problem", "fix"),
    [
        ("al:Person", "al:Persn", 2, "al:Persn is unknown", "did you mean al:Person?"),
        ("al:published", "al:year", 1, "al:year is unknown", "did you mean al:published?"),
        ("kind:name-drop", "kind:namedrop", 3, "kind:namedrop is unknown",
         "did you mean kind:name-drop?"),
        ("certainty:explicit", "certainty:sure", 4, "certainty:sure is unknown",
         "did you mean certainty:inferred?"),
    ],
)  # fmt: skip
def test_an_unknown_term_has_its_line_and_a_suggestion(
    tmp_path: Path, right: str, wrong: str, line: int, problem: str, fix: str
) -> None:
    found = warned(loaded_from(tmp_path, SOUND.replace(right, wrong)))
    (cases,) = (cases for title, cases in found.items() if "unknown term" in title)
    assert cases[0][:2] == (line, problem)
    assert fix.split(":")[0] in cases[0][2] or "allusion query" in cases[0][2]


def test_connections_with_an_end_that_has_no_name_are_counted(tmp_path: Path) -> None:
    text = SOUND.replace("person:b a", "person:d a") + (
        "connection:d a al:Reference ; al:from film:a ; al:to person:d ; al:kind kind:name-drop .\n"
    )
    title = "1 of 2 connections has an end without a name: cards show its IRI, most queries nothing"
    fix = "describe it: its type and rdfs:label"
    loaded = loaded_from(tmp_path, text)
    assert warned(loaded) == {title: [(3, "al:to person:b, which has no rdfs:label", fix)]}
    card = KnowledgeGraph(tmp_path / "store", locate()).card("A")
    assert [edge.target for edge in card.outgoing] == [f"{BASE}person/b", f"{BASE}person/d"]


def test_connections_that_no_card_shows_are_counted(tmp_path: Path) -> None:
    ends = 'al:from film:a ; al:to person:b ; rdfs:label "hidden"@en'
    text = SOUND + (
        f"connection:d {ends} .\n"
        f"connection:e a al:Refrence ; {ends} .\n"
        'connection:f a al:Reference ; al:from film:a ; rdfs:label "hidden"@en .\n'
        'connection:g a al:Influence ; al:from film:x ; al:to film:y ; rdfs:label "hidden"@en .\n'
        'film:x rdfs:label "X"@en . film:y a al:Nothing ; rdfs:label "Y"@en .\n'
    )
    (hidden,) = (
        cases
        for title, cases in warned(loaded_from(tmp_path, text)).items()
        if title == "4 of 5 connections cannot be shown"
    )
    assert [(line, problem) for line, problem, _ in hidden] == [
        (7, "has no class of a connection"),
        (8, "has no class of a connection"),
        (9, "has no al:to"),
        (10, "neither al:from film:x nor al:to film:y has a card"),
    ]
    card = KnowledgeGraph(tmp_path / "store", locate()).card("A")
    assert [edge.iri for edge in card.outgoing] == [f"{BASE}connection/c"]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('"1994-13-01"^^xsd:date', 'al:published "1994-13-01" is not a valid xsd:date'),
        ('"94"^^xsd:gYear', 'al:published "94" is not a valid xsd:gYear'),
        ('"1994"', 'al:published "1994" is a text, not a date'),
    ],
)
def test_an_ill_typed_date_is_named(tmp_path: Path, value: str, problem: str) -> None:
    found = warned(loaded_from(tmp_path, SOUND.replace('"1994"^^xsd:gYear', value)))
    ((cases),) = found.values()
    assert [case[:2] for case in cases] == [(1, problem)]
    assert "xsd:gYear" in cases[0][2]


def test_every_date_of_xml_schema_is_sound(tmp_path: Path) -> None:
    values = (
        '"12024-01-01"^^xsd:date',
        '"1994-07-14Z"^^xsd:date',
        '"1994-07"^^xsd:gYearMonth',
        '"-0044"^^xsd:gYear',
    )
    films = "".join(
        f'film:x{n} a al:Film ; rdfs:label "X{n}"@en ; al:published {value} .\n'
        for n, value in enumerate(values)
    )
    assert loaded_from(tmp_path, SOUND + films).warnings == ()


def test_a_connection_with_two_targets_is_named_within_and_across_files(tmp_path: Path) -> None:
    within = SOUND.replace("al:to person:b", "al:to person:b, film:a")
    (tmp_path / "one").mkdir()
    found = warned(loaded_from(tmp_path / "one", within))
    title = "1 connection has several ends: cards show one of them"
    assert found[title][0][:2] == (3, "al:to film:a and person:b")
    found = warned(loaded_from(tmp_path, SOUND, "connection:c al:to film:a .\n"))
    assert found[title][0][1] == "al:to film:a and person:b"


def test_one_iri_described_differently_by_two_files_is_named(tmp_path: Path) -> None:
    other = 'film:a a al:Film ; rdfs:label "Another"@en .\nperson:b a al:Character .\n'
    found = warned(loaded_from(tmp_path, SOUND, other))
    (cases,) = found.values()
    assert {case[1] for case in cases} == {
        "rdfs:label A and Another",
        "rdf:type al:Character and al:Person",
    }
    again = 'film:a a al:Film ; rdfs:label "A"@en, "Ah"@fr .\n'
    (tmp_path / "again").mkdir()
    assert loaded_from(tmp_path / "again", SOUND, again).warnings == ()


def test_cyclic_and_several_replacements_are_named(tmp_path: Path) -> None:
    replaced = (
        "film:old dcterms:isReplacedBy film:a .\n"
        "film:x dcterms:isReplacedBy film:y .\n"
        "film:y dcterms:isReplacedBy film:x .\n"
        "person:z dcterms:isReplacedBy person:b, film:a .\n"
    )
    described = "".join(
        f'{iri} a {kind} ; rdfs:label "{iri}"@en .\n'
        for iri, kind in (
            ("film:old", "al:Film"),
            ("film:x", "al:Film"),
            ("film:y", "al:Film"),
            ("person:z", "al:Person"),
        )
    )
    found = warned(loaded_from(tmp_path, SOUND, replaced + described))
    (title,) = found
    assert title == "3 deprecated IRIs have no single replacement"
    assert {case[:2] for case in found[title]} == {
        (2, "dcterms:isReplacedBy film:y leads back to the IRI"),
        (3, "dcterms:isReplacedBy film:x leads back to the IRI"),
        (4, "dcterms:isReplacedBy film:a and person:b"),
    }
    assert "state one; film:a is used" in {case[2] for case in found[title]}


@pytest.mark.parametrize("form", ["nt", "rdf", "jsonld"])
def test_lines_are_found_in_other_syntaxes(tmp_path: Path, form: str) -> None:
    loaded = loaded_from(tmp_path, SOUND.replace("al:Person", "al:Persn"), form=form)
    (fault,) = loaded.warnings[0].faults
    text = (tmp_path / f"1.{form}").read_text(encoding="utf-8").splitlines()
    assert "Persn" in text[fault.line - 1]


def test_an_escaped_iri_in_n_triples_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    escaped = r"<https://w3id.org/allusion/film/\u0061>"
    lines = (
        f'<{BASE}film/a> <{AL}publishd> "1994" .',
        f'{escaped} <{AL}publishd> "1995" .',
        f'<{BASE}film/b> <{AL}publishd> "1996" .',
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    report = load([path], tmp_path / "store", locate(), names=True)
    (unknown,) = (group for group in report.warnings if "unknown terms" in str(group))
    assert [fault.line for fault in unknown.faults] == [1, 2, 3]


def test_the_command_prints_groups_and_how_many_more(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    more = "".join(f"film:x{n} a al:Flm .\n" for n in range(9))
    path.write_text(HEAD + more, encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["load", str(path), "--into", str(tmp_path / "store"), "--names"]
    )
    assert "warning: 9 uses of unknown terms" in done.stderr
    cases = re.findall(
        r"    own\.ttl:(\d+): film:x(\d): al:Flm is unknown; did you mean al:Film\?", done.stderr
    )
    assert len(cases) == 5
    assert all(int(line) == FIRST + int(number) for line, number in cases)
    assert "    and 4 more" in done.stderr


NODES = [
    ox.NamedNode(BASE + name) for name in ("film/a", "person/b", "connection/c", "kind/kinship")
]
NAMES = [ox.NamedNode(AL + name) for name in ("from", "to", "published", "publishd")]
VALUES = [
    ox.Literal("1994"),
    ox.Literal("94", datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear")),
    ox.Literal("1994", datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear")),
    ox.Literal("x", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")),
]


@settings(deadline=None, max_examples=60)
@given(
    st.sets(
        st.tuples(
            st.sampled_from(NODES), st.sampled_from(NAMES), st.sampled_from((*NODES, *VALUES))
        )
    )
)
def test_a_check_by_terms_counts_what_a_check_of_each_statement_does(
    triples: set[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]],
) -> None:
    store = ox.Store()
    for path in locate().ontology_files():
        ontology = ox.NamedNode(BASE + "ontology")
        store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ontology)
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    store.extend(ox.Quad(*triple) for triple in triples)
    unknown, bad, pointing, nameless = 0, 0, 0, 0
    hidden: set[ox.NamedNode] = set()
    described = {subject for subject, _, _ in triples}
    for subject, name, value in triples:
        unknown += name.value.endswith("publishd")
        unknown += value == NODES[3]
        bad += value in (VALUES[1], VALUES[3])
        bad += value == VALUES[0] and name == NAMES[2]
        if name in NAMES[:2]:
            hidden.add(subject)
            nameless += 1
        elif value in NODES[:3] and value not in described:
            pointing += 1
    groups = list(_Check(store, store).groups())
    counts = [group.count for group in groups[:5]]
    assert counts == [len(hidden), nameless, unknown, bad, pointing]
