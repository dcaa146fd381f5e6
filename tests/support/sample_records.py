"""What the small network of ``sample`` is made of: its entities, edges, scenes and utterances."""

from __future__ import annotations

from typing import Any

from allusion.core.labels import Link, Name
from allusion.core.model import Edge, Entity, Evidence, Fact, Family, Line, Remark, Scene, Utterance
from allusion.core.vocabulary import BASE

ESSAY = ("essay", "223", "A film essayist", "2011-01-28", "https://example.org/2011/01/28/223/")
ENCYCLOPEDIA = ("encyclopedia", "An encyclopedia", "", "2024", "https://example.org/wiki/Film")
LETTER = (
    "letter",
    "A letter to the editor",
    "A reader",
    "2012",
    "ftp://example.org/%E4%BF%A1%20?n=12",
)


def entity_of(
    path: str, type_: str, labels: dict[str, str], year: int | None = None, **rest: Any
) -> Entity:
    return Entity(BASE + path, path.partition("/")[0], type_, labels, year=year, **rest)


def _wikidata(item: str, confidence: float = 0.95, note: str = "") -> Link:
    return Link("Wikidata", f"http://www.wikidata.org/entity/{item}", item, confidence, note)


def all_entities() -> list[Entity]:
    return [
        entity_of(
            "film/chungking-express",
            "Film",
            {
                "en": "Chungking Express",
                "zh-Hant": "重慶森林",
                "zh-Hans": "重庆森林",
                "ja": "恋する惑星",
                "zh-Latn-pinyin": "Chóngqìng Sēnlín",
            },
            1994,
            aliases=(Name("Chung Hing sam lam", "yue-Latn"),),
            description="Two policemen, two women and a snack bar in Hong Kong.",
            makers=("Wong Kar-wai",),
            links=(
                _wikidata("Q766263"),
                Link("IMDb", "https://www.imdb.com/title/tt0109424/", "tt0109424"),
                Link("Wikipedia", "https://en.wikipedia.org/wiki/Chungking_Express", "en"),
            ),
            facts=(
                Fact("running time", "98 minutes", "", ((BASE + "source/essay", "223"),)),
                Fact("running time", "102 minutes", "", ((BASE + "source/letter", "A letter"),)),
            ),
            remarks=(
                Remark(
                    BASE + "claim/hong-kong-acts",
                    "Hong Kong is the best actor in the film.",
                    "A film essayist",
                    True,
                    (),
                    (_evidence(ESSAY, "the city outplays the cast"),),
                ),
            ),
        ),
        entity_of(
            "person/tomokazu-miura",
            "Person",
            {
                "en": "Tomokazu Miura",
                "ja": "三浦友和",
                "zh-Hant": "三浦友和",
                "ja-Latn": "Miura Tomokazu",
            },
            1952,
            links=(_wikidata("Q1039595", 0.6, "no label seen; known by the films it is cast in"),),
        ),
        entity_of(
            "person/momoe-yamaguchi",
            "Person",
            {
                "en": "Momoe Yamaguchi",
                "ja": "山口百恵",
                "zh-Hant": "山口百惠",
                "ja-Latn": "Yamaguchi Momoe",
            },
            1959,
            links=(_wikidata("Q1198084", 0.7, "seen once"),),
        ),
        entity_of(
            "group/miura-and-yamaguchi",
            "Star couple",
            {"en": "Momoe and Tomokazu", "ja": "百恵・友和"},
            1974,
        ),
        entity_of("series/akai", "Work series", {"en": "Akai series", "ja": "赤いシリーズ"}, 1974),
        entity_of(
            "television/akai-giwaku",
            "Television serial",
            {"en": "Akai Giwaku", "ja": "赤い疑惑"},
            1975,
        ),
        entity_of("film/manhattan", "Film", {"en": "Manhattan", "zh-Hant": "曼哈頓"}, 1979),
        entity_of(
            "song/california-dreamin",
            "Song",
            {"en": "California Dreamin’", "ko": "캘리포니아 드리밍"},
            1965,
        ),
        entity_of(
            "recording/dream-person", "Recording", {"en": "Dream Person", "zh-Hant": "夢中人"}, 1994
        ),
        entity_of("song/dreams", "Song", {"en": "Dreams"}, 1992),
        entity_of("literature/kafka-on-the-shore", "Literary work", {"en": "A short story"}, 1981),
        entity_of("place/hong-kong", "Place", {"en": "Hong Kong", "zh-Hant": "香港"}),
        entity_of("place/new-york", "Place", {"en": "New York City", "zh-Hant": "紐約市"}),
        entity_of(
            "place/chungking-mansions",
            "Place",
            {"en": "Chungking Mansions", "zh-Hant": "重慶大廈"},
            1961,
        ),
        entity_of("motif/pineapple-tin", "Motif", {"en": "A tin of pineapple"}),
        entity_of(
            "person/wong-kar-wai",
            "Person",
            {"en": "Wong Kar-wai", "zh-Hant": "王家衛", "zh-Latn-pinyin": "Wáng Jiāwèi"},
            1958,
            links=(_wikidata("Q55431"),),
        ),
        entity_of(
            "person/takeshi-kaneshiro", "Person", {"en": "Takeshi Kaneshiro", "ja": "金城武"}, 1973
        ),
        entity_of("character/cop-223", "Character", {"en": "Cop 223", "zh-Hant": "何志武"}),
        entity_of(
            "film/fallen-angels", "Film", {"en": "Fallen Angels", "zh-Hant": "墮落天使"}, 1995
        ),
        entity_of(
            "film/happy-together", "Film", {"en": "Happy Together", "zh-Hant": "春光乍洩"}, 1997
        ),
        entity_of("film/moonlight", "Film", {"en": "Moonlight"}, 2016),
        entity_of("person/quentin-tarantino", "Person", {"en": "Quentin Tarantino"}, 1963),
        entity_of(
            "artwork/music-video", "Artwork", {"en": "A music video with a very long name"}, 1999
        ),
        entity_of("language/cantonese", "Language", {"en": "Cantonese", "zh-Hant": "粵語"}),
    ]


