"""The documentation of the ontology as an HTML page, made with pyLODE.

pyLODE writes the header and the terms. This module adds the concepts (kinds of connection
first), the messages of the shapes of each class, mappings to other vocabularies, and anchors
with the names of the terms (``.../ontology#appearsIn`` for al:appearsIn). The page is one file
without scripts and external resources.
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
from .graphs import concepts_graph, english_label, schemes, terms_graph
from .serializations import SERIALIZATIONS, published_name

if TYPE_CHECKING:
    from pylode import OntPub

_EXAMPLES: Final = URIRef(f"{AL}positiveExample"), URIRef(f"{AL}negativeExample")
_MATCHES: Final = (
    SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
)  # fmt: skip
#: Properties shown for a term and for a concept, besides those that pyLODE selects.
_TERM_ROWS: Final = (OWL.inverseOf, OWL.disjointWith, SH.message, *_MATCHES, RDFS.seeAlso)
_CONCEPT_ROWS: Final = (
    SKOS.definition, SKOS.scopeNote, *_EXAMPLES, SKOS.broader, SKOS.narrower, SKOS.prefLabel,
    *_MATCHES,
)  # fmt: skip
#: Title and tooltip of each property.
_ROWS: Final = {
    OWL.inverseOf: ("Inverse", "The property for the opposite direction"),
    OWL.disjointWith: ("Disjoint with", "Classes that have no instance in common with this one"),
    SH.message: (
        "In the files",
        "The properties that a node of this class must or may have (SHACL)",
    ),
    RDFS.seeAlso: ("See also", "Similar terms of other vocabularies"),
    SKOS.definition: ("Definition", "The meaning of the term"),
    SKOS.example: ("Example", "An example of correct use"),
    SKOS.scopeNote: ("Use", "When to choose it"),
    _EXAMPLES[0]: ("Example", "An example of correct use"),
    _EXAMPLES[1]: ("Not an example", "A similar case to which the concept does not apply"),
    SKOS.broader: ("Broader", "The more general concept"),
    SKOS.narrower: ("Narrower", "More specific concepts"),
    SKOS.prefLabel: ("Other languages", "Its name in other languages"),
    SKOS.exactMatch: ("Exact match", "Term of another vocabulary with the same meaning"),
    SKOS.closeMatch: ("Close match", "Term of another vocabulary with nearly the same meaning"),
    SKOS.broadMatch: ("Broad match", "More general term of another vocabulary"),
    SKOS.narrowMatch: ("Narrow match", "More specific term of another vocabulary"),
    SKOS.relatedMatch: ("Related match", "Related term of another vocabulary"),
}
_TYPE_TITLES: Final = {"con": "SKOS concept", "dt": "Datatype"}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

#: Entry of the table of contents: title, anchor, and (anchor, title) of each child.
Section = tuple[str, str, list[tuple[str, str]]]


def ontology_page(resources: Resources) -> str:
    """Return the documentation of the ontology as the text of an HTML file.

    Raises:
        MissingExtra: If pyLODE is not installed.
        OutputError: If pyLODE cannot write the cache in its own folder.
    """
    with _preserved_logging():
        try:
            from pylode import OntPub
        except ImportError as error:
            raise MissingExtra(
                "the HTML page needs pyLODE; run: pip install 'allusion[docs]', or use --no-page"
            ) from error
        concepts = concepts_graph(resources)
        try:
            page = OntPub(terms_graph(resources, concepts))
        except PermissionError as error:
            raise OutputError(
                f"pyLODE cannot write its cache {error.filename}; install it in a folder with "
                "write permission, for example a virtual environment"
            ) from error
        # Anchors have the names of the terms, and links to terms lead to them.
        page.fids = {
            str(term): str(term).removeprefix(AL)
            for term in page.ont.subjects()
            if str(term).startswith(AL)
        }
        page.fids |= {str(c): _anchor(c) for c in concepts.subjects(RDF.type, SKOS.Concept)}
        page.ns = (AL, *(f"{scheme}/" for scheme in schemes(concepts)))
        page.props_labeled |= {
            row: {"title": title, "description": text, "ont_title": "this page"}
            for row, (title, text) in _ROWS.items()
        }
        return _render(page, concepts, resources)


@contextlib.contextmanager
def _preserved_logging() -> Iterator[None]:
    """Restore the root logger, which pyLODE sets to DEBUG when it is imported."""
    root = logging.getLogger()
    level, handlers, silenced = root.level, list(root.handlers), logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(silenced)
        root.setLevel(level)
        root.handlers[:] = handlers


def _anchor(concept: Node) -> str:
    return str(concept).removeprefix(BASE).replace("/", "-")


def _render(page: OntPub, concepts: Graph, resources: Resources) -> str:
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
        metadata = page._make_schema_org().serialize(format="json-ld").replace("</", "<\\/")
        tags.script(raw(metadata), type="application/ld+json")
    page.doc["lang"] = "en"
    page._make_metadata()
    _add_files(page, resources)
    contents: list[Section] = []
    for title, kind, rows, anchor in (
        ("Classes", OWL.Class, CLASS_PROPS, "classes"),
        ("Object properties", OWL.ObjectProperty, PROP_PROPS, "objectproperties"),
        ("Datatype properties", OWL.DatatypeProperty, PROP_PROPS, "datatypeproperties"),
        ("Annotation properties", OWL.AnnotationProperty, PROP_PROPS, "annotationproperties"),
    ):
        section = section_html(
            title, page.ont, page.back_onts, page.ns, kind,
            [*rows, *_TERM_ROWS], page.toc, anchor, page.fids, page.props_labeled,
        )  # fmt: skip
        page.content.add(section)
        entries = [(anchor[1:], str(names[0])) for anchor, names in page.toc.get(anchor, [])]
        contents.append((title, anchor, entries))
    contents.append(_add_datatypes(page))
    contents += [_add_scheme(page, concepts, scheme) for scheme in schemes(concepts)]
    with page.content:
        tags.p(
            "Made by ",
            tags.a("pyLODE", href="https://github.com/rdflib/pyLODE"),
            " from the files of the ontology. Only these files are normative.",
            id="made",
        )
    with tags.nav(id="toc") as nav, tags.details():
        tags.summary("Contents")
        for title, anchor, entries in contents:
            tags.h2(tags.a(title, href=f"#{anchor}"))
            tags.ul(tags.li(tags.a(name, href=f"#{target}")) for target, name in entries)
    page.doc.body.children.insert(0, nav)  # first, for narrow screens and screen readers
    return str(page.doc.render(pretty=False)) + "\n"


def _add_files(page: OntPub, resources: Resources) -> None:
    from dominate import tags

    names = sorted(map(published_name, resources.ontology_files()), key=lambda n: n != "ontology")
    with page.content, tags.div(id="files", _class="section"):
        tags.h2("Citation and files")
        tags.p(str(page.ont.value(URIRef(ONTOLOGY), DCTERMS.bibliographicCitation)))
        with tags.table():
            for name in names:
                links = [tags.a(f".{ending}", href=f"{name}.{ending}") for ending in SERIALIZATIONS]
                tags.tr(tags.th(name), tags.td(*links))


def _add_datatypes(page: OntPub) -> Section:
    from dominate import tags

    entries = []
    with page.content, tags.div(id="datatypes", _class="section"):
        tags.h2("Datatypes")
        for datatype in page.ont.subjects(RDF.type, RDFS.Datatype):
            label = str(page.ont.value(datatype, RDFS.label))
            _add_node(
                page, page.ont, datatype, str(datatype).removeprefix(AL), label, "dt",
                (SKOS.definition, SKOS.example),
            )  # fmt: skip
            entries.append((str(datatype).removeprefix(AL), label))
    return "Datatypes", "datatypes", entries


def _add_scheme(page: OntPub, concepts: Graph, scheme: URIRef) -> Section:
    from dominate import tags

    title, anchor = str(concepts.value(scheme, DCTERMS.title)), f"scheme-{_anchor(scheme)}"
    members = sorted(
        concepts.subjects(SKOS.inScheme, scheme),
        key=lambda c: english_label(concepts, c).casefold(),
    )
    with page.content, tags.div(id=anchor, _class="section"):
        tags.h2(title)
        tags.p(str(concepts.value(scheme, DCTERMS.description)))
        for concept in members:
            label = str(english_label(concepts, concept))
            _add_node(page, concepts, concept, _anchor(concept), label, "con", _CONCEPT_ROWS)
    return title, anchor, [(_anchor(c), str(english_label(concepts, c))) for c in members]


def _add_node(
    page: OntPub,
    graph: Graph,
    node: Node,
    anchor: str,
    label: str,
    abbreviation: str,
    rows: tuple[URIRef, ...],
) -> None:
    """Add one node in the format of pyLODE.

    Args:
        page: The page.
        graph: Contains the values.
        node: The node.
        anchor: Its anchor in the page.
        label: Its heading.
        abbreviation: Its type, a key of ``_TYPE_TITLES``.
        rows: Properties to show.
    """
    from dominate import tags
    from pylode.utils import prop_obj_pair_html

    with tags.div(id=anchor, _class="property entity"):
        tags.h3(
            label,
            tags.sup(abbreviation, _class=f"sup-{abbreviation}", title=_TYPE_TITLES[abbreviation]),
        )
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
