"""Namespaces, registers, families and prefixes.

A test compares every name here with the files in ``ontology/``.
"""

from __future__ import annotations

import re
from typing import Final, Literal

BASE: Final = "https://w3id.org/allusion/"
ONTOLOGY: Final = f"{BASE}ontology"
AL: Final = f"{ONTOLOGY}#"

Family = Literal["reference", "influence", "comparison", "derivation", "credit", "story", "part"]
"""The family of an edge: the four families of connection; credit (makers, performers); story
(characters and their relationships); part (series, membership, place)."""

#: Registers of entities, which have names and cards. Register -> classes.
ENTITY_REGISTERS: Final[dict[str, tuple[str, ...]]] = {
    "film": ("Film",),
    "television": ("TelevisionSerial", "TelevisionSpecial"),
    "series": ("WorkSeries",),
    "song": ("Song",),
    "recording": ("Recording",),
    "literature": ("LiteraryWork",),
    "artwork": ("Artwork",),
    "person": ("Person",),
    "group": ("Group", "StarCouple"),
    "organisation": ("Organisation",),
    "character": ("Character",),
    "place": ("Place",),
    "language": ("Language",),
    "award": ("Award",),
    "motif": ("Motif",),
    "movement": ("Movement",),
}

#: Registers of statement nodes. Register -> classes.
STATEMENT_REGISTERS: Final[dict[str, tuple[str, ...]]] = {
    "scene": ("Scene",),
    "utterance": ("Utterance",),
    "performance": ("Performance",),
    "contribution": ("Contribution",),
    "relationship": ("Relationship",),
    "release": ("Release",),
    "connection": ("Reference", "Influence", "Comparison", "Analogy", "Derivation"),
    "claim": ("Claim", "Opinion"),
    "evidence": ("Evidence",),
    "source": ("Source",),
}

#: Registers of statement nodes that have cards.
STATEMENTS_WITH_CARD: Final = ("scene", "utterance", "relationship")

#: SKOS concept schemes of the ontology.
CONCEPT_SCHEMES: Final[tuple[str, ...]] = (
    "kind",
    "role",
    "channel",
    "stance",
    "certainty",
    "technique",
    "source-type",
    "relationship-type",
    "mode",
)

#: Common word for a kind of entity -> class.
CLASS_WORDS: Final[dict[str, str]] = {
    "movie": "Film",
    "television": "TelevisionSerial",
    "tv": "TelevisionSerial",
    "tv serial": "TelevisionSerial",
    "tv series": "TelevisionSerial",
    "series": "WorkSeries",
    "literature": "LiteraryWork",
    "book": "LiteraryWork",
    "novel": "LiteraryWork",
    "story": "LiteraryWork",
    "band": "Group",
    "organization": "Organisation",
    "company": "Organisation",
    "painting": "Artwork",
    "drawing": "Artwork",
    "photograph": "Artwork",
    "poster": "Artwork",
    "sculpture": "Artwork",
    "music video": "Artwork",
    "city": "Place",
    # Labels of the ontology in Japanese and Chinese, and other words.
    "映画": "Film",
    "電影": "Film",
    "电影": "Film",
    "人物": "Person",
    "人": "Person",
    "曲": "Song",
    "歌": "Song",
    "歌曲": "Song",
    "文学作品": "LiteraryWork",
    "文學作品": "LiteraryWork",
    "小説": "LiteraryWork",
    "小說": "LiteraryWork",
    "小说": "LiteraryWork",
    "本": "LiteraryWork",
    "書籍": "LiteraryWork",
    "书籍": "LiteraryWork",
    "漫画": "LiteraryWork",
    "漫畫": "LiteraryWork",
    "詩": "LiteraryWork",
    "诗": "LiteraryWork",
    "登場人物": "Character",
    "キャラクター": "Character",
    "角色": "Character",
    "シリーズ": "WorkSeries",
    "系列": "WorkSeries",
    "連続ドラマ": "TelevisionSerial",
    "ドラマ": "TelevisionSerial",
    "テレビドラマ": "TelevisionSerial",
    "電視連續劇": "TelevisionSerial",
    "電視劇": "TelevisionSerial",
    "电视剧": "TelevisionSerial",
    "电视连续剧": "TelevisionSerial",
    "単発テレビ番組": "TelevisionSpecial",
    "電視特別節目": "TelevisionSpecial",
    "电视特别节目": "TelevisionSpecial",
    "言語": "Language",
    "語言": "Language",
    "语言": "Language",
    "美術作品": "Artwork",
    "藝術作品": "Artwork",
    "艺术作品": "Artwork",
    "絵画": "Artwork",
    "繪畫": "Artwork",
    "绘画": "Artwork",
    "賞": "Award",
    "獎項": "Award",
    "奖项": "Award",
    "グループ": "Group",
    "バンド": "Group",
    "團體": "Group",
    "团体": "Group",
    "樂隊": "Group",
    "乐队": "Group",
    "モチーフ": "Motif",
    "母題": "Motif",
    "母题": "Motif",
    "運動・ジャンル": "Movement",
    "運動": "Movement",
    "ジャンル": "Movement",
    "運動或類型": "Movement",
    "流派": "Movement",
    "団体": "Organisation",
    "会社": "Organisation",
    "企業": "Organisation",
    "機構": "Organisation",
    "机构": "Organisation",
    "公司": "Organisation",
    "場所": "Place",
    "地名": "Place",
    "地點": "Place",
    "地点": "Place",
    "録音": "Recording",
    "錄音": "Recording",
    "录音": "Recording",
}

