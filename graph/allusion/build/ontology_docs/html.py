"""The documentation of the ontology in HTML, by pyLODE.

pyLODE draws the header and the terms. Added to it are what it leaves out: the concepts
(kinds of connection first), what the shapes ask of a node of a class, terms of others,
and places within the page named as the terms are, so that ``.../ontology#appearsIn`` is
that of al:appearsIn. The page is one file without script, and asks no server anything.
"""

from __future__ import annotations

import contextlib
import logging
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from ...core.errors import MissingExtra, OutputError
from ...core.resources import Resources
from ...core.vocabulary import AL, BASE, ONTOLOGY
from .serializations import RELEASES, published_name
from .terms import concepts_graph, english, schemes, terms_graph

if TYPE_CHECKING:
    from pylode import OntPub

_KIND: Final = URIRef(f"{AL}positiveExample"), URIRef(f"{AL}negativeExample")
_MATCHES: Final = (
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip
#: Rows of a term and of a concept, in their order, besides those that pyLODE infers.
_TERM_ROWS: Final = (OWL.inverseOf, OWL.disjointWith, SH.message, *_MATCHES, RDFS.seeAlso)
_CONCEPT_ROWS: Final = (
    SKOS.definition, SKOS.scopeNote, *_KIND, SKOS.broader, SKOS.narrower, SKOS.prefLabel,
    *_MATCHES,
)  # fmt: skip
#: Row -> its name, and what it says.
_ROWS: Final = {
    OWL.inverseOf: ("Inverse", "The property that says the same the other way round"),
    OWL.disjointWith: ("Disjoint with", "Classes that share no member with this one"),
    SH.message: ("In the files", "What a node of this class must and may say (SHACL)"),
    RDFS.seeAlso: ("See also", "Terms of others that are near"),
    SKOS.definition: ("Definition", "What it means"),
    SKOS.example: ("Example", "A case of it"),
    SKOS.scopeNote: ("Use", "When to choose it"),
    _KIND[0]: ("Example", "A case of it"),
    _KIND[1]: ("Not an example", "What looks like it and is not"),
    SKOS.broader: ("Broader", "The concept above"),
    SKOS.narrower: ("Narrower", "The concepts below"),
    SKOS.prefLabel: ("Other languages", "Its name in other languages"),
    SKOS.exactMatch: ("Exact match", "The same among the terms of others"),
    SKOS.closeMatch: ("Close match", "Nearly the same among the terms of others"),
    SKOS.broadMatch: ("Broad match", "Wider, among the terms of others"),
    SKOS.narrowMatch: ("Narrow match", "Narrower, among the terms of others"),
    SKOS.relatedMatch: ("Related match", "Related, among the terms of others"),
}
_MARKS: Final = {"con": "SKOS concept", "dt": "Datatype"}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

#: Of a section, for the table of contents: its title, its place, and (place, title) of each entry.
Section = tuple[str, str, list[tuple[str, str]]]


def ontology_page(resources: Resources) -> str:
    """The documentation of the ontology, one HTML file that needs no network.

    :raises MissingExtra: if pyLODE is not installed.
    :raises OutputError: if pyLODE cannot write the cache that it keeps beside itself.
    """
    with _undisturbed_logging():
        try:
            from pylode import OntPub
        except ImportError as error:
            raise MissingExtra(
                "the page needs pyLODE; run: pip install 'allusion[docs]', or leave the page out "
                "with --no-page"
            ) from error
        concepts = concepts_graph(resources)
        try:
            page = OntPub(terms_graph(resources, concepts))
        except PermissionError as error:
            raise OutputError(
                f"pyLODE keeps a cache in its own folder and could not write {error.filename}; "
                "install it where you may write, for instance in a virtual environment"
            ) from error
        # Places in the page are named as the terms are, and links to terms lead there.
        page.fids = {
            str(term): str(term).removeprefix(AL)
            for term in page.ont.subjects()
            if str(term).startswith(AL)
        }
        page.fids |= {str(c): _place(c) for c in concepts.subjects(RDF.type, SKOS.Concept)}
        page.ns = (AL, *(f"{scheme}/" for scheme in schemes(concepts)))
        page.props_labeled |= {
            row: {"title": title, "description": text, "ont_title": "this page"}
            for row, (title, text) in _ROWS.items()
        }
        return _draw(page, concepts, resources)


@contextlib.contextmanager
def _undisturbed_logging() -> Iterator[None]:
    """Put the root logger back, which pyLODE sets to DEBUG when it is imported."""
    root = logging.getLogger()
    level, handlers, silenced = root.level, list(root.handlers), logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(silenced)
        root.setLevel(level)
        root.handlers[:] = handlers


def _place(concept: Node) -> str:
    return str(concept).removeprefix(BASE).replace("/", "-")


def _draw(page: OntPub, concepts: Graph, resources: Resources) -> str:
    from dominate import tags
    from dominate.util import raw
    from pylode.rdf_elements import CLASS_PROPS, PROP_PROPS
    from pylode.utils import section_html

    logo = b64encode((resources.ontology / "logo.svg").read_bytes()).decode("ascii")
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    with page.doc.head:
        tags.meta(charset="utf-8")
        tags.meta(http_equiv="Content-Security-Policy", content=_POLICY)
        tags.meta(name="viewport", content="width=device-width, initial-scale=1")
        tags.link(rel="icon", href=f"data:image/svg+xml;base64,{logo}")
        tags.style(raw(style))
        linked = page._make_schema_org().serialize(format="json-ld").replace("</", "<\\/")
        tags.script(raw(linked), type="application/ld+json")
    page.doc["lang"] = "en"
    page._make_metadata()
    _list_files(page, resources)
    contents: list[Section] = []
    for title, kind, rows, place in (
        ("Classes", OWL.Class, CLASS_PROPS, "classes"),
        ("Object properties", OWL.ObjectProperty, PROP_PROPS, "objectproperties"),
        ("Datatype properties", OWL.DatatypeProperty, PROP_PROPS, "datatypeproperties"),
        ("Annotation properties", OWL.AnnotationProperty, PROP_PROPS, "annotationproperties"),
    ):
        section = section_html(
            title, page.ont, page.back_onts, page.ns, kind,
            [*rows, *_TERM_ROWS], page.toc, place, page.fids, page.props_labeled,
        )  # fmt: skip
        page.content.add(section)
        entries = [(place[1:], str(names[0])) for place, names in page.toc.get(place, [])]
        contents.append((title, place, entries))
    contents.append(_draw_datatypes(page))
    contents += [_draw_scheme(page, concepts, scheme) for scheme in schemes(concepts)]
    with page.content:
        tags.p(
            "Made by ",
            tags.a("pyLODE", href="https://github.com/rdflib/pyLODE"),
            " from the files of the ontology, which alone are normative.",
            id="made",
        )
    with tags.nav(id="toc") as nav, tags.details():
        tags.summary("Contents")
        for title, place, entries in contents:
            tags.h2(tags.a(title, href=f"#{place}"))
            tags.ul(tags.li(tags.a(name, href=f"#{target}")) for target, name in entries)
    page.doc.body.children.insert(0, nav)  # first, for narrow screens and for readers aloud
    return str(page.doc.render(pretty=False)) + "\n"


def _list_files(page: OntPub, resources: Resources) -> None:
    from dominate import tags

    names = sorted(map(published_name, resources.ontology_files()), key=lambda n: n != "ontology")
    with page.content, tags.div(id="files", _class="section"):
        tags.h2("Citation and files")
        tags.p(str(page.ont.value(URIRef(ONTOLOGY), DCTERMS.bibliographicCitation)))
        with tags.table():
            for name in names:
                links = [tags.a(f".{ending}", href=f"{name}.{ending}") for ending in RELEASES]
                tags.tr(tags.th(name), tags.td(*links))


def _draw_datatypes(page: OntPub) -> Section:
    from dominate import tags

    entries = []
    with page.content, tags.div(id="datatypes", _class="section"):
        tags.h2("Datatypes")
        for datatype in page.ont.subjects(RDF.type, RDFS.Datatype):
            label = str(page.ont.value(datatype, RDFS.label))
            _draw_entity(
                page, page.ont, datatype, str(datatype).removeprefix(AL), label, "dt",
                (SKOS.definition, SKOS.example),
            )  # fmt: skip
            entries.append((str(datatype).removeprefix(AL), label))
    return "Datatypes", "datatypes", entries


def _draw_scheme(page: OntPub, concepts: Graph, scheme: URIRef) -> Section:
    from dominate import tags

    title, place = str(concepts.value(scheme, DCTERMS.title)), f"scheme-{_place(scheme)}"
    members = sorted(
        concepts.subjects(SKOS.inScheme, scheme), key=lambda c: english(concepts, c).casefold()
    )
    with page.content, tags.div(id=place, _class="section"):
        tags.h2(title)
        tags.p(str(concepts.value(scheme, DCTERMS.description)))
        for concept in members:
            label = str(english(concepts, concept))
            _draw_entity(page, concepts, concept, _place(concept), label, "con", _CONCEPT_ROWS)
    return title, place, [(_place(c), str(english(concepts, c))) for c in members]


def _draw_entity(
    page: OntPub,
    graph: Graph,
    node: Node,
    place: str,
    label: str,
    mark: str,
    rows: tuple[URIRef, ...],
) -> None:
    """One node as pyLODE draws a term, with rows out of ``graph``."""
    from dominate import tags
    from pylode.utils import prop_obj_pair_html

    with tags.div(id=place, _class="property entity"):
        tags.h3(label, tags.sup(mark, _class=f"sup-{mark}", title=_MARKS[mark]))
        with tags.table():
            tags.tr(tags.th("IRI"), tags.td(tags.code(str(node))))
            for row in rows:
                if values := _values(graph, node, row):
                    title, text = _ROWS[row]
                    prop_obj_pair_html(
                        page.ont, page.back_onts, page.ns, "table", row,
                        title, text, "this page", page.fids, values,
                    )  # fmt: skip


def _values(graph: Graph, node: Node, row: URIRef) -> list[Node]:
    values = sorted(graph.objects(node, row), key=str)
    if row == SKOS.prefLabel:
        foreign = [v for v in values if isinstance(v, Literal) and v.language != "en"]
        return [Literal(f"{label} ({label.language})") for label in foreign]
    return values