def _evidence(
    source: tuple[str, str, str, str, str], said: str, stance: str = "supports"
) -> Evidence:
    slug, title, author, issued, url = source
    return Evidence(
        f"{BASE}evidence/{slug}-{abs(sum(map(ord, said)))}",
        f"{BASE}source/{slug}",
        title,
        author,
        issued,
        url,
        "paragraph 2, characters 310-362",
        said,
        stance,
    )


def edge_of(
    slug: str, origin: str, target: str, family: Family, kind: str, phrase: str, **rest: Any
) -> Edge:
    rest.setdefault("sentence", f"In the story {phrase} this one.")
    rest.setdefault("evidence", (_evidence(ESSAY, f"It says that {phrase}."),))
    return Edge(
        f"{BASE}connection/{slug}",
        BASE + origin,
        BASE + target,
        family,
        kind,
        kind.replace("-", " "),
        phrase,
        **rest,
    )


def all_edges() -> list[Edge]:
    film = "film/chungking-express"
    miura, yamaguchi = "person/tomokazu-miura", "person/momoe-yamaguchi"
    shout = edge_of(
        "shout",
        film,
        miura,
        "reference",
        "name-drop",
        "223 shouts that he will kill",
        sentence="Running up an escalator that stands still, 223 shouts that he will kill Miura.",
        certainty="explicit",
        stated_from="The shout on the escalator",
        scene="223 runs up the escalator",
        speaker="Cop 223",
        language="Cantonese",
        channel="dialogue",
        line=Line(
            "三浦友和，我要殺了你！", "zh-Hant", (Name("Tomokazu Miura, I’ll kill you!", "en"),)
        ),
        concerns=(BASE + "series/akai",),
        evidence=(
            _evidence(ESSAY, "223 shouts the actor's name as he runs."),
            _evidence(ENCYCLOPEDIA, "The name is heard in the film."),
        ),
    )
    return [
        shout,
        edge_of(
            "likeness",
            film,
            yamaguchi,
            "reference",
            "likeness",
            "the owner says May looks like",
            sentence="223 recalls that the owner thought May looked like Yamaguchi.",
            speaker="The owner of Midnight Express",
            told_by="Cop 223",
            addressee="Cop 223",
            channel="voice-over",
            language="Mandarin",
        ),
        edge_of(
            "unlike",
            film,
            miura,
            "reference",
            "likeness",
            "May tells 223 that he is less and less like",
            evidence=(
                _evidence(ESSAY, "May finds him more and more unlike Miura."),
                _evidence(LETTER, "The reader heard no such words.", "disputes"),
            ),
        ),
        edge_of(
            "couple",
            film,
            "group/miura-and-yamaguchi",
            "reference",
            "likeness",
            "recalls the couple",
        ),
        edge_of(
            "akai",
            film,
            "series/akai",
            "comparison",
            "parallel",
            "an essayist sees the serials of",
            made_by=("A film essayist",),
        ),
        edge_of(
            "dreamin",
            film,
            "song/california-dreamin",
            "reference",
            "song-used",
            "Faye plays, loud and often,",
        ),
        edge_of(
            "cover", "recording/dream-person", "song/dreams", "derivation", "cover", "is a cover of"
        ),
        edge_of("dreamer", film, "recording/dream-person", "reference", "song-used", "plays"),
        edge_of(
            "manhattan",
            film,
            "film/manhattan",
            "comparison",
            "analogy",
            "an essayist sets beside it",
            made_by=("A film essayist",),
            counterparts=(BASE + "place/hong-kong", BASE + "place/new-york"),
        ),
        edge_of(
            "story",
            film,
            "literature/kafka-on-the-shore",
            "influence",
            "critic-claims-influence",
            "a critic hears",
        ),
        edge_of(
            "mansions",
            film,
            "place/chungking-mansions",
            "reference",
            "place-as-itself",
            "takes its name from",
        ),
        edge_of("self", film, film, "reference", "self-reference", "shows its own poster"),
        edge_of(
            "tin",
            film,
            "motif/pineapple-tin",
            "reference",
            "prop-or-poster",
            "223 counts the days by",
        ),
        edge_of(
            "angels",
            "film/fallen-angels",
            film,
            "derivation",
            "reused-story",
            "grew out of a third story of",
        ),
        edge_of(
            "angels-name",
            "film/fallen-angels",
            film,
            "reference",
            "shared-character-name",
            "has a 223 of its own, after",
        ),
        edge_of(
            "angels-shop",
            "film/fallen-angels",
            film,
            "reference",
            "place-as-itself",
            "goes back to the snack bar of",
        ),
        edge_of(
            "angels-look",
            "film/fallen-angels",
            film,
            "comparison",
            "similar-style",
            "critics set it beside",
        ),
        edge_of(
            "angels-tin",
            "film/fallen-angels",
            film,
            "reference",
            "parody",
            "makes fun of the tins in",
        ),
        edge_of(
            "moonlight",
            "film/moonlight",
            "film/happy-together",
            "influence",
            "maker-states-influence",
            "its director names",
        ),
        edge_of(
            "tarantino",
            "person/quentin-tarantino",
            film,
            "influence",
            "thanks",
            "brought to America",
        ),
        edge_of(
            "video",
            "artwork/music-video",
            film,
            "reference",
            "homage-shot",
            "repeats the step-printed crowd of",
        ),
        edge_of("director", film, "person/wong-kar-wai", "credit", "director", "director"),
        edge_of("writer", film, "person/wong-kar-wai", "credit", "screenwriter", "screenwriter"),
        edge_of(
            "plays", film, "person/takeshi-kaneshiro", "credit", "performer", "with, as Cop 223,"
        ),
        edge_of(
            "angels-director",
            "film/fallen-angels",
            "person/wong-kar-wai",
            "credit",
            "director",
            "director",
        ),
        edge_of(
            "happy-director",
            "film/happy-together",
            "person/wong-kar-wai",
            "credit",
            "director",
            "director",
        ),
        edge_of("present", "character/cop-223", film, "story", "presentIn", "is a character in"),
        edge_of("set", film, "place/hong-kong", "story", "setIn", "is set in"),
        edge_of("marriage", miura, yamaguchi, "story", "marriage", "marriage (1980)"),
        edge_of("member-1", "group/miura-and-yamaguchi", miura, "part", "member", "is made up of"),
        edge_of(
            "member-2", "group/miura-and-yamaguchi", yamaguchi, "part", "member", "is made up of"
        ),
        edge_of(
            "series", "television/akai-giwaku", "series/akai", "part", "partOfSeries", "is part of"
        ),
        edge_of("giwaku", "television/akai-giwaku", miura, "credit", "performer", "with"),
        edge_of("giwaku-2", "television/akai-giwaku", yamaguchi, "credit", "performer", "with"),
    ]