#: The four families of connection, disjoint classes of the ontology.
FAMILIES: Final[tuple[str, ...]] = ("reference", "influence", "comparison", "derivation")

#: Classes of connection -> family.
CONNECTION_CLASSES: Final[
    dict[str, Literal["reference", "influence", "comparison", "derivation"]]
] = {
    "Analogy": "comparison",
    "Comparison": "comparison",
    "Derivation": "derivation",
    "Influence": "influence",
    "Reference": "reference",
}

#: The families of edges that are facts: credits, stories, and parts.
FACT_FAMILIES: Final[tuple[str, ...]] = ("credit", "story", "part")

#: The families of all edges, those of connection first.
EDGE_FAMILIES: Final = (*FAMILIES, *FACT_FAMILIES)

#: Properties that join two entities by one triple -> family of the edge.
PART_PROPERTIES: Final[dict[str, Literal["story", "part"]]] = {
    "partOfSeries": "part",
    "member": "part",
    "recordingOf": "part",
    "locatedIn": "part",
    "presentIn": "story",
    "setIn": "story",
    "shotAt": "part",
}

#: Label of the certainty of connections that paths and measures do not use.
DOUBTFUL: Final = "doubtful"

#: Registers through which a path leads by connections only.
HUBS: Final = ("place", "organisation", "language", "award")

WIKIDATA_ENTITY: Final = "http://www.wikidata.org/entity/"

#: Prefixes that are predefined in queries and used in curated files.
PREFIXES: Final[dict[str, str]] = {
    "al": AL,
    **{
        register: f"{BASE}{register}/"
        for register in (*ENTITY_REGISTERS, *STATEMENT_REGISTERS, "mapping", *CONCEPT_SCHEMES)
    },
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "wd": WIKIDATA_ENTITY,
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def al_iris(*names: str) -> tuple[str, ...]:
    """Return the IRIs of terms of the ontology."""
    return tuple(AL + name for name in names)


def is_entity(iri: str) -> bool:
    """Return whether an IRI is in a register of entities."""
    return iri.startswith(BASE) and register_of(iri) in ENTITY_REGISTERS


def register_of(iri: str) -> str:
    """Return the register in the IRI of a node.

    >>> register_of("https://w3id.org/allusion/film/chungking-express")
    'film'
    """
    return iri.removeprefix(BASE).partition("/")[0]


#: First parts of the paths of nodes that have pages.
NODES_WITH_PAGE: Final = (*ENTITY_REGISTERS, *STATEMENT_REGISTERS, *CONCEPT_SCHEMES, "ontology")


def local_path(iri: str) -> str:
    """Return the path of the page of an IRI of the project; "" for other IRIs.

    >>> local_path("https://w3id.org/allusion/film/2046")
    'film/2046'
    >>> local_path("https://w3id.org/allusion/ontology#Film")
    'ontology/Film'
    """
    if not iri.startswith(BASE):
        return ""
    path = iri.removeprefix(BASE).replace("#", "/")
    return path if path.partition("/")[0] in NODES_WITH_PAGE and path.count("/") == 1 else ""


def is_snapshot_slug(slug: str) -> bool:
    """Return whether only the Wikidata snapshot contains an entity with this slug.

    >>> is_snapshot_slug("wikidata-q766263")
    True
    """
    return re.fullmatch(_PULLED_SLUG, slug) is not None


GRAPH_REGISTER: Final = f"{BASE}source/register"
GRAPH_MAPPING: Final = f"{BASE}source/wikidata-mapping"
GRAPH_INFERRED: Final = f"{BASE}source/inferred"
#: Graph of the Wikidata snapshot; present only on request, and in no curated file.
GRAPH_WIKIDATA: Final = f"{BASE}source/wikidata"
GRAPH_EDITORS: Final = f"{BASE}source/editors"

_PULLED_SLUG: Final = r"wikidata-(q[0-9]+|contributors)(-.*)?"

#: Additional prefixes of the snapshot: revision of an item, and time of access.
PULLED_PREFIXES: Final[dict[str, str]] = {
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
}

#: Graph of the description (VoID, DCAT), and the dataset that it describes.
GRAPH_DESCRIPTION: Final = f"{BASE}void"
DATASET: Final = f"{BASE}dataset"

#: Additional prefixes of the description.
DESCRIPTION_PREFIXES: Final[dict[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sh": "http://www.w3.org/ns/shacl#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
}
