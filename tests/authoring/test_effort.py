"""How much has to be typed for a film that is not in the graph: 20 references from five pages."""

from __future__ import annotations

from pathlib import Path

from sheets import Desk, Rows, collection_in, write_csv

from allusion.authoring.concepts import Concepts
from allusion.knowledge_graph import KnowledgeGraph

#: The film, its pages and most of its references are invented.
SOURCES: Rows = (
    ("key", "title", "by", "url", "date", "type", "language"),
    ("guide", "A guide to The Night Market", "Ada Lind", "https://example.org/guide", "2020", "essay", "en"),
    ("talk", "The director on his first film", "Bo Ek", "https://example.org/talk", "2019-10-05", "interview", "en"),
    ("blog", "Rain and neon", "Cato Moe", "https://example.org/blog", "", "", "en"),
    ("songs", "Every song in The Night Market", "Dora Ness", "https://example.org/songs", "2021", "", "en"),
    ("steam", "Steam and posters", "Eva Dahl", "https://example.org/steam", "2022", "essay", "en"),
)  # fmt: skip
CONNECTIONS: Rows = (
    ("from", "kind", "to", "says", "source", "where", "by", "sure"),
    ("The Night Market (film, 2019)", "homage-costume", "Rain Song (film, 1961)", "The seller wears the girl's yellow coat.", "guide", "par. 1", "", "seen"),
    ("", "homage-scene", "Cold Harbor (film, 1973)", "The duel in the snow is its ending.", "", "par. 2", "", ""),
    ("", "homage-shot", "Breathless", "She rubs her lip with her thumb.", "", "par. 4", "", ""),
    ("", "quotation", "The Long Ferry (film, 1982)", "Its proverb opens the film.", "", "par. 5", "", "seen"),
    ("", "cameo", "Tom Wu (person)", "He plays the cook.", "", "par. 6", "", "seen"),
    ("", "homage-scene", "Orange Sky (film, 1968)", "The plane flies through its sky.", "", "par. 7", "", ""),
    ("", "maker-states-influence", "Branded to Kill", "Its killers were on his mind.", "talk", "", "Finn Holm", ""),
    ("", "maker-states-influence", "Cold Harbor", "He showed it to the crew.", "", "par. 9", "Finn Holm", ""),
    ("", "homage-scene", "Five Bells (film, 1972)", "A siren rings before each fight.", "", "", "", ""),
    ("", "similar-style", "Chungking Express", "The step-printed blur recalls Wong.", "blog", "", "", ""),
    ("", "homage-costume", "The Hornet (television, 1966)", "The gang wears its mask.", "", "", "", "seen"),
    ("", "song-used", "Bells of Tin (song)", "It runs under the titles.", "songs", "no. 1", "", "seen"),
    ("", "song-used", "Hornet Theme (song)", "It plays on the way to the harbor.", "", "no. 2", "", "seen"),
    ("", "song-used", "Do Not Call (song)", "It plays in the last duel.", "", "no. 3", "", "seen"),
    ("", "song-used", "Flower of Iron (song)", "It ends the duel.", "", "no. 4", "", "seen"),
    ("", "song-used", "Shepherd Alone (song)", "It closes the film.", "", "no. 5", "", "seen"),
    ("", "parallel", "Le Samouraï", "Both killers keep to a code.", "steam", "", "", ""),
    ("", "critic-claims-influence", "Grim Eye (film, 1973)", "The eye patch comes from there.", "", "", "", ""),
    ("", "parody", "Iron Street (television, 1967)", "Its siren marks each enemy.", "", "", "", ""),
    ("", "prop-or-poster", "Days of Being Wild", "A poster hangs over the stove.", "", "", "", ""),
)  # fmt: skip
#: The goal, sources and headings included.
_MOST_PER_CONNECTION = 150


def test_a_connection_takes_at_most_150_characters(
    kg: KnowledgeGraph, concepts: Concepts, tmp_path: Path
) -> None:
    desk = Desk(collection_in(tmp_path / "night"), kg.resources, kg.names, concepts)
    folder = write_csv(tmp_path / "sheet", sources=SOURCES, connections=CONNECTIONS)
    plan = desk.plan(folder)
    assert plan.parsed.faults == []
    assert len(plan.content.connections) == len(CONNECTIONS) - 1 == 20
    typed = sum(len(path.read_text(encoding="utf-8")) for path in folder.glob("*.csv"))
    assert typed / 20 <= _MOST_PER_CONNECTION
