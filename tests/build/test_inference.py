"""The rules of the ontology, each on a few triples, run as the build runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.build.inference import infer
from allusion.core.vocabulary import AL, GRAPH_INFERRED, ONTOLOGY, PREFIXES
from allusion.store.default_graph import merge

ONTOLOGY_FOLDER = Path(__file__).parents[2] / "ontology"
RULES = sorted((ONTOLOGY_FOLDER / "rules").glob("*.rq"))
HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def inferred(turtle: str, *rules: str) -> set[str]:
    """What the named rules, or all of them, add to ``turtle``: "subject predicate object"."""
    store = ox.Store()
    for name in ("allusion.ttl", "kinds.ttl", "schemes.ttl"):
        store.load(
            path=ONTOLOGY_FOLDER / name,
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(ONTOLOGY),
        )
    store.load(
        HEADER + turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:example:source")
    )
    merge(store)
    infer(store, [path for path in RULES if not rules or path.stem in rules])
    graph = ox.NamedNode(GRAPH_INFERRED)
    return {
        " ".join(_curie(term) for term in (quad.subject, quad.predicate, quad.object))
        for quad in store.quads_for_pattern(None, None, None, graph)
    }


def _curie(term: object) -> str:
    if isinstance(term, ox.Literal):
        return str(term)
    text = term.value if isinstance(term, ox.NamedNode) else str(term)
    fits = [(iri, prefix) for prefix, iri in PREFIXES.items() if text.startswith(iri)]
    iri, prefix = max(fits, key=lambda fit: len(fit[0]))
    return f"{prefix}:{text.removeprefix(iri)}"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_has_a_description_and_sorted_prefixes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert re.fullmatch(r"#\+ summary: [A-Z].+\.", lines[0])
    assert re.fullmatch(r"#\+ description: .+\.", lines[1])
    declared = re.findall(r"^PREFIX (\w+): <(.+)>$", text, re.MULTILINE)
    assert declared == sorted(declared)
    assert dict(declared).items() <= PREFIXES.items()
    body = re.sub(r"(?m)^(#|PREFIX).*$", "", text)
    assert {prefix for prefix, _ in declared} == set(re.findall(r"(?<![?\w])(\w+):\w", body))


def test_the_rules_add_nothing_to_the_ontology_alone_but_narrower_concepts() -> None:
    assert {line.split()[1] for line in inferred("")} == {"skos:narrower"}


def test_narrower_is_inferred_from_broader() -> None:
    assert "kind:reference skos:narrower kind:name-drop" in inferred("", "narrower-concepts")


def test_an_editorial_label_is_in_brackets_if_no_source_gives_one() -> None:
    turtle = 'song:s rdfs:label "願望"@zh-Hant ; al:editorialLabel "願望"@ja'
    assert inferred(f"{turtle} .", "editorial-labels") == {'song:s rdfs:label "[願望]"@ja'}
    assert inferred(f'{turtle} ; rdfs:label "ねがい"@ja .', "editorial-labels") == set()


def test_an_utterance_belongs_to_the_work_of_its_scene() -> None:
    assert inferred(
        "utterance:u a al:Utterance ; al:inScene scene:s . scene:s al:inWork film:f .",
        "utterance-work",
    ) == {"utterance:u al:inWork film:f"}


def test_a_connection_is_in_the_scene_of_its_utterance() -> None:
    assert inferred(
        "connection:c al:expressedIn utterance:u . utterance:u al:inScene scene:s .",
        "connection-scene",
    ) == {"connection:c al:inScene scene:s"}


@pytest.mark.parametrize(
    "turtle",
    [
        "connection:c al:from film:f . film:f a al:Film .",
        "connection:c al:from scene:s . scene:s a al:Scene ; al:inWork film:f .",
        "connection:c al:from utterance:u . utterance:u a al:Utterance ; al:inWork film:f .",
        """connection:c al:from utterance:u . utterance:u a al:Utterance ; al:inScene scene:s .
           scene:s a al:Scene ; al:inWork film:f .""",
        """connection:c al:from character:m ; al:expressedIn utterance:u .
           character:m a al:Character ; al:presentIn film:f , film:g .
           utterance:u al:inScene scene:s . scene:s al:inWork film:f .""",
        "connection:c al:from character:m . character:m a al:Character ; al:presentIn film:f .",
        "connection:c al:from character:m . character:m a al:Character . film:f al:presents "
        "character:m .",
    ],
    ids=["work", "scene", "utterance", "its-scene", "spoken", "present-in", "presents"],
)
def test_from_work_is_the_work_of_the_origin(turtle: str) -> None:
    assert inferred(turtle, "from-work") == {"connection:c al:fromWork film:f"}


def test_a_connection_from_a_character_of_two_works_without_a_scene_is_from_both() -> None:
    turtle = """connection:c al:from character:m .
        character:m a al:Character ; al:presentIn film:f , film:g ."""
    assert inferred(turtle, "from-work") == {
        "connection:c al:fromWork film:f",
        "connection:c al:fromWork film:g",
    }


def test_a_connection_from_an_agent_has_no_from_work() -> None:
    turtle = "connection:c al:from person:p . person:p a al:Person ."
    assert inferred(turtle, "from-work") == set()


SHORTCUTS = [
    ("Reference", "refers-to", "refersTo"),
    ("Influence", "influenced-by", "influencedBy"),
    ("Comparison", "compared-with", "comparedWith"),
    ("Analogy", "compared-with", "comparedWith"),
    ("Derivation", "derived-from", "derivedFrom"),
]


@pytest.mark.parametrize(("family", "rule", "shortcut"), SHORTCUTS)
def test_each_family_gives_its_own_shortcut_from_work_and_from_agent(
    family: str, rule: str, shortcut: str
) -> None:
    rules = [rule for _, rule, _ in SHORTCUTS]
    work = f"connection:c a al:{family} ; al:fromWork film:f ; al:to person:p ."
    assert inferred(work, *rules) == {f"film:f al:{shortcut} person:p"}
    agent = (
        f"connection:c a al:{family} ; al:from person:o ; al:to person:p . person:o a al:Person ."
    )
    assert inferred(agent, *rules) == {f"person:o al:{shortcut} person:p"}


@pytest.mark.parametrize(("family", "rule", "shortcut"), SHORTCUTS)
def test_an_uncertain_connection_gives_no_shortcut(family: str, rule: str, shortcut: str) -> None:
    turtle = f"""connection:c a al:{family} ; al:fromWork film:f ; al:to person:p ;
        al:certainty certainty:doubtful ."""
    assert inferred(turtle, rule) == set()


@pytest.mark.parametrize("shortcut", ["refersTo", "influencedBy", "comparedWith", "derivedFrom"])
def test_every_shortcut_is_a_subproperty_of_connected_to(shortcut: str) -> None:
    turtle = f"film:f al:{shortcut} film:g ."
    assert inferred(turtle, "connected-to") == {"film:f al:connectedTo film:g"}


LIKENESS = """connection:c al:kind kind:likeness ; al:from character:m ; al:to person:p .
    character:m a al:Character . person:p a al:Person ."""


def test_a_likeness_of_a_character_gives_a_shortcut_to_the_person() -> None:
    assert inferred(LIKENESS, "likened-to") == {"character:m al:likenedTo person:p"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind:likeness", "kind:unlikeness"),
        ("kind:likeness", "kind:likeness ; al:certainty certainty:doubtful"),
        ("a al:Character", "a al:Work"),
        ("a al:Person", "a al:StarCouple"),
    ],
)
def test_nothing_but_a_likeness_of_a_character_to_a_person_gives_that_shortcut(
    old: str, new: str
) -> None:
    assert inferred(LIKENESS.replace(old, new), "likened-to") == set()


def test_a_performer_appears_in_the_work() -> None:
    turtle = "performance:x al:performer person:p ; al:inWork film:f ."
    assert inferred(turtle, "appears-in") == {"person:p al:appearsIn film:f"}


def test_a_contributor_contributed_to_the_work() -> None:
    turtle = "contribution:x al:contributor group:g ; al:inWork song:s ."
    assert inferred(turtle, "contributed-to") == {"group:g al:contributedTo song:s"}


def test_present_in_and_presents_are_inverse_and_follow_from_performances() -> None:
    played = "performance:x al:character character:m ; al:inWork film:f ."
    assert inferred(played, "present-in", "presents") == {
        "character:m al:presentIn film:f",
        "film:f al:presents character:m",
    }
    presented = "film:f al:presents character:m ."
    assert inferred(presented, "present-in") == {"character:m al:presentIn film:f"}
    present = "character:m al:presentIn film:f ."
    assert inferred(present, "presents") == {"film:f al:presents character:m"}


def test_a_work_is_set_and_was_shot_where_its_scenes_are() -> None:
    turtle = """scene:s al:inWork film:f ; al:narrativePlace place:n ; al:filmingPlace place:r .
        scene:t al:inWork film:g ; al:filmingPlace place:r ."""
    assert inferred(turtle, "scene-places") == {
        "film:f al:setIn place:n",
        "film:f al:shotAt place:r",
        "film:g al:shotAt place:r",
    }


def test_a_work_belongs_to_the_series_of_its_series() -> None:
    turtle = "film:f al:partOfSeries series:a . series:a al:partOfSeries series:b ."
    assert inferred(turtle, "series-membership") == {"film:f al:partOfSeries series:b"}


def test_an_instance_has_the_superclasses_of_its_class() -> None:
    found = inferred("film:f a al:Film . connection:c a al:Analogy .", "superclasses")
    assert {"film:f rdf:type al:Work", "film:f rdf:type al:Entity"} <= found
    assert {
        "connection:c rdf:type al:Comparison",
        "connection:c rdf:type al:Connection",
    } <= found
    assert not any("al:Reference" in line for line in found)


def test_a_connection_joins_its_target_to_its_work_or_agent_unless_it_is_in_doubt() -> None:
    turtle = """
        film:f a al:Film . person:p a al:Person . person:q a al:Person .
        connection:c al:from film:f ; al:fromWork film:f ; al:to person:p .
        connection:d al:from person:q ; al:to film:f .
        connection:e al:from film:f ; al:fromWork film:f ; al:to person:q ;
            al:certainty certainty:doubtful ."""
    assert inferred(turtle, "joins") == {
        "connection:c al:joins film:f",
        "connection:c al:joins person:p",
        "connection:d al:joins person:q",
        "connection:d al:joins film:f",
    }


def test_a_node_without_english_text_has_a_copy_of_its_first_without_language() -> None:
    turtle = """film:f rdfs:label "F"@en , "映画"@ja ; dcterms:description "映画"@ja .
        film:g rdfs:label "電影"@zh , "映画"@ja ; dcterms:description "A film."@en .
        film:h al:editorialLabel "H"@en ; rdfs:label "映画"@ja .
        film:i rdfs:label "I" , "映画"@ja ."""
    assert inferred(turtle, "untagged-labels") == {'film:g rdfs:label "映画"'}
    assert inferred(turtle, "untagged-descriptions") == {'film:f dcterms:description "映画"'}


def test_the_rules_together_link_a_line_to_its_film_and_character() -> None:
    turtle = """
        film:f a al:Film . person:p a al:Person . character:m a al:Character .
        scene:s a al:Scene ; al:inWork film:f .
        utterance:u a al:Utterance ; al:inScene scene:s .
        performance:x al:performer person:q ; al:character character:m ; al:inWork film:f .
        connection:c a al:Reference ; al:kind kind:likeness ; al:from character:m ;
            al:to person:p ; al:expressedIn utterance:u ; al:certainty certainty:explicit ."""
    found = {
        line for line in inferred(turtle) if "skos:narrower" not in line and "rdf:type" not in line
    }
    assert found == {
        "utterance:u al:inWork film:f",
        "connection:c al:inScene scene:s",
        "connection:c al:fromWork film:f",
        "film:f al:refersTo person:p",
        "film:f al:connectedTo person:p",
        "connection:c al:joins film:f",
        "connection:c al:joins person:p",
        "character:m al:likenedTo person:p",
        "character:m al:presentIn film:f",
        "film:f al:presents character:m",
        "person:q al:appearsIn film:f",
    }


def test_every_rule_is_named_by_a_test_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in RULES if f'"{path.stem}"' not in here] == []


def test_what_a_rule_constructs_is_a_term_of_the_ontology() -> None:
    declared = (ONTOLOGY_FOLDER / "allusion.ttl").read_text(encoding="utf-8")
    assert f"PREFIX al: <{AL}>" in declared
    for path in RULES:
        for name in re.findall(r"\bal:(\w+)", path.read_text(encoding="utf-8")):
            assert re.search(rf"^al:{name}$", declared, re.MULTILINE), f"{path.name}: al:{name}"
