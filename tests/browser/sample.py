"""A small network to draw, with everything a picture must be able to show.

All families of edges, names in five scripts, several edges between the same two,
an edge from a work to itself, a disputed connection, an unsure Wikidata item, a
film with more neighbours than fit. Run with ``runpy`` by the tests of the view.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import networkx as nx

from allusion.records import (
    Edge,
    Entity,
    Evidence,
    Fact,
    Family,
    Line,
    Link,
    Name,
    Remark,
    Scene,
    Utterance,
)
from allusion.vocabulary import BASE

ESSAY = ("essay", "223", "A film essayist", "2011-01-28", "https://example.org/2011/01/28/223/")
ENCYCLOPEDIA = ("encyclopedia", "An encyclopedia", "", "2024", "https://example.org/wiki/Film")
LETTER = ("letter", "A letter to the editor", "A reader", "2012", "")

PAYLOADS = (
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${alert(1)}",
    "<!--<script>",
    "]]></style><script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "\u2028\u2029</title><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "\u202egnirts desrever",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=https://example.com/><link rel=stylesheet href=//example.com/x.css>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "url(https://example.com/x.png)",
    'https://example.com/"onclick="alert(1)',
    "__proto__",
    "constructor",
    "\x00\x1b[31m null and escape",
    '=HYPERLINK("https://example.com/","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "vbscript:msgbox(1)",
    "blob:https://example.com/x",
    "https://example.com/\u202e//moc.elpmaxe",
    "<template><script>alert(1)</script></template>",
    "<style>@import 'https://example.com/x.css';</style>",
    "${alert(1)}`${alert(1)}`",
    "<use href=data:image/svg+xml,<svg/onload=alert(1)>>",
    "#/network/%00?kinds=__proto__&hide=constructor",
    "</textarea><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "<foreignObject><iframe src=javascript:alert(1)>",
    "../../etc/passwd",
)


def sample() -> nx.MultiDiGraph[str]:
    """Chungking Express and what surrounds it."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for entity in _entities():
        network.add_node(entity.iri, entity=entity)
    for edge in _edges():
        network.add_edge(edge.origin, edge.target, key=edge.iri, edge=edge)
    network.graph.update(scenes=_scenes(), utterances=_utterances(), version="0.0.1")
    return network


