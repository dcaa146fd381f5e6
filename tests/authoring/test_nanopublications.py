"""Nanopublications of a collection, by the rules of the guidelines (https://nanopub.net/guidelines)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS
from sheets import CONNECTIONS, Desk
from terminal import Run

from allusion.authoring.from_rdf import read_collection
from allusion.authoring.nanopublications import nanopublications
from allusion.core.vocabulary import AL, BASE

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
NPX = rdflib.Namespace("http://purl.org/nanopub/x/")
CREATED = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
AGAINST = (
    "",
    "prop-or-poster",
    "Later Film",
    "It is another poster.",
    "talk",
    "",
    "",
    "",
    "disputes",
)


@pytest.fixture
def dataset(desk: Desk) -> rdflib.Dataset:
    rows = [(*CONNECTIONS[0], "stance"), *((*row, "") for row in CONNECTIONS[1:]), AGAINST]
    desk.rows(connections=rows).write("import")
    collection = replace(desk.collection, license="CC-BY-4.0", maintainers=("Ann Lee",))
    stored = read_collection(collection, desk.concepts)
    found = rdflib.Dataset()
    found.parse(data=nanopublications(stored, collection, desk.concepts, CREATED), format="trig")
    return found


def publications(dataset: rdflib.Dataset) -> list[rdflib.URIRef]:
    found = dataset.quads((None, RDF.type, NP.Nanopublication, None))
    return [rdflib.URIRef(str(one)) for one, _, _, _ in found]


def graph(dataset: rdflib.Dataset, one: rdflib.URIRef, predicate: rdflib.URIRef) -> rdflib.Graph:
    ((_, _, name, head),) = dataset.quads((one, predicate, None, None))
    assert str(head) == f"{one}#Head"
    return dataset.graph(rdflib.URIRef(str(name)))


def test_each_is_well_formed(dataset: rdflib.Dataset) -> None:
    found = publications(dataset)
    assert len(found) == len(CONNECTIONS) - 1
    names = set()
    for one in found:
        parts = [
            graph(dataset, one, NP[f"has{name}"])
            for name in ("Assertion", "Provenance", "PublicationInfo")
        ]
        assertion, provenance, info = parts
        assert all(len(part) for part in parts)
        assert list(provenance.predicate_objects(assertion.identifier))
        assert list(info.predicate_objects(one))
        heads = dataset.graph(rdflib.URIRef(f"{one}#Head"))
        assert len(heads) == 4
        graphs = {part.identifier for part in (*parts, heads)}
        assert len(graphs) == 4
        assert all(str(name).startswith(f"{one}#") for name in graphs)
        names |= graphs
    used = {context for _, _, _, context in dataset.quads()}
    assert used == names  # no statement is elsewhere
    assert len(names) == 4 * len(found)


def test_the_info_has_license_time_and_maintainers(dataset: rdflib.Dataset) -> None:
    for one in publications(dataset):
        info = graph(dataset, one, NP.hasPublicationInfo)
        assert info.value(one, DCTERMS.license) == rdflib.URIRef(
            "https://creativecommons.org/licenses/by/4.0/"
        )
        assert str(info.value(one, DCTERMS.created)) == "2026-01-02T03:04:05+00:00"
        assert info.value(one, DCTERMS.creator) == rdflib.Literal("Ann Lee")


def test_the_assertion_has_the_connection_and_its_sources_are_the_provenance(
    dataset: rdflib.Dataset,
) -> None:
    one = rdflib.URIRef(f"{BASE}nanopub/mine-the-night-market-prop-or-poster-later")
    assertion, provenance = (
        graph(dataset, one, NP[name]) for name in ("hasAssertion", "hasProvenance")
    )
    connection = next(
        assertion.subjects(rdflib.URIRef(AL + "to"), rdflib.URIRef(f"{BASE}film/later"))
    )
    assert assertion.value(connection, rdflib.URIRef(AL + "kind")) == rdflib.URIRef(
        f"{BASE}kind/prop-or-poster"
    )
    assert not list(assertion.objects(connection, rdflib.URIRef(AL + "evidence")))
    night = rdflib.URIRef(f"{BASE}source/mine-night")
    derived = list(provenance.objects(assertion.identifier, PROV.wasDerivedFrom))
    assert derived == [night]  # the other source disputes it
    assert provenance.value(night, DCTERMS.title) == rdflib.Literal(
        "The Night Market, scene by scene", "en"
    )
    passages = {str(text) for text in provenance.objects(None, DCTERMS.description)}
    assert passages == {"Its poster hangs over the stove.", "It is another poster."}
    new = rdflib.URIRef(f"{BASE}film/mine-the-night-market")
    assert assertion.value(new, RDFS.label) == rdflib.Literal("The Night Market", "en")
    assert (one, NPX.introduces, new) in graph(dataset, one, NP.hasPublicationInfo)


def test_a_connection_without_author_and_support_is_left_out(desk: Desk, run: Run) -> None:
    rows = [(*CONNECTIONS[0], "stance"), *((*row, "") for row in CONNECTIONS[1:]), AGAINST]
    desk.rows(connections=rows).write("import")
    stored = read_collection(desk.collection, desk.concepts)
    ends, one = next(iter(stored.content.connections.items()))
    against = tuple(replace(passage, stance="disputes") for passage in one.evidence)
    for made_by, count in (((), 1), (one.made_by or (f"{BASE}person/a",), 0)):
        stored.content.connections[ends] = replace(one, evidence=against, made_by=made_by)
        found = rdflib.Dataset()
        found.parse(
            data=nanopublications(stored, desk.collection, desk.concepts, CREATED), format="trig"
        )
        assert len(publications(found)) == len(CONNECTIONS) - 1 - count


def test_the_command_counts_what_is_left_out(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rows().write("import")
    monkeypatch.setattr("allusion.authoring.nanopublications.has_provenance", lambda _: False)
    folder, data = str(desk.collection.folder), str(desk.resources.data)
    done = run("export", "--nanopubs", folder, "--data", data)
    assert f"omitted: {len(CONNECTIONS) - 1} connections" in done.err


def test_the_command_writes_them(desk: Desk, run: Run) -> None:
    desk.rows().write("import")
    done = run(
        "export", "--nanopubs", str(desk.collection.folder), "--data", str(desk.resources.data)
    )
    found = rdflib.Dataset()
    found.parse(data=done.out, format="trig")
    assert len(publications(found)) == len(CONNECTIONS) - 1
