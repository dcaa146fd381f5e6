"""People call things by many names; the index knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from allusion.build.name_entries import name_entries
from allusion.core.errors import AmbiguousName, StoreError, UnknownName
from allusion.core.labels import Link, Name, fold
from allusion.core.vocabulary import PREFIXES
from allusion.search.name_index import NameEntry, NameIndex, write_index

BASE = "https://w3id.org/allusion/"


def thing(
    register: str, slug: str, weight: int, *names: tuple[str, str], links: tuple[Link, ...] = ()
) -> NameEntry:
    pairs = tuple((Name(text, tag), number == 0) for number, (text, tag) in enumerate(names))
    return NameEntry(f"{BASE}{register}/{slug}", register, names[0][0], pairs, links, weight)


@pytest.fixture
def names(tmp_path: Path) -> Iterator[NameIndex]:
    link = Link("Wikidata", "https://www.wikidata.org/wiki/Q1", "Q1", 0.9, "seen")
    write_index(
        tmp_path / "names.sqlite",
        [
            thing("film", "chungking-express", 9, ("Chungking Express", "en"), ("重慶森林", "zh-Hant"),
                  ("恋する惑星", "ja"), links=(link,)),
            thing("film", "manhattan", 3, ("Manhattan", "en")),
            thing("place", "manhattan", 1, ("Manhattan (borough)", "en"), ("Manhattan", "en")),
            thing("film", "happy-together", 2, ("Happy Together", "en")),
            thing("song", "happy-together", 1, ("Happy Together", "en")),
            thing("character", "cop-223", 5, ("Cop 223", "en"), ("何志武", "zh-Hant"), ("He Zhiwu", "zh-Latn")),
            thing("film", "zessho", 0, ("Zesshō", "en"), ("絶唱", "ja")),
            thing("film", "fifty-percent", 0, ("50% Off_Season", "en")),
        ],
    )  # fmt: skip
    index = NameIndex(tmp_path / "names.sqlite")
    yield index
    index.close()


@pytest.mark.parametrize(
    "text",
    [
        "Chungking Express", "chungking express", "CHUNGKING  EXPRESS", "chungking-express",
        "film:chungking-express", "film/chungking-express", f"{BASE}film/chungking-express",
        "重慶森林", " 恋する惑星 ",
    ],
)  # fmt: skip
def test_an_entity_is_found_by_iri_prefixed_name_slug_or_any_name(
    names: NameIndex, text: str
) -> None:
    assert names.resolve(text) == f"{BASE}film/chungking-express"


@pytest.mark.parametrize(
    "text", ["motif:wave", f"{BASE}motif/wave", "motif:ripple", "movement:wave", "New Wave"]
)
def test_a_deprecated_name_resolves_to_the_replacement(tmp_path: Path, text: str) -> None:
    store = ox.Store()
    store.update(
        """INSERT DATA {
            motif:ripple rdfs:label "New Wave"@en ; dcterms:isReplacedBy motif:wave .
            motif:wave rdfs:label "New Wave"@en ; dcterms:isReplacedBy movement:wave .
            movement:wave rdfs:label "New Wave"@en .
        }""",
        prefixes=PREFIXES,
    )
    write_index(tmp_path / "names.sqlite", name_entries(store))
    index = NameIndex(tmp_path / "names.sqlite")
    assert index.resolve(text) == f"{BASE}movement/wave"
    index.close()


def test_deprecated_entities_in_a_cycle_keep_their_names(tmp_path: Path) -> None:
    store = ox.Store()
    store.update(
        """INSERT DATA {
            film:a rdfs:label "First"@en ; dcterms:isReplacedBy film:b .
            film:b rdfs:label "Second"@en ; dcterms:isReplacedBy film:a .
            film:c rdfs:label "Third"@en ; dcterms:isReplacedBy film:a .
            film:d rdfs:label "Fourth"@en ; dcterms:isReplacedBy film:without-a-name .
        }""",
        prefixes=PREFIXES,
    )
    write_index(tmp_path / "names.sqlite", name_entries(store))
    index = NameIndex(tmp_path / "names.sqlite")
    found = [index.resolve(name) for name in ("First", "Second", "Third", "Fourth")]
    assert found == [f"{BASE}film/{slug}" for slug in "abcd"]
    index.close()


def test_accents_and_punctuation_do_not_matter(names: NameIndex) -> None:
    assert names.resolve("Zessho") == names.resolve("zesshō!") == f"{BASE}film/zessho"


def test_a_label_of_two_entities_lists_them(names: NameIndex) -> None:
    with pytest.raises(AmbiguousName, match=r"film:happy-together.*song:happy-together") as caught:
        names.resolve("Happy Together")
    assert len(caught.value.candidates) == 2


def test_a_label_takes_precedence_over_an_alias(
    names: NameIndex,
) -> None:
    assert names.resolve("Manhattan") == f"{BASE}film/manhattan"
    assert [one.iri for one in names.namesakes("Manhattan")] == [
        f"{BASE}film/manhattan",
        f"{BASE}place/manhattan",
    ]


def test_namesakes_have_the_name_as_an_alias_or_contain_it(tmp_path: Path) -> None:
    things = [
        thing("film", "moon", 1, ("Moon", "en"), ("月亮代表", "zh")),
        thing("film", "alias", 9, ("Luna", "en"), ("moon", "en")),
        thing("song", "moon-river", 8, ("Moon River", "en")),
        thing("song", "blue", 7, ("Blue Moon", "en")),
        thing("film", "moonlight", 6, ("Moonlight", "en")),
        thing("song", "heart", 5, ("I Know", "en"), ("知月亮代表我", "zh")),
    ]
    for full_text in (True, False):
        path = tmp_path / f"{full_text}.sqlite"
        write_index(path, things, full_text=full_text)
        index = NameIndex(path)
        found = [one.label for one in index.namesakes("moon!")]
        assert found == ["Moon", "Luna", "Moon River", "Blue Moon"]
        assert len(index.namesakes("Moon", limit=2)) == 3
        assert index.namesakes("Moon River") == []
        assert index.namesakes("film:moon") == []
        assert [one.label for one in index.namesakes("月亮代表")] == ["Moon", "I Know"]
        index.close()


def test_a_register_resolves_an_ambiguous_name(names: NameIndex) -> None:
    assert names.resolve("Manhattan", ("film",)) == f"{BASE}film/manhattan"


def test_an_unknown_name_names_the_nearest(names: NameIndex) -> None:
    with pytest.raises(UnknownName, match="Chungking Express"):
        names.resolve("Chunking Expres")


def test_an_entity_of_the_wrong_register_is_an_error_that_names_the_register(
    names: NameIndex,
) -> None:
    with pytest.raises(UnknownName, match="is a character; allowed here: film"):
        names.resolve("character:cop-223", ("film",))


def test_an_empty_name_is_unknown_and_not_everything(names: NameIndex) -> None:
    with pytest.raises(UnknownName):
        names.resolve("  ")
    assert names.search("!?") == []


def test_words_may_come_in_any_order_and_spaces_within_a_name_do_not_count(
    names: NameIndex,
) -> None:
    assert [m.label for m in names.search("express chungking")] == ["Chungking Express"]
    assert [m.label for m in names.search("chungkingexpress")] == ["Chungking Express"]


def test_suggestions_are_near_in_spelling(names: NameIndex) -> None:
    assert names.suggest("Manhatan") == ["Manhattan (place:manhattan)"] or "film:manhattan" in str(
        names.suggest("Manhatan")
    )
    assert names.suggest("qqqqqqq") == []


def test_a_name_of_another_kind_is_an_error_that_names_the_kind(names: NameIndex) -> None:
    with pytest.raises(UnknownName, match=r"'何志武' is a character .*allowed here: film"):
        names.resolve("何志武", ("film",))


def test_search_ranks_exact_before_prefix_before_inside(names: NameIndex) -> None:
    assert [m.iri.rsplit("/", 1)[-1] for m in names.search("express")] == ["chungking-express"]
    assert [m.rank for m in names.search("manhattan")] == [0, 0]
    assert names.search("man")[0].rank == 1


def test_search_finds_a_piece_of_a_chinese_name_and_shows_what_matched(names: NameIndex) -> None:
    (match,) = names.search("志武")
    assert (match.label, match.matched) == ("Cop 223", Name("何志武", "zh-Hant"))


def test_sql_wildcards_are_plain_text(names: NameIndex) -> None:
    assert [m.label for m in names.search("50%")] == ["50% Off_Season"]
    assert names.search("C%g") == []


def test_labels_are_chosen_by_language_and_script(names: NameIndex) -> None:
    assert names.label(f"{BASE}film/manhattan", "en") == Name("Manhattan", "en")
    assert names.label(f"{BASE}film/manhattan", "ja") is None


def test_entities_have_external_links(names: NameIndex) -> None:
    (link,) = names.links(f"{BASE}film/chungking-express")
    assert (link.url, link.confidence) == ("https://www.wikidata.org/wiki/Q1", 0.9)


def test_a_missing_or_broken_index_is_an_error_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="allusion build --force"):
        NameIndex(tmp_path / "none.sqlite")
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all, sorry" * 9)
    with pytest.raises(StoreError, match="allusion build --force"):
        NameIndex(tmp_path / "broken.sqlite")


def test_folding_keeps_the_voicing_marks_of_kana() -> None:
    assert fold("ガ") != fold("カ")
    assert fold("ｶﾞ") == fold("ガ")


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Manhattan (film)", "film/manhattan"),
        ("Manhattan (place)", "place/manhattan"),
        ("重慶森林（映画）", "film/chungking-express"),
        ("Happy Together (song)", "song/happy-together"),
        ("Happy Together (film:happy-together)", "film/happy-together"),
        ("Happy Together (film; film:happy-together)", "film/happy-together"),
        ("Manhattan (borough)", "place/manhattan"),  # the name itself has brackets
    ],
)
def test_kind_and_year_in_brackets_choose_one_of_several(
    names: NameIndex, text: str, iri: str
) -> None:
    assert names.resolve(text) == f"{BASE}{iri}"


def test_a_year_in_brackets_excludes_films_of_other_years(tmp_path: Path) -> None:
    films = [thing("film", f"hero-{year}", 1, ("Hero", "en"))._replace(year=year) for year in (1997, 2002)]  # fmt: skip
    write_index(tmp_path / "names.sqlite", films)
    index = NameIndex(tmp_path / "names.sqlite")
    assert index.resolve("Hero (film, 2002)") == f"{BASE}film/hero-2002"
    with pytest.raises(UnknownName, match="hero-1997"):
        index.resolve("Hero (2005)")
    with pytest.raises(AmbiguousName):
        index.resolve("Hero (film)")
    index.close()


def test_brackets_with_other_words_are_a_part_of_the_name(names: NameIndex) -> None:
    with pytest.raises(UnknownName):
        names.resolve("Manhattan (musical)")
