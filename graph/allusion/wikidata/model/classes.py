"""Classes of Wikidata that correspond to each register.

Each class id was checked against its label in public data. CoDEx lists 3,443 classes with
their labels (github.com/tsafavi/codex at 3132e42, data/types/en/types.json). A letter marks
a class from another source:

- D: DBpedia ontology, owl:equivalentClass (github.com/dbpedia/extraction-framework
  at e3dfe8b, ontology.xml)
- I: Inventaire (github.com/inventaire/inventaire at 2d2694b,
  server/lib/wikidata/aliases.ts)
- N: NeoDB (github.com/neodb-social/neodb at 77228d9, neodb/catalog/sites/wikidata.py)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

ClassMatch = Literal["fits", "conflicts", "unknown"]

CLASSES_BY_REGISTER: Final[dict[str, dict[str, str]]] = {
    "film": {
        "Q11424": "film",
        "Q24869": "feature film",
        "Q24862": "short film",
        "Q506240": "television film",
        "Q202866": "animated film",
        "Q29168811": "animated feature film",
        "Q93204": "documentary film",
        "Q226730": "silent film",
    },
    "television": {
        "Q15416": "television program",
        "Q5398426": "television series",
        "Q7724161": "television serial",
        "Q1259759": "miniseries",
        "Q1366112": "television drama",
        "Q399811": "Japanese television drama",
        "Q21191019": "Japanese TV series",
        "Q506240": "television film",
        "Q21191270": "television series episode",
        "Q1261214": "television special",  # N
    },
    "series": {
        "Q7725310": "series of creative works",
        "Q24856": "film series",
        "Q1667921": "novel series",
        "Q277759": "book series",
        "Q196600": "media franchise",
    },
    "song": {
        "Q7366": "song",
        "Q2188189": "musical work",
        "Q207628": "musical composition",
        # Many items combine a song and its recording.
        "Q134556": "single",
    },
    "recording": {
        "Q134556": "single",
        "Q7366": "song",
        "Q2188189": "musical work",
    },
    "literature": {
        "Q47461344": "written work",
        "Q7725634": "literary work",
        "Q571": "book",
        "Q8261": "novel",
        "Q149537": "novella",  # I
        "Q49084": "short story",
        "Q25379": "play",
        "Q5185279": "poem",  # D, I
    },
    "artwork": {
        "Q838948": "work of art",
        "Q3305213": "painting",
        "Q860861": "sculpture",
        "Q193977": "music video",
    },
    "person": {"Q5": "human"},
    "group": {
        "Q16334295": "group of humans",
        "Q2088357": "musical ensemble",
        "Q215380": "musical group",
        "Q641066": "girl group",
        "Q120544": "vocal group",
        "Q9212979": "musical duo",
        "Q10648343": "duo",  # I
    },
    "organisation": {
        "Q43229": "organization",
        "Q4830453": "business",
        "Q783794": "company",
        "Q6881511": "enterprise",
        "Q891723": "public company",
        "Q219577": "holding company",
        "Q1762059": "film production company",
        "Q375336": "film studio",
        "Q15265344": "broadcaster",
        "Q1254874": "television network",
        "Q1616075": "television station",
        "Q2001305": "television channel",
        "Q18127": "record label",
        "Q2442401": "record company",
    },
    "character": {
        "Q95074": "fictional character",
        "Q15632617": "fictional human",
        "Q15773347": "film character",
        "Q15773317": "television character",
        "Q3658341": "literary character",
    },
    "place": {
        "Q2221906": "geographic location",
        "Q82794": "geographic region",
        "Q6256": "country",
        "Q3624078": "sovereign state",
        "Q779415": "special administrative region of China",
        "Q486972": "human settlement",
        "Q515": "city",
        "Q1549591": "big city",
        "Q200250": "metropolis",
        "Q1093829": "city of the United States",
        "Q408804": "borough of New York City",
        "Q2983893": "quarter",
        "Q123705": "neighborhood",
        "Q41176": "building",
        "Q79007": "street",  # D
        "Q11315": "shopping mall",  # D
        "Q11707": "restaurant",  # D
        "Q27686": "hotel",  # D
    },
    "language": {
        "Q34770": "language",
        "Q33742": "natural language",
        "Q1288568": "modern language",
        "Q25295": "language family",
        "Q152559": "macrolanguage",
        "Q33384": "dialect",
    },
    "award": {"Q618779": "award"},
    "movement": {
        "Q3001152": "movement in cinema",
        "Q968159": "art movement",
        "Q3326717": "literary movement",
        "Q483394": "genre",
        "Q201658": "film genre",
    },
}

#: Wikimedia pages, whose items are not entities.
WIKIMEDIA_PAGES: Final = {
    "Q4167410": "Wikimedia disambiguation page",
    "Q4167836": "Wikimedia category",
    "Q13406463": "Wikimedia list article",
}

KNOWN_CLASSES: Final = frozenset(WIKIMEDIA_PAGES).union(*CLASSES_BY_REGISTER.values())


def match_classes(
    register: str, types: Iterable[str], superclasses: Iterable[str] = ()
) -> ClassMatch:
    """Return whether an item of these classes can belong to ``register``.

    One fitting class is enough, because items often have several. The superclasses count only
    if none of the types is in `KNOWN_CLASSES`.

    >>> match_classes("film", ["Q506240"]), match_classes("film", ["Q5"])
    ('fits', 'conflicts')
    >>> match_classes("film", ["Q1"], ["Q11424"])
    'fits'
    """
    accepted = CLASSES_BY_REGISTER.get(register)
    if accepted is None:
        return "unknown"
    for classes in (types, superclasses):
        known = KNOWN_CLASSES.intersection(classes)
        if known:
            return "conflicts" if known.isdisjoint(accepted) else "fits"
    return "unknown"
