"""Readings of names: one rule for each romanization, and a second opinion on each.

Four programs read the names independently: OpenCC, pypinyin, ToJyutping and pykakasi.
`readings_accepted.tsv` lists each disagreement with the reason why ours stands; "open" is for a
person to decide. A new disagreement fails, and so does a row that is no longer one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.core.terms import shorten
from allusion.core.vocabulary import PREFIXES

HERE = Path(__file__).resolve().parent
ENTITIES = HERE.parents[1] / "graph" / "data" / "entities"
ACCEPTED = HERE / "readings_accepted.tsv"
LABELS = ("rdfs", "label"), ("al", "editorialLabel")
TONE = re.compile("[\u0300\u0301\u0304\u030c]")
#: Long vowels, which pykakasi spells by kana and Hepburn with a macron.
LONG = {"ō": "o", "ū": "u", "ā": "a", "ē": "e", "ī": "i", "oo": "o", "uu": "u"} | {
    "ou": "o", "aa": "a", "ii": "i", "ee": "e",
}  # fmt: skip
#: Particles, which pykakasi reads as their letters.
PARTICLES = {"wo": "o", "ha": "wa"}

Names = dict[str, dict[str, str]]
Read = Callable[[str], str]


@pytest.fixture(scope="module")
def names() -> Names:
    """Entity -> language tag -> name of the register, made-up titles included."""
    found: Names = defaultdict(dict)
    for path in sorted(ENTITIES.glob("*.ttl")):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if any(quad.predicate.value == PREFIXES[p] + name for p, name in LABELS):
                assert isinstance(quad.object, ox.Literal)
                tag = (quad.object.language or "").lower()
                found[shorten(str(quad.subject)[1:-1])][tag] = quad.object.value
    return found


def of_tag(names: Names, tag: str) -> Iterator[tuple[str, str]]:
    return ((entity, own[tag]) for entity, own in sorted(names.items()) if tag in own)


# --- one rule for each romanization ---


def test_pinyin_has_tones(names: Names) -> None:
    assert [
        (entity, text)
        for entity, text in of_tag(names, "zh-latn-pinyin")
        if not TONE.search(unicodedata.normalize("NFD", text))
    ] == []


def test_pinyin_of_yi_and_bu_has_the_tone_of_the_dictionary(names: Names) -> None:
    for tag, sign, tones in (("zh-hans", "一", "yī"), ("zh-hans", "不", "bù")):
        for entity, text in of_tag(names, tag):
            if sign in text and (pinyin := names[entity].get("zh-latn-pinyin")):
                assert tones in pinyin.lower(), entity


def test_in_pinyin_only_names_of_persons_and_places_have_joined_syllables(names: Names) -> None:
    """The ALA-LC rules: a word of several syllables is a name and has a capital."""
    for entity, text in of_tag(names, "zh-latn-pinyin"):
        for word in re.split(r"[\s,:，]+", text):
            tones = TONE.findall(unicodedata.normalize("NFD", word))
            assert len(tones) < 2 or word[0].isupper(), (entity, word)


def test_jyutping_is_lower_case_with_one_syllable_per_word(names: Names) -> None:
    for entity, text in of_tag(names, "yue-latn-jyutping"):
        for word in text.split():
            assert re.fullmatch(r"[a-z]+[1-6]|May", word), (entity, word)


# --- second opinions ---


def flat(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFC", text.casefold()))


def kana_flat(text: str) -> str:
    words = unicodedata.normalize("NFC", text.casefold()).split()
    plain = re.sub(r"[^a-zōūāēī]", "", "".join(PARTICLES.get(word, word) for word in words))
    for long, short in LONG.items():
        plain = plain.replace(long, short)
    return plain


def simplified() -> Read:
    return pytest.importorskip("opencc").OpenCC("t2s").convert  # type: ignore[no-any-return]


def pinyin() -> Read:
    reader = pytest.importorskip("pypinyin")
    return lambda text: " ".join(reader.lazy_pinyin(text, style=reader.Style.TONE))


def jyutping() -> Read:
    reader = pytest.importorskip("ToJyutping")
    return lambda text: re.sub(r"\[.*?\]", "", reader.get_jyutping_text(text))


def hepburn() -> Read:
    reader = pytest.importorskip("pykakasi").kakasi()
    return lambda text: " ".join(word["hepburn"] for word in reader.convert(text))


@pytest.mark.parametrize(
    ("written", "read", "opinion", "plain"),
    [
        ("zh-hant", "zh-hans", simplified, flat),
        ("zh-hans", "zh-latn-pinyin", pinyin, flat),
        ("zh-hant", "yue-latn-jyutping", jyutping, flat),
        ("ja", "ja-latn", hepburn, kana_flat),
    ],
    ids=["OpenCC", "pypinyin", "ToJyutping", "pykakasi"],
)
def test_every_disagreement_on_a_reading_is_listed(
    names: Names, written: str, read: str, opinion: Callable[[], Read], plain: Read
) -> None:
    second = opinion()
    with ACCEPTED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert all(row["why"] for row in rows)
    accepted = {(row["entity"], row["ours"]) for row in rows if row["tag"] == read}
    disagreeing = {
        (entity, own[read]): (own[written], second(own[written]))
        for entity, own in names.items()
        if written in own and read in own and plain(second(own[written])) != plain(own[read])
    }
    assert {key: pair for key, pair in disagreeing.items() if key not in accepted} == {}
    assert accepted - disagreeing.keys() == set()