def hub(count: int) -> nx.MultiDiGraph[str]:
    """One actor named by ``count`` films."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    star = _entity("person/star", "Person", {"en": "A Star"}, 1950)
    network.add_node(star.iri, entity=star)
    for number in range(count):
        film = _entity(
            f"film/film-{number:04}", "Film", {"en": f"Film {number}"}, 1960 + number % 60
        )
        network.add_node(film.iri, entity=film)
        edge = _edge(
            f"hub-{number}",
            f"film/film-{number:04}",
            "person/star",
            "reference",
            "name-drop",
            "names",
        )
        network.add_edge(film.iri, star.iri, key=edge.iri, edge=edge)
    return network


def hostile(network: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The same network with an attack in every field that is text."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number, iri in enumerate(network):
        entity = _attack(network.nodes[iri]["entity"], number, keep={"iri", "kind"})
        made.add_node(iri, entity=entity)
    keep = {"iri", "origin", "target", "family"}
    for number, edge in enumerate(data["edge"] for _, _, data in network.edges(data=True)):
        attacked = _attack(edge, number, keep=keep)
        made.add_edge(edge.origin, edge.target, key=edge.iri, edge=attacked)
    keep = {
        "iri",
        "work",
        "scene",
        "speaker",
        "place",
        "order",
        "features",
        "reports",
        "connections",
    }
    for told in ("scenes", "utterances"):
        made.graph[told] = tuple(
            _attack(one, number, keep=keep)
            for number, one in enumerate(network.graph.get(told, ()))
        )
    made.graph["version"] = PAYLOADS[2]
    return made


def _attack(value: Any, number: int, keep: frozenset[str] | set[str] = frozenset()) -> Any:
    if isinstance(value, str):
        return PAYLOADS[number % len(PAYLOADS)]
    if isinstance(value, tuple):
        return tuple(_attack(item, number + index) for index, item in enumerate(value))
    if isinstance(value, dict):
        return {key: _attack(item, number + 3) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _attack(getattr(value, field.name), number + index)
            for index, field in enumerate(dataclasses.fields(value))
            if field.name not in keep
        }
        return dataclasses.replace(value, **changed)
    return value


def _entity(
    path: str, type_: str, labels: dict[str, str], year: int | None = None, **rest: Any
) -> Entity:
    return Entity(BASE + path, path.partition("/")[0], type_, labels, year=year, **rest)


def _wikidata(item: str, confidence: float = 0.95, note: str = "") -> Link:
    return Link("Wikidata", f"http://www.wikidata.org/entity/{item}", item, confidence, note)


def _entities() -> list[Entity]:
    return [
        _entity(
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
        _entity(
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
        _entity(
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
        _entity(
            "group/miura-and-yamaguchi",
            "Star couple",
            {"en": "Momoe and Tomokazu", "ja": "百恵・友和"},
            1974,
        ),
        _entity("series/akai", "Work series", {"en": "Akai series", "ja": "赤いシリーズ"}, 1974),
        _entity(
            "television/akai-giwaku",
            "Television serial",
            {"en": "Akai Giwaku", "ja": "赤い疑惑"},
            1975,
        ),
        _entity("film/manhattan", "Film", {"en": "Manhattan", "zh-Hant": "曼哈頓"}, 1979),
        _entity(
            "song/california-dreamin",
            "Song",
            {"en": "California Dreamin’", "ko": "캘리포니아 드리밍"},
            1965,
        ),
        _entity(
            "recording/dream-person", "Recording", {"en": "Dream Person", "zh-Hant": "夢中人"}, 1994
        ),
        _entity("song/dreams", "Song", {"en": "Dreams"}, 1992),
        _entity("literature/kafka-on-the-shore", "Literary work", {"en": "A short story"}, 1981),
        _entity("place/hong-kong", "Place", {"en": "Hong Kong", "zh-Hant": "香港"}),
        _entity("place/new-york", "Place", {"en": "New York City", "zh-Hant": "紐約市"}),
        _entity(
            "place/chungking-mansions",
            "Place",
            {"en": "Chungking Mansions", "zh-Hant": "重慶大廈"},
            1961,
        ),
        _entity("motif/pineapple-tin", "Motif", {"en": "A tin of pineapple"}),
        _entity(
            "person/wong-kar-wai",
            "Person",
            {"en": "Wong Kar-wai", "zh-Hant": "王家衛", "zh-Latn-pinyin": "Wáng Jiāwèi"},
            1958,
            links=(_wikidata("Q55431"),),
        ),
        _entity(
            "person/takeshi-kaneshiro", "Person", {"en": "Takeshi Kaneshiro", "ja": "金城武"}, 1973
        ),
        _entity("character/cop-223", "Character", {"en": "Cop 223", "zh-Hant": "何志武"}),
        _entity("film/fallen-angels", "Film", {"en": "Fallen Angels", "zh-Hant": "墮落天使"}, 1995),
        _entity(
            "film/happy-together", "Film", {"en": "Happy Together", "zh-Hant": "春光乍洩"}, 1997
        ),
        _entity("film/moonlight", "Film", {"en": "Moonlight"}, 2016),
        _entity("person/quentin-tarantino", "Person", {"en": "Quentin Tarantino"}, 1963),
        _entity(
            "artwork/music-video", "Artwork", {"en": "A music video with a very long name"}, 1999
        ),
        _entity("language/cantonese", "Language", {"en": "Cantonese", "zh-Hant": "粵語"}),
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


def _edge(
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


def _edges() -> list[Edge]:
    film = "film/chungking-express"
    miura, yamaguchi = "person/tomokazu-miura", "person/momoe-yamaguchi"
    shout = _edge(
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
        _edge(
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
        _edge(
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
        _edge(
            "couple",
            film,
            "group/miura-and-yamaguchi",
            "reference",
            "likeness",
            "recalls the couple",
        ),
        _edge(
            "akai",
            film,
            "series/akai",
            "comparison",
            "parallel",
            "an essayist sees the serials of",
            made_by=("A film essayist",),
        ),
        _edge(
            "dreamin",
            film,
            "song/california-dreamin",
            "reference",
            "song-used",
            "Faye plays, loud and often,",
        ),
        _edge(
            "cover", "recording/dream-person", "song/dreams", "derivation", "cover", "is a cover of"
        ),
        _edge("dreamer", film, "recording/dream-person", "reference", "song-used", "plays"),
        _edge(
            "manhattan",
            film,
            "film/manhattan",
            "comparison",
            "analogy",
            "an essayist sets beside it",
            made_by=("A film essayist",),
            counterparts=(BASE + "place/hong-kong", BASE + "place/new-york"),
        ),
        _edge(
            "story",
            film,
            "literature/kafka-on-the-shore",
            "influence",
            "critic-claims-influence",
            "a critic hears",
        ),
        _edge(
            "mansions",
            film,
            "place/chungking-mansions",
            "reference",
            "place-as-itself",
            "takes its name from",
        ),
        _edge("self", film, film, "reference", "self-reference", "shows its own poster"),
        _edge(
            "tin",
            film,
            "motif/pineapple-tin",
            "reference",
            "prop-or-poster",
            "223 counts the days by",
        ),
        _edge(
            "angels",
            "film/fallen-angels",
            film,
            "derivation",
            "reused-story",
            "grew out of a third story of",
        ),
        _edge(
            "angels-name",
            "film/fallen-angels",
            film,
            "reference",
            "shared-character-name",
            "has a 223 of its own, after",
        ),
        _edge(
            "angels-shop",
            "film/fallen-angels",
            film,
            "reference",
            "place-as-itself",
            "goes back to the snack bar of",
        ),
        _edge(
            "angels-look",
            "film/fallen-angels",
            film,
            "comparison",
            "similar-style",
            "critics set it beside",
        ),
        _edge(
            "angels-tin",
            "film/fallen-angels",
            film,
            "reference",
            "parody",
            "makes fun of the tins in",
        ),
        _edge(
            "moonlight",
            "film/moonlight",
            "film/happy-together",
            "influence",
            "maker-states-influence",
            "its director names",
        ),
        _edge(
            "tarantino",
            "person/quentin-tarantino",
            film,
            "influence",
            "thanks",
            "brought to America",
        ),
        _edge(
            "video",
            "artwork/music-video",
            film,
            "reference",
            "homage-shot",
            "repeats the step-printed crowd of",
        ),
        _edge("director", film, "person/wong-kar-wai", "credit", "director", "director"),
        _edge("writer", film, "person/wong-kar-wai", "credit", "screenwriter", "screenwriter"),
        _edge(
            "plays", film, "person/takeshi-kaneshiro", "credit", "performer", "with, as Cop 223,"
        ),
        _edge(
            "angels-director",
            "film/fallen-angels",
            "person/wong-kar-wai",
            "credit",
            "director",
            "director",
        ),
        _edge(
            "happy-director",
            "film/happy-together",
            "person/wong-kar-wai",
            "credit",
            "director",
            "director",
        ),
        _edge("present", "character/cop-223", film, "story", "presentIn", "is a character in"),
        _edge("set", film, "place/hong-kong", "story", "setIn", "is set in"),
        _edge("marriage", miura, yamaguchi, "story", "marriage", "marriage (1980)"),
        _edge("member-1", "group/miura-and-yamaguchi", miura, "part", "member", "is made up of"),
        _edge(
            "member-2", "group/miura-and-yamaguchi", yamaguchi, "part", "member", "is made up of"
        ),
        _edge(
            "series", "television/akai-giwaku", "series/akai", "part", "partOfSeries", "is part of"
        ),
        _edge("giwaku", "television/akai-giwaku", miura, "credit", "performer", "with"),
        _edge("giwaku-2", "television/akai-giwaku", yamaguchi, "credit", "performer", "with"),
    ]


def _scenes() -> tuple[Scene, ...]:
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


def _utterances() -> tuple[Utterance, ...]:
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