def all_scenes() -> tuple[Scene, ...]:
    film = BASE + "film/chungking-express"
    return (
        Scene(
            f"{BASE}scene/escalator",
            film,
            "The run up the escalator",
            "Cop 223 runs up an escalator that stands still.",
            order=2,
            scope="first story",
            place=f"{BASE}place/chungking-mansions",
            features=(f"{BASE}character/cop-223",),
            techniques=("canted angle",),
            notes=("Inferred: it is of the first story.",),
            evidence=(_evidence(ESSAY, "223 runs up the escalator and shouts."),),
        ),
        Scene(
            f"{BASE}scene/memory",
            film,
            "223 remembers May",
            order=1,
            connections=(f"{BASE}connection/akai",),
        ),
        Scene(f"{BASE}scene/counter", film, "Coffee at the counter"),
    )


def all_utterances() -> tuple[Utterance, ...]:
    film = BASE + "film/chungking-express"
    cop = f"{BASE}character/cop-223"
    return (
        Utterance(
            f"{BASE}utterance/kill",
            film,
            "The shout",
            "223 shouts that he will kill Miura.",
            scene=f"{BASE}scene/escalator",
            speaker=cop,
            language="Cantonese",
            channel="dialogue",
            line=Line(
                "三浦友和，我要殺了你！", "zh-Hant", (Name("Tomokazu Miura, I’ll kill you!", "en"),)
            ),
            connections=(f"{BASE}connection/shout",),
        ),
        Utterance(
            f"{BASE}utterance/owner",
            film,
            "The owner on May",
            "The owner finds that May looks like Momoe Yamaguchi.",
            connections=(f"{BASE}connection/likeness",),
        ),
        Utterance(
            f"{BASE}utterance/recalls",
            film,
            "223 recalls the owner",
            "223 recalls what the owner said.",
            scene=f"{BASE}scene/memory",
            speaker=cop,
            channel="voice-over",
            reports=(f"{BASE}utterance/owner",),
        ),
        Utterance(
            f"{BASE}utterance/parting",
            film,
            "May on 223",
            "May says that he is less and less like Miura.",
            addressee=cop,
            connections=(f"{BASE}connection/unlike",),
        ),
    )
