"""Records of a collection as sentences."""

from __future__ import annotations

from collections import defaultdict

from ..core.terms import shorten
from ..core.vocabulary import BASE
from ..search.name_index import NameIndex
from .connection_labels import LABELS
from .records import Connection, Content, EntityRecord, EvidenceRecord, Source
from .source_keys import page_of


class Sentences:
    """Writes records as sentences.

    Args:
        contents: Records with the names of things and the keys of sources.
        names: Index of the shipped graph.
        between: Text between two different values.
        only: Words before values that only the first or only the second one has.
    """

    def __init__(
        self,
        contents: list[Content],
        names: NameIndex,
        between: str = " or ",
        only: tuple[str, str] = ("only in the first", "only in the second"),
    ) -> None:
        self._contents = contents
        self._names = names
        self.between = between
        self.only = only
        # The first content counts.
        self._sources = {
            iri: one for content in reversed(contents) for iri, one in content.sources.items()
        }
        self._same_title: dict[str, list[Source]] = defaultdict(list)
        for one in self._sources.values():
            self._same_title[one.title.text].append(one)

    def label(self, iri: str) -> str:
        """Return the name of a thing."""
        for content in self._contents:
            if (thing := content.things.get(iri)) and thing.names:
                return thing.names[0].text
        return self._names.label_of(iri) or iri.rpartition("/")[2]

    def source(self, iri: str) -> str:
        """Return the title of a source; with its site or its key if another one has that title."""
        source = self._sources.get(iri)
        if source is None:
            return iri.rpartition("/")[2]
        title = source.title.text
        others = [one for one in self._same_title[title] if one.iri != iri]
        if not others:
            return title
        site = _site(source)
        is_clear = site and site not in map(_site, others)
        return f"{title}, {site if is_clear else source.key}"

    def author(self, name: str) -> str:
        """Return the name of an author, who may be a thing."""
        return self.label(name) if name.startswith(BASE) else name

    def connection(self, connection: Connection) -> str:
        """Return the statement of a connection, without its evidence."""
        origin, target = self.label(connection.origin), self.label(connection.target)
        return f"{origin} {LABELS[connection.kind]} {target}"

    def evidence(self, connection: Connection, evidence: EvidenceRecord) -> str:
        """Return the statement of a source."""
        where = f", {evidence.where}" if evidence.where else ""
        says = f": {passage}" if (passage := self.passage(evidence)) else ""
        return f"{self.connection(connection)} ({self.source(evidence.source)}{where}){says}"

    def passage(self, evidence: EvidenceRecord) -> str:
        """Return the sentence of a passage, with its scene and its line."""
        scene, line = evidence.scene, evidence.line
        parts = [evidence.says[0].text] if evidence.says else []
        parts += [evidence.stance] if evidence.stance != "supports" else []
        if scene:
            parts.append(f"scene: {scene.names[0].text if scene.names else shorten(scene.iri)}")
        if line:
            speaker = f"{self.label(line.speaker)}: " if line.speaker else ""
            parts.append(f"{speaker}“{line.text.text}”")
        return "; ".join(parts)

    def thing(self, thing: EntityRecord) -> str:
        """Return the description of a thing."""
        date = f", {thing.date.text}" if thing.date else ""
        return f"{self.label(thing.iri)} ({thing.register}{date})"


def _site(source: Source) -> str:
    return page_of(source.url).partition("/")[0]
