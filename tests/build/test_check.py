"""Every fault has a message that says what, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allusion.build.check import all_faults, curated_faults, fix_style
from allusion.build.curated_data import read_curated
from allusion.core.errors import DataError, Fault
from allusion.core.resources import Resources, locate

Spoil = Callable[[str, str, str], Resources]


def structural(resources: Resources) -> list[Fault]:
    return curated_faults(resources, read_curated(resources))


def test_a_sound_graph_has_no_structural_faults(tiny: Resources) -> None:
    assert structural(tiny) == []


def test_a_sound_graph_is_in_canonical_style(tiny: Resources) -> None:
    assert all_faults(tiny, shacl=False) == []


def test_a_source_may_repeat_the_label_of_the_register_and_no_other(spoil: Spoil) -> None:
    says = "film:later\n    al:published"
    repeated = 'film:later\n    rdfs:label "後來"@zh-Hant ;\n    al:published'
    assert structural(spoil("sources/review.ttl", says, repeated)) == []
    other = spoil("sources/review.ttl", "後來", "日後")
    assert [fault.code for fault in structural(other)] == ["labels"]


def test_a_deprecated_iri_needs_nothing_but_its_replacement(spoil: Spoil) -> None:
    owl = "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
    old = (
        f"{owl}person:sun owl:deprecated true ; dcterms:isReplacedBy person:star .\n\nperson:star\n"
    )
    assert structural(spoil("entities/all.ttl", "person:star\n", old)) == []


@pytest.mark.slow  # as allusion check, which the continuous integration runs first
def test_the_shipped_facts_have_no_fault() -> None:
    assert all_faults(locate()) == []


# file, what is replaced, by what, the code, a part of the problem, a part of the advice
CASES = [
    ("entities/all.ttl", '"Star"@en ;', '"Star"@en ', "syntax", "is not valid Turtle", "grammar"),
    ("sources/review.ttl", "al:certainty ", "al:certanty ", "unknown-term",
     "unknown term al:certanty", "did you mean al:certainty"),
    ("sources/review.ttl", "kind:name-drop", "kind:named-rop", "unknown-term",
     "unknown term kind:named-rop", "kind:name-drop"),
    ("sources/review.ttl", "al:to person:star", "al:to person:sta", "dangling",
     "refers to person:sta, which has no description", "did you mean person:star"),
    ("entities/all.ttl", '"Later Film"@en ,', "", "no-label",
     "has no English label (it has zh-Hant)", 'rdfs:label "..."@en'),
    ("wikidata.sssom.tsv", "wd:Q1\t", "wd:P1\t", "q-id", "'wd:P1' is not a Wikidata item", "wd:Q766263"),
    ("wikidata.sssom.tsv", "wd:Q2", "wd:Q1", "namesake", "which a Not row forbids", "remove one"),
    ("wikidata.sssom.tsv", "Not\t", "\t", "second-item", "has a second item, Q2 beside Q1", "Not row"),
    ("wikidata.sssom.tsv", "seen in https://example.org/list", "", "q-id-unseen", "justification of the match", "seen"),
    ("wikidata.sssom.tsv", "0.9\t\t", "high\t\t", "mapping", "'high' is not a confidence", "0 to 1"),
    ("sources/review.ttl", "    al:evidence evidence:review-star ;\n", "", "no-evidence",
     "has no evidence", "add: al:evidence"),
    ("sources/review.ttl", "    al:source source:review ;\n", "", "no-source", "names no sources",
     "exactly one"),
    ("sources/review.ttl", "al:endOffset 20", "al:endOffset 101", "offsets",
     "ends at character 101, but the text has 100", "0 to 100"),
    ("sources/review.ttl", "al:endOffset 20", "al:endOffset 5", "offsets", "offsets 5 to 5", "greater"),
    ("sources/review.ttl", "    al:textLength 100 ;\n", "", "offsets", "unknown length", "al:textLength"),
    ("sources/review.ttl", "a al:Reference", "a al:Influence", "no-holder",
     "does not state who holds this view", "al:madeBy"),
    ("entities/all.ttl", "person:star\n    a al:Person", "person:star\n    a al:Film", "register",
     "is a al:Film in the register person:", "al:Person"),
    ("entities/all.ttl", "person:star\n    a al:Person ;", "person:star", "no-type", "has no type",
     "a al:Person"),
    ("entities/all.ttl", "person:star\n", "person:Star_1\n", "iri", "not an IRI of a register", "slug"),
    ("entities/all.ttl", 'skos:altLabel "The Stár"@en', "skos:altLabel [ rdfs:label 'x' ]",
     "blank-node", "uses a blank node", "give the node an IRI"),
    ("entities/all.ttl", 'skos:altLabel "The Stár"@en',
     "skos:note <http://www.wikidata.org/entity/Q1>", "q-id", "names the Wikidata item Q1",
     "wikidata.sssom.tsv"),
    ("entities/all.ttl", '"明星"@ja ;\n    dcterms:source source:review ;', '"明星"@ja ;', "unsourced",
     "no source for its names", "dcterms:source"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "problem", "advice"),
    CASES,
    ids=[f"{case[3]}-{number}" for number, case in enumerate(CASES)],
)
def test_each_fault_has_a_problem_a_place_and_a_fix(
    spoil: Spoil, file: str, old: str, new: str, code: str, problem: str, advice: str
) -> None:
    found = [fault for fault in structural(spoil(file, old, new)) if fault.code == code]
    assert found, "the fault was not found"
    assert any(problem in fault.problem and advice in fault.fix for fault in found), found
    fault = next(fault for fault in found if problem in fault.problem)
    assert fault.file == file
    assert fault.line > 0


def test_one_item_belongs_to_one_entity(spoil: Spoil) -> None:
    resources = spoil(
        "wikidata.sssom.tsv",
        "film:later\tLater Film\tskos:exactMatch\twd:Q2\tOther\tsemapv:ManualMappingCuration\t0.9\tNot",
        "person:star\tStar\tskos:exactMatch\twd:Q1\tStar\tsemapv:ManualMappingCuration\t0.9\t",
    )
    (fault,) = structural(resources)
    assert fault.code == "shared-item"
    assert fault.problem == "has the item Q1, which film:later also has"
    assert fault.line == 5


def test_the_line_of_a_fault_is_the_line_of_the_statement(spoil: Spoil) -> None:
    resources = spoil("sources/review.ttl", "al:to person:star", "al:to person:nobody")
    (fault,) = structural(resources)
    text = (resources.data / fault.file).read_text(encoding="utf-8").splitlines()
    assert text[fault.line - 1].strip() == "al:to person:nobody ;"


def test_a_syntax_error_has_its_line_and_no_consequential_faults(
    tiny: Resources, spoil: Spoil
) -> None:
    faults = structural(spoil("entities/all.ttl", "film:namesake\n", "film:namesake ;;\n"))
    assert [fault.code for fault in faults] == ["syntax"]
    text = (tiny.data / "entities/all.ttl").read_text(encoding="utf-8").splitlines()
    assert text[faults[0].line - 1] == "film:namesake ;;"


def test_a_file_that_is_not_utf8_is_a_fault(tiny: Resources) -> None:
    (tiny.data / "entities/all.ttl").write_bytes(b'person:x rdfs:label "\xff"')
    assert [f.code for f in structural(tiny)] == ["syntax"]


def test_a_source_describes_itself_in_its_own_file(spoil: Spoil) -> None:
    resources = spoil(
        "sources/review.ttl", "source:review\n    a al:Source", "source:revue\n    a al:Source"
    )
    assert {"no-source"} <= {fault.code for fault in structural(resources)}


def test_fix_rewrites_style_and_keeps_the_triples(spoil: Spoil) -> None:
    resources = spoil(
        "entities/all.ttl", "film:later\n    a al:Film ;\n", "film:later   a  al:Film ;\n"
    )
    before = {str(s) for f in read_curated(resources).files for s in f.statements}
    (fault,) = all_faults(resources, shacl=False)
    assert fault.code == "style"
    assert fault.fix == "run: allusion check --fix"
    assert [path.name for path in fix_style(read_curated(resources).files)] == ["all.ttl"]
    assert all_faults(resources, shacl=False) == []
    assert {str(s) for f in read_curated(resources).files for s in f.statements} == before


def test_fix_does_not_rewrite_a_file_with_comments(spoil: Spoil) -> None:
    resources = spoil("entities/all.ttl", "film:later\n", "# a remark\nfilm:later\n")
    assert fix_style(read_curated(resources).files) == []
    assert "# a remark" in (resources.data / "entities/all.ttl").read_text(encoding="utf-8")


def test_the_error_of_a_build_lists_every_fault() -> None:
    faults = [
        Fault("a.ttl", 3, "film:x", "is wrong", "mend it", "w"),
        Fault("b.ttl", 0, "", "is odd", "look"),
    ]
    text = str(DataError(faults))
    assert text.startswith(
        "2 faults in the curated files\na.ttl:3: film:x: is wrong [w]\n    mend it"
    )
    assert "b.ttl: is odd" in text


@pytest.mark.parametrize("place", ["# a remark\nfilm:later\n", "film:later # a remark\n"])
def test_comments_are_never_lost_and_the_suggested_fix_works(spoil: Spoil, place: str) -> None:
    resources = spoil("entities/all.ttl", "film:later\n", place)
    assert fix_style(read_curated(resources).files) == []
    (fault,) = all_faults(resources, shacl=False)
    assert "move its # comments to skos:note" in fault.fix


def test_a_hash_in_a_string_or_an_iri_is_not_a_comment(spoil: Spoil) -> None:
    resources = spoil("entities/all.ttl", '"Later Film"@en', '"Later   # Film"@en')
    (resources.data / "entities/all.ttl").write_text(
        (resources.data / "entities/all.ttl")
        .read_text(encoding="utf-8")
        .replace("    a al", "  a al"),
        encoding="utf-8",
    )
    assert len(fix_style(read_curated(resources).files)) == 1
    assert all_faults(resources, shacl=False) == []


def test_fix_skips_a_file_that_is_not_turtle(spoil: Spoil) -> None:
    spoil("entities/all.ttl", "    a al:Film", " a al:Film")
    resources = spoil("sources/review.ttl", "PREFIX al:", "<broken PREFIX al:")
    assert [path.name for path in fix_style(read_curated(resources).files)] == ["all.ttl"]
