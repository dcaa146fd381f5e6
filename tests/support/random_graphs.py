"""Small random graphs as N-Quads: every kind of edge, several values, several sources."""

from __future__ import annotations

from hypothesis import strategies as st

from allusion.core.vocabulary import AL, BASE, CONNECTION_CLASSES, PART_PROPERTIES, PREFIXES

NODES = [f"{BASE}{path}" for path in ("film/a", "film/b", "film/c", "person/d", "person/e", "place/f",
         "place/g", "award/h", "song/i", "film/j", "film/jj", "language/k")]  # fmt: skip
_CLASS_OF_REGISTER = {"film": "Film", "person": "Person", "place": "Place", "award": "Award", "song": "Song", "language": "Language"}  # fmt: skip
_TYPE = PREFIXES["rdf"] + "type"
_LABEL = PREFIXES["rdfs"] + "label"
_DESCRIPTION = PREFIXES["dcterms"] + "description"

#: Classes and names that the readers need.
HEAD = [
    f'<{AL}Entity> <{_LABEL}> "entity"@en <{BASE}ontology> .',
    f"<{AL}Opinion> <{PREFIXES['rdfs']}subClassOf> <{AL}Claim> <{BASE}ontology> .",
    f'<{BASE}certainty/c1> <{PREFIXES["skos"]}prefLabel> "doubtful"@en <{BASE}ontology> .',
    *(
        line
        for name in _CLASS_OF_REGISTER.values()
        for line in (
            f"<{AL}{name}> <{PREFIXES['rdfs']}subClassOf> <{AL}Entity> <{BASE}ontology> .",
            f'<{AL}{name}> <{_LABEL}> "{name}"@en <{BASE}ontology> .',
        )
    ),
]


@st.composite
def random_graphs(draw: st.DrawFn) -> list[str]:
    """Draw lines of N-Quads."""
    nodes = NODES[: draw(st.integers(3, len(NODES)))]
    node = st.sampled_from(nodes)
    graphs = st.lists(st.sampled_from([f"{BASE}source/{name}" for name in "xyz"]), min_size=1, max_size=2)  # fmt: skip
    lines = list(HEAD)

    def state(subject: str, predicate: str, value: str) -> None:
        lines.extend(f"<{subject}> <{predicate}> {value} <{graph}> ." for graph in draw(graphs))

    def join(subject: str, name: str, least: int = 1) -> None:
        for end in draw(st.lists(node, min_size=least, max_size=2)):
            state(subject, AL + name, f"<{end}>")

    for iri in nodes:
        register = iri.removeprefix(BASE).split("/")[0]
        if draw(st.integers(0, 5)):
            state(iri, _TYPE, f"<{AL}{_CLASS_OF_REGISTER[register]}>")
        state(iri, _LABEL, f'"{register} {iri[-1]}"@en')
        if draw(st.booleans()):
            state(iri, AL + "published", f'"{1950 + draw(st.integers(0, 50))}"')
    for number in range(draw(st.integers(0, 12))):
        make = draw(st.sampled_from((_connection, _performance, _role, _relationship, _part)))
        make(draw, state, join, node, number)
    return lines


def _connection(draw, state, join, node, number) -> None:  # type: ignore[no-untyped-def]
    iri = f"{BASE}connection/{number}"
    state(iri, _TYPE, f"<{AL}{draw(st.sampled_from(sorted(CONNECTION_CLASSES)))}>")
    state(iri, AL + "kind", f"<{BASE}kind/{draw(st.sampled_from(('one', 'two')))}>")
    join(iri, "from")
    join(iri, "fromWork", 0)
    join(iri, "to")
    if draw(st.booleans()):
        state(iri, AL + "certainty", f"<{BASE}certainty/c{draw(st.integers(0, 2)) % 2}>")
    for place in range(draw(st.integers(0, 2))):
        passage = f"{BASE}evidence/{number}-{place}"
        state(iri, AL + "evidence", f"<{passage}>")
        state(passage, AL + "source", f"<{BASE}source/{draw(st.sampled_from('xyz'))}>")
        if draw(st.booleans()):
            state(passage, AL + "stance", f"<{BASE}stance/{draw(st.sampled_from(('supports', 'disputes')))}>")  # fmt: skip
    if not draw(st.integers(0, 3)):
        rival = f"{BASE}claim/{number}"
        state(rival, _TYPE, f"<{AL}Opinion>")
        state(rival, _DESCRIPTION, '"It is not so."@en')
        state(rival, AL + draw(st.sampled_from(("disputes", "about"))), f"<{iri}>")
        state(rival, AL + "evidence", f"<{BASE}evidence/{number}-r>")
        state(f"{BASE}evidence/{number}-r", AL + "source", f"<{BASE}source/z>")


def _performance(draw, state, join, node, number) -> None:  # type: ignore[no-untyped-def]
    iri = f"{BASE}performance/{number}"
    join(iri, "performer")
    join(iri, "inWork")


def _role(draw, state, join, node, number) -> None:  # type: ignore[no-untyped-def]
    iri = f"{BASE}contribution/{number}"
    join(iri, "contributor")
    join(iri, "inWork")
    state(iri, AL + "role", f"<{BASE}role/director>")


def _relationship(draw, state, join, node, number) -> None:  # type: ignore[no-untyped-def]
    iri = f"{BASE}relationship/{number}"
    join(iri, "party", 2)
    state(iri, AL + "relationshipType", f"<{BASE}relationship-type/marriage>")


def _part(draw, state, join, node, number) -> None:  # type: ignore[no-untyped-def]
    join(draw(node), draw(st.sampled_from(sorted(PART_PROPERTIES))))
