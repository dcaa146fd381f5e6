"""Read edges: the four families of connection, credits, stories and parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from ...core.labels import Name
from ...core.model import Edge, Fact, Family, Line
from ...core.terms import Literal, sound_iri
from ...core.text import join_names
from ...core.vocabulary import (
    AL,
    BASE,
    CONNECTION_CLASSES,
    GRAPH_EDITORS,
    PART_PROPERTIES,
    is_entity,
)
from .rows import (
    Record,
    group_records,
    in_english,
    property_text,
    select_records,
)
from .source_index import ReaderContext, stating_graphs

_SENTENCE: Final = in_english("?connection", "dcterms:description", "?sentence")
_CONNECTIONS: Final = f"""
SELECT ?connection ?class ?from ?work ?to ?kind ?label ?sentence ?certainty ?scene ?utterance
       ?near ?far WHERE {{
  VALUES ?class {{ al:Reference al:Influence al:Comparison al:Analogy al:Derivation }}
  ?connection a ?class ; al:from ?from ; al:to ?to .
  OPTIONAL {{ ?connection al:kind ?kind }}
  OPTIONAL {{ ?connection al:fromWork ?work }}
  OPTIONAL {{ ?connection rdfs:label ?label FILTER(LANG(?label) IN ("en", "")) }}
  OPTIONAL {{ ?connection dcterms:description ?sentence {_SENTENCE} }}
  OPTIONAL {{ ?connection al:certainty ?certainty }}
  OPTIONAL {{ ?connection al:inScene ?scene }}
  OPTIONAL {{ ?connection al:expressedIn ?utterance }}
  OPTIONAL {{ ?connection al:fromCounterpart ?near ; al:toCounterpart ?far }}
}} ORDER BY ?connection ?work ?to ?scene ?utterance ?kind ?class ?from STR(?sentence) ?certainty"""

_MAKERS: Final = "SELECT ?connection ?maker WHERE { ?connection al:madeBy ?maker } ORDER BY ?maker"
_REPORTERS: Final = (
    "SELECT ?connection ?reporter WHERE { ?connection al:reportedBy ?reporter } ORDER BY ?reporter"
)
_CONCERNS: Final = (
    "SELECT ?connection ?thing WHERE { ?connection al:concerns ?thing } ORDER BY ?thing"
)

_UTTERANCES: Final = """
SELECT ?utterance ?scene ?speaker ?addressee ?language ?language_graph ?channel ?line ?translation
       ?reporter WHERE {
  ?utterance a al:Utterance .
  OPTIONAL { ?utterance al:inScene ?scene }
  OPTIONAL { ?utterance al:speaker ?speaker }
  OPTIONAL { ?utterance al:addressee ?addressee }
  OPTIONAL { GRAPH ?language_graph { ?utterance al:inLanguage ?language } }
  OPTIONAL { ?utterance al:channel ?channel }
  OPTIONAL { ?utterance al:line ?line }
  OPTIONAL { ?utterance al:translation ?translation }
  OPTIONAL { ?report al:reports ?utterance ; al:speaker ?reporter }
} ORDER BY ?utterance STR(?line) STR(?translation) ?scene ?speaker ?addressee ?language
           ?language_graph ?channel"""

# What the editors inferred of an utterance, and what no source states.
_NOTES: Final = f"""
SELECT DISTINCT ?utterance ?note WHERE {{
  VALUES ?property {{ skos:note skos:editorialNote }}
  ?utterance a al:Utterance ; ?property ?note .
  {in_english("?utterance", "?property", "?note")}
}} ORDER BY ?utterance STR(?note)"""

_CREDITS: Final = """
SELECT ?node ?work ?agent ?role ?graph WHERE {
  { GRAPH ?graph { ?node al:performer ?agent ; al:inWork ?work } BIND("performer" AS ?role) }
  UNION
  { GRAPH ?graph { ?node al:contributor ?agent ; al:inWork ?work } ?node al:role ?role }
} ORDER BY ?node ?agent ?role ?graph ?work"""

_RELATIONSHIPS: Final = """
SELECT ?node ?one ?other ?type ?graph WHERE {
  GRAPH ?graph { ?node al:party ?one, ?other } FILTER(STR(?one) < STR(?other))
  ?node al:relationshipType ?type .
} ORDER BY ?node ?one ?other ?graph"""

# What a source adds to a credit or relationship. Other statements have some of these
# properties too.
_DETAILS: Final = """
SELECT ?node ?property ?value ?graph WHERE {
  { VALUES ?property { al:character al:scope al:inLanguage al:mode al:began al:ended
                       al:tookPlaceAt }
    GRAPH ?graph { ?node ?property ?value } }
  UNION
  { { SELECT DISTINCT ?node WHERE { ?node al:party ?end } }
    VALUES ?property { al:inWork dcterms:description skos:note }
    GRAPH ?graph { ?node ?property ?value } }
} ORDER BY ?node ?property STR(?value) ?graph"""

_PARTS: Final = f"""
SELECT ?one ?property ?other ?graph WHERE {{
  VALUES ?property {{ {" ".join(f"al:{name}" for name in PART_PROPERTIES)} }}
  GRAPH ?graph {{ ?one ?property ?other }}
}} ORDER BY ?one ?property ?other ?graph"""

_PART_PHRASES: Final = {
    "partOfSeries": "is part of",
    "member": "is made up of",
    "recordingOf": "is a recording of",
    "locatedIn": "lies in",
    "presentIn": "is a character in",
    "setIn": "is set in",
    "shotAt": "was shot at",
}
_PERFORMER: Final = Literal("performer")


def credit_record(node: str, work: str, agent: str, graph: str) -> Record:
    """Return the row that a query would give for a performance that one graph states."""
    return Record(
        node=sound_iri(node),
        work=sound_iri(work),
        agent=sound_iri(agent),
        graph=sound_iri(graph),
        role=_PERFORMER,
    )


def read_edges(context: ReaderContext, performances: Iterable[Record] = ()) -> list[Edge]:
    """Read all edges between entities: connections, credits, relationships and parts.

    Args:
        context: The store, with labels and sources.
        performances: Rows of further performances, see `credit_record`.
    """
    reader = _Reader(context, performances)
    return [
        edge
        for edge in (
            *reader.connections(),
            *reader.credits(),
            *reader.relationships(),
            *reader.parts(),
        )
        if edge.origin and edge.target
    ]


class _Reader:
    def __init__(self, context: ReaderContext, performances: Iterable[Record]) -> None:
        self.performances = performances
        self.store, self.sources, self.labels = context.store, context.sources, context.labels
        self.utterances = group_records(context.store, _UTTERANCES, "utterance")
        self.notes = group_records(context.store, _NOTES, "utterance")
        self.details = group_records(context.store, _DETAILS, "node")

    def label(self, iri: str) -> str:
        return self.labels.get(iri, iri.rsplit("/", 1)[-1].replace("-", " ")) if iri else ""

    def labels_of(self, rows: list[Record], name: str) -> str:
        """Return the labels of all values of a column: "A, B and C"."""
        return join_names(
            self.label(iri) for iri in sorted({row.text(name) for row in rows} - {""})
        )

    def languages(self, rows: list[Record]) -> str:
        """Return the languages of an utterance; "(inferred)" if only the editors state one."""
        stated = {
            row.text("language") for row in rows if row.text("language_graph") != GRAPH_EDITORS
        }
        return join_names(
            self.label(iri) + ("" if iri in stated else " (inferred)")
            for iri in sorted({row.text("language") for row in rows} - {""})
        )

    def connections(self) -> Iterator[Edge]:
        makers = group_records(self.store, _MAKERS, "connection")
        reporters = group_records(self.store, _REPORTERS, "connection")
        concerns = group_records(self.store, _CONCERNS, "connection")
        for iri, rows in group_records(self.store, _CONNECTIONS, "connection").items():
            # An analogy has a second row as a comparison.
            row = rows[0]
            utterance_rows = self.utterances.get(row.text("utterance"), [Record()])
            utterance = utterance_rows[0]
            scenes = rows if row.text("scene") else utterance_rows
            near, far = row.text("near"), row.text("far")
            origin = row.text("work") or row.text("from")
            yield Edge(
                iri=iri,
                origin=origin if is_entity(origin) else "",
                target=row.text("to"),
                family=CONNECTION_CLASSES[row.text("class").removeprefix(AL)],
                kind=row.text("kind").rsplit("/", 1)[-1],
                kind_label=self.label(row.text("kind")) or self.label(row.text("class")).lower(),
                phrase=row.text("label"),
                sentence=row.text("sentence"),
                certainty=self.label(row.text("certainty")),
                stated_from=self.label(row.text("from")),
                made_by=tuple(self.label(r.text("maker")) for r in makers.get(iri, [])),
                reported_by=tuple(self.label(r.text("reporter")) for r in reporters.get(iri, [])),
                scene=self.labels_of(scenes, "scene"),
                speaker=self.label(utterance.text("speaker")),
                told_by=self.label(utterance.text("reporter")),
                addressee=self.label(utterance.text("addressee")),
                language=self.languages(utterance_rows),
                channel=self.labels_of(utterance_rows, "channel"),
                line=_line(utterance_rows),
                notes=tuple(r.text("note") for r in self.notes.get(row.text("utterance"), [])),
                counterparts=(near, far) if near else None,
                concerns=tuple(dict.fromkeys(r.text("thing") for r in concerns.get(iri, []))),
                participants=_participants(
                    row, utterance, makers.get(iri, []), concerns.get(iri, [])
                ),
                evidence=self.sources.evidence(iri),
            )

    def credits(self) -> Iterator[Edge]:
        groups = group_records(self.store, _CREDITS, "node")
        for row in self.performances:
            groups[row.text("node")].append(row)
        for node, rows in groups.items():
            agents = dict.fromkeys(row.text("agent") for row in rows)
            for agent in agents:
                own_rows = [row for row in rows if row.text("agent") == agent]
                work, role = own_rows[0].text("work"), own_rows[0]["role"]
                circumstances = _Circumstances(self, node, own_rows)
                if isinstance(role, Literal):
                    kind, label = "performer", "performer"
                    part = join_names(circumstances.values("character"))
                    phrase = f"with, as {part}," if part else "with"
                    sentence = f"{self.label(agent)} plays in {self.label(work)}"
                    sentence += f", as {part}" if part else ""
                else:
                    kind = str(role).rsplit("/", 1)[-1]
                    label = phrase = self.label(str(role))
                    if scope := join_names(circumstances.common_values("scope")):
                        phrase += f" ({scope})"
                    sentence = f"{self.label(agent)}: {phrase} of {self.label(work)}"
                edge = self._statement_edge(
                    node if len(agents) == 1 else f"{node}-{agent.rsplit('/', 1)[-1]}",
                    work,
                    agent,
                    "credit",
                    kind,
                    label,
                    phrase,
                    f"{sentence}.",
                    own_rows,
                )
                yield circumstances.with_remaining_details(edge, "character")

    def relationships(self) -> Iterator[Edge]:
        for node, rows in group_records(self.store, _RELATIONSHIPS, "node").items():
            for pair in dict.fromkeys((row.text("one"), row.text("other")) for row in rows):
                own_rows = [row for row in rows if (row.text("one"), row.text("other")) == pair]
                circumstances = _Circumstances(self, node, own_rows)
                kind = own_rows[0].text("type").rsplit("/", 1)[-1]
                label = self.label(own_rows[0].text("type"))
                began = join_names(circumstances.common_values("began"))
                since = f" ({began})" if began else ""
                edge = self._statement_edge(
                    node,
                    *pair,
                    "story",
                    kind,
                    label,
                    f"{label}{since}",
                    f"{self.label(pair[0])} and {self.label(pair[1])}: {label}{since}.",
                    own_rows,
                )
                yield circumstances.with_remaining_details(edge, "tookPlaceAt", "inWork")

    def parts(self) -> Iterator[Edge]:
        groups: dict[tuple[str, str, str], list[Record]] = {}
        for row in select_records(self.store, _PARTS):
            name = row.text("property").removeprefix(AL)
            groups.setdefault((row.text("one"), name, row.text("other")), []).append(row)
        for (one, name, other), rows in groups.items():
            phrase = _PART_PHRASES[name]
            iri = (
                f"{BASE}part/{'-'.join(x.rsplit('/', 1)[-1] for x in (one, other))}-{name.lower()}"
            )
            yield self._statement_edge(
                iri,
                one,
                other,
                PART_PROPERTIES[name],
                name,
                phrase,
                phrase,
                f"{self.label(one)} {phrase} {self.label(other)}.",
                rows,
            )

    def _statement_edge(
        self,
        iri: str,
        origin: str,
        target: str,
        family: Family,
        kind: str,
        kind_label: str,
        phrase: str,
        sentence: str,
        rows: list[Record],
    ) -> Edge:
        ends_known = is_entity(origin) and is_entity(target)
        return Edge(
            iri,
            origin if ends_known else "",
            target,
            family,
            kind,
            kind_label,
            phrase,
            sentence,
            evidence=self.sources.statement_evidence(iri, (row.text("graph") for row in rows)),
        )


class _Circumstances:
    """What the sources of a credit or relationship state of it beyond the join.

    Args:
        reader: The reader.
        node: IRI of the credit or relationship.
        rows: Its rows, one for each source of the edge.
    """

    def __init__(self, reader: _Reader, node: str, rows: list[Record]) -> None:
        self._reader = reader
        self._joining = stating_graphs(row.text("graph") for row in rows).keys()
        #: (property, value) -> the graphs that state it.
        self._graphs: dict[tuple[str, str], dict[str, None]] = {}
        for row in reader.details.get(node, []):
            if row.language("value") in ("", "en"):
                name = row.text("property").replace("/", "#").rsplit("#", 1)[-1]
                graphs = self._graphs.setdefault((name, row.text("value")), {})
                graphs[row.text("graph")] = None
        self._in_sentence: set[tuple[str, str]] = set()

    def values(self, name: str) -> list[str]:
        """Return the labels of all values of a property, for the sentence of the edge."""
        found = [key for key in self._graphs if key[0] == name]
        self._in_sentence |= {key for key in found if self._is_common(key)}
        return [self._text(value) for _, value in found]

    def common_values(self, name: str) -> list[str]:
        """Return the labels of the values that all sources state, for the sentence of the edge."""
        found = [key for key in self._graphs if key[0] == name and self._is_common(key)]
        self._in_sentence |= {*found}
        return [self._text(value) for _, value in found]

    def with_remaining_details(self, edge: Edge, *concerned: str) -> Edge:
        """Return the edge with the values that only some sources state, as details.

        Args:
            edge: The edge.
            concerned: Properties whose values are entities that the edge concerns.
        """
        if not self._graphs:
            return edge
        details = tuple(
            Fact(
                property_text(name),
                self._text(value),
                value if is_entity(value) else "",
                self._reader.sources.source_titles(graphs),
            )
            for (name, value), graphs in self._graphs.items()
            if (name, value) not in self._in_sentence
            and not (name == "inWork" and value in (edge.origin, edge.target))
        )
        concerns = tuple(
            value for name, value in self._graphs if name in concerned and is_entity(value)
        )
        ends = (edge.origin, edge.target)
        return replace(edge, details=details, concerns=tuple(c for c in concerns if c not in ends))

    def _is_common(self, key: tuple[str, str]) -> bool:
        return self._joining <= self._graphs[key].keys()

    def _text(self, value: str) -> str:
        return self._reader.label(value) if value.startswith(BASE) else value


def _participants(
    row: Record, utterance: Record, makers: list[Record], concerns: list[Record]
) -> tuple[str, ...]:
    found = [
        row.text("from"),
        *(utterance.text(name) for name in ("speaker", "reporter", "addressee")),
        *(record.text("maker") for record in makers),
        *(record.text("thing") for record in concerns),
    ]
    return tuple(dict.fromkeys(iri for iri in found if is_entity(iri)))


def _line(rows: list[Record]) -> Line | None:
    if not rows or not rows[0].text("line"):
        return None
    translations = {
        Name(row.text("translation"), row.language("translation"))
        for row in rows
        if row.text("translation")
    }
    ordered = tuple(sorted(translations, key=lambda name: (name.language, name.text)))
    return Line(rows[0].text("line"), rows[0].language("line"), ordered)
