"""Search forgives what people forget, and says what it matched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import Run

from allusion import open as open_graph
from allusion.core.errors import ParameterError, UnknownName
from allusion.core.labels import Name, fold
from allusion.knowledge_graph import KnowledgeGraph
from allusion.search import matching as searching
from allusion.search.name_index import NameEntry, NameIndex, write_index
from allusion.search.results import MATCH_KINDS
from allusion.search.romanization import contains_reading, readings
from allusion.search.spelling import one_edit

BASE = "https://w3id.org/allusion/"
# Slug, connections, names with their languages.
THINGS = (
    ("character/cop-223", 9, ("Cop 223", "en"), ("何志武", "zh-Hant"), ("He Zhiwu", "zh-Latn-pinyin"),
     ("He Qiwu", "en"), ("Ho Chi-mo", "en")),
    ("film/zessho", 4, ("Zessho", "en"), ("絶唱", "ja"), ("Zesshō", "ja-Latn")),
    ("person/wong-kar-wai", 8, ("Wong Kar-wai", "en"), ("王家衛", "zh-Hant")),
    ("person/leung", 3, ("Loeng4 Ciu4 Wai5", "yue-Latn-jyutping"),),
    ("film/chungking-express", 30, ("Chungking Express", "en"), ("重慶森林", "zh-Hant"), ("恋する惑星", "ja")),
    ("place/chungking-mansions", 2, ("Chungking Mansions", "en"), ("重慶大廈", "zh-Hant")),
    ("film/midnight-express", 1, ("Midnight Express", "en"),),
    ("film/express", 0, ("Express", "en"),),
    ("film/expressway", 0, ("Expressway", "en"),),
    ("film/air-express", 0, ("The Airexpress", "en"),),
    ("film/near", 0, ('NEAR("a" b) -c*', "en"),),
    ("film/lodz", 0, ("Łódź Ghetto", "en"),),
    ("film/leclisse", 0, ("L'Eclisse", "en"), ("Les Quatre Cents", "fr")),
    ("person/oshima", 0, ("Ōshima Nagisa", "ja-Latn"),),
    ("film/fifty", 0, ("50% Off_Season", "en"),),
    ("song/dreamin", 2, ("California Dreamin'", "en"),),
    ("film/dreaming-1979", 0, ("California Dreaming (1979)", "en"),),
    ("song/difference", 0, ("What a Diff’rence a Day Makes", "en"),),
    ("song/rock", 0, ("Rock 'n' Roll Music", "en"),),
    ("song/til", 0, ("'Til I Kissed You", "en"),),
    ("film/jack", 0, ("Jack's Back", "en"),),
)  # fmt: skip
DESCRIPTIONS = {
    "lodz": (
        ("For so long a time that it takes more than a line, for a long time it tells of tins of 鳳梨罐頭 and of spirals of express trains", "en"),
    ),
    "midnight-express": (("The pineapple express, a film.", "en"), ("Ein Film.", "de")),
}  # fmt: skip


def things() -> Iterator[NameEntry]:
    for path, weight, *names in THINGS:
        register, slug = str(path).split("/")
        pairs = tuple((Name(*name), place == 0) for place, name in enumerate(names))
        yield NameEntry(
            BASE + f"{register}/{slug}", register, pairs[0][0].text, pairs, (), int(str(weight)), 1994, 3,
            (f"{BASE}film/zessho",), tuple(Name(*text) for text in DESCRIPTIONS.get(slug, ())),
        )  # fmt: skip


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameIndex]:
    path = tmp_path_factory.mktemp("names") / "names.sqlite"
    write_index(path, things())
    with closing(NameIndex(path)) as index:
        yield index


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameIndex]:
    """The index that a SQLite without FTS5 makes."""
    path = tmp_path_factory.mktemp("slow") / "names.sqlite"
    write_index(path, things(), full_text=False)
    with closing(NameIndex(path)) as index:
        yield index


def found(names: NameIndex, text: str, limit: int = 20) -> list[tuple[str, str]]:
    return [(match.iri.rsplit("/", 1)[-1], match.how) for match in names.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "slug", "how"),
    [
        ("He Zhiwu", "cop-223", "name"),
        ("hezhiwu", "cop-223", "name"),
        ("He Qiwu", "cop-223", "name"),
        ("ho chimo", "cop-223", "name"),
        ("Ho Chih-wu", "cop-223", "spelling"),  # Wade-Giles
        ("Ho Ch'i-wu", "cop-223", "spelling"),
        ("Ho4 Ci3 Mou4", "cop-223", "spelling"),  # Jyutping
        ("Zhiwu He", "cop-223", "word"),
        ("Zesshō", "zessho", "name"),
        ("ZESSHO", "zessho", "name"),
        ("Zesshou", "zessho", "spelling"),
        ("Zessyou", "zessho", "spelling"),  # Kunrei
        ("Zetsushō", "zessho", "spelling"),
        ("Leung Chiu-wai", "leung", "spelling"),  # as Hong Kong writes Jyutping's loeng ciu wai
        ("Chiuwai Leung", "leung", "spelling"),
        ("Ohshima", "oshima", "spelling"),
        ("Oushima Nagisa", "oshima", "spelling"),
        ("kar wai", "wong-kar-wai", "word"),
        ("karwai", "wong-kar-wai", "inside"),
        ("lodz", "lodz", "beginning"),
        ("leclisse", "leclisse", "name"),
        ("慶森", "chungking-express", "part"),
        ("森", "chungking-express", "part"),
        ("する", "chungking-express", "part"),
        ("惑星 恋", "chungking-express", "part"),
        ("重庆森林", "chungking-express", "typo"),  # simplified, where only the other is known
        ("Chunkging Express", "chungking-express", "typo"),
        ("Wong Kar-wai 王家衛", "wong-kar-wai", "scripts"),
        ("王家衛 Wong", "wong-kar-wai", "scripts"),
        ("Wong王家衛", "wong-kar-wai", "scripts"),
        ("重慶森林 恋する惑星 Express", "chungking-express", "scripts"),
        ("何志武 Ho Chih-wu", "cop-223", "scripts"),
        ("Chungkin Expres", "chungking-express", "part"),
        ("California Dreaming", "dreamin", "spelling"),
        ("dreaming", "dreamin", "spelling"),
        ("What a difference a day makes", "difference", "spelling"),
        ("day difference", "difference", "spelling"),
        ("rock and roll", "rock", "spelling"),
        ("until I kissed", "til", "spelling"),
    ],
)
def test_a_name_is_found_however_it_is_written(
    names: NameIndex, text: str, slug: str, how: str
) -> None:
    assert (slug, how) in found(names, text)[:2]


def test_whole_names_come_before_beginnings_words_parts_and_insides(names: NameIndex) -> None:
    assert found(names, "express") == [
        ("express", "name"), ("expressway", "beginning"), ("chungking-express", "word"),
        ("midnight-express", "word"), ("air-express", "inside"), ("lodz", "description"),
    ]  # fmt: skip


def test_among_equals_the_best_connected_comes_first(names: NameIndex) -> None:
    assert [slug for slug, _ in found(names, "chungking")] == [
        "chungking-express",
        "chungking-mansions",
    ]


def test_a_match_has_the_matched_name_and_the_entities_that_it_leads_to(names: NameIndex) -> None:
    (match,) = names.search("Ho Chih-wu", 1)
    assert (match.label, match.matched, match.how) == (
        "Cop 223",
        Name("He Zhiwu", "zh-Latn-pinyin"),
        "spelling",
    )
    assert (match.year, match.joined, match.leads) == (1994, 3, ("Zessho",))


def test_words_in_several_scripts_are_names_of_one_entity(
    names: NameIndex, slow: NameIndex
) -> None:
    for index in (names, slow):
        assert found(index, "Wong Kar-wai 重慶森林") == []
        assert found(index, "Chungking 重慶大廈") == [("chungking-mansions", "scripts")]


def test_typos_are_forgiven_only_where_nothing_else_is_found(names: NameIndex) -> None:
    assert found(names, "expresx") == [
        ("chungking-express", "typo"), ("midnight-express", "typo"), ("express", "typo"),
    ]  # fmt: skip
    assert all(how != "typo" for _, how in found(names, "express"))
    assert found(names, "expxxss") == []
    assert found(names, "cpo 223") == []  # nearly every short word is near another


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("manhattan", "manhatan", True), ("manhattan", "manhattann", True), ("manhattan", "nanhattan", True),
        ("manhattan", "manhattna", True), ("manhattan", "amnhattan", True), ("manhattan", "mahnattan", True),
        ("manhattan", "manhattan", False), ("manhattan", "mnahattna", False), ("manhattan", "manhat", False),
        ("abcd", "bacd", True), ("abcd", "badc", False),
    ],
)  # fmt: skip
def test_one_edit_inserts_deletes_replaces_or_transposes_letters(
    one: str, other: str, near: bool
) -> None:
    assert one_edit(one, other) is near
    assert one_edit(other, one) is near


@given(
    st.integers(0, 8), st.sampled_from(["drop", "add", "change", "swap"]), st.sampled_from("aqz")
)
@settings(max_examples=200, deadline=None)
def test_every_typo_of_one_letter_is_found(
    names: NameIndex, at: int, kind: str, letter: str
) -> None:
    word = "chungking"
    typed = {
        "drop": word[:at] + word[at + 1 :],
        "add": word[:at] + letter + word[at:],
        "change": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }[kind]
    assert "chungking-express" in [slug for slug, _ in found(names, typed)]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("mandarin", "Hou Xiaoxian", "Hou Hsiao-hsien"), ("mandarin", "Cai Mingliang", "Tsai Ming-liang"),
        ("mandarin", "Zhang Yimou", "Chang I-mou"), ("mandarin", "Yang Dechang", "Yang Te-ch'ang"),
        ("mandarin", "Ruan Lingyu", "Juan Ling-yü"), ("mandarin", "Xu Ke", "Hsü K'o"),
        ("cantonese", "Wong4 Gaa1 Wai6", "Wong Kar-wai"), ("cantonese", "Zau1 Jeon6 Faat3", "Chow Yun-fat"),
        ("cantonese", "Zoeng1 Maan6 Juk6", "Cheung Man-yuk"), ("cantonese", "Ceoi4 Hak1", "Tsui Hark"),
        ("cantonese", "Lei5 Siu2 Lung4", "Lee Siu-lung"), ("cantonese", "Ip Man", "Yip Man"),
        ("japanese", "Shunkinshō", "Syunkin-syou"), ("japanese", "Yamaguchi", "Yamaguti"),
        ("japanese", "Miura Tomokazu", "Miura Tomokadzu"), ("japanese", "Jun'ichi", "Zyuniti"),
        ("japanese", "Shimbun", "Sinbun"), ("japanese", "Kwaidan", "Kaidan"), ("japanese", "Kon Ichikawa", "Kon Itikawa"),
    ],
)  # fmt: skip
def test_romanizations_of_one_name_match(language: str, one: str, other: str) -> None:
    assert any(
        contains_reading(a, b) for a in readings(one, language) for b in readings(other, language)
    )


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("japanese", "Ikki", "Iki"), ("japanese", "Momoe", "Momoko"), ("mandarin", "Zhang Yimou", "Wang Jiawei"),
        ("cantonese", "Wong Kar-wai", "Wong Ka-fai"), ("cantonese", "Leung Chiu-wai", "Leung Ka-fai"),
    ],
)  # fmt: skip
def test_names_with_other_sounds_do_not_match(language: str, one: str, other: str) -> None:
    assert not any(
        contains_reading(a, b) for a in readings(one, language) for b in readings(other, language)
    )


SYNTAX = [
    '"', '""', "*", "a*", "NEAR", 'NEAR("a" b)', "-c", "NOT express", "express OR zessho", "AND", "OR", "^express",
    "name:express", "{name}:x", "(", ")", "express AND", "+express", "%", "_", "'; DROP TABLE name; --", "\x00",
    "express\x00zessho", "\udcff", "?1", ":x", "\\", "a" * 999, "a " * 499, "[a]", "e*x", "重*", '"重', "😀", "́",
]  # fmt: skip


@pytest.mark.parametrize("text", SYNTAX)
def test_operators_of_full_text_search_are_plain_text(
    names: NameIndex, slow: NameIndex, text: str
) -> None:
    assert found(names, text) == found(slow, text)


def test_keywords_of_full_text_search_are_plain_words(names: NameIndex) -> None:
    assert found(names, 'NEAR("a" b) -c*') == [("near", "name")]
    assert found(names, "NOT express") == []
    assert found(names, "50%") == [("fifty", "beginning")]
    assert found(names, "%") == []  # one sign is looked for where a word begins


TYPED = st.one_of(
    st.text(alphabet="exprsozh chingk重慶森林惑星王%-\"*'", max_size=14),
    st.sampled_from([name[0] for thing in THINGS for name in thing[2:]]).flatmap(
        lambda name: st.tuples(st.integers(0, 8), st.integers(1, 9)).map(lambda cut: str(name)[cut[0] : cut[0] + cut[1]])
    ),
)  # fmt: skip


@given(TYPED)
@settings(max_examples=400, deadline=None)
def test_search_without_full_text_tables_finds_the_same(
    names: NameIndex, slow: NameIndex, text: str
) -> None:
    assert found(names, text, 50) == found(slow, text, 50)


def test_a_sqlite_without_fts5_or_trigrams_makes_an_index_that_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for table, absent in (
        ("words", "no_such_module"),
        ("pieces", "fts5(name, tokenize='no_such')"),
    ):
        create = f"CREATE VIRTUAL TABLE {table} USING {absent}"
        monkeypatch.setattr(searching, "_FTS_TABLES", {**searching._FTS_TABLES, table: create})
        write_index(tmp_path / table, things())
        with closing(NameIndex(tmp_path / table)) as index:
            tables = {row[0] for row in index._db.execute("SELECT name FROM sqlite_master")}
            assert table not in tables
            assert found(index, "Zetsushō") == [("zessho", "spelling")]
            assert found(index, "慶森") == [("chungking-express", "part")]
            with pytest.raises(UnknownName, match="Chungking Express"):
                index.resolve("Chunking Expres")
        monkeypatch.undo()


def test_a_damaged_index_is_an_error_with_the_command_to_run(tmp_path: Path) -> None:
    write_index(tmp_path / "names.sqlite", things())
    with closing(sqlite3.connect(tmp_path / "names.sqlite")) as db:
        db.execute("DROP TABLE word")
        db.execute("DROP TABLE lead")
    with (
        closing(NameIndex(tmp_path / "names.sqlite")) as index,
        pytest.raises(Exception, match="allusion build --force"),
    ):
        index.search("express")


def test_resolve_accepts_exact_names_only(names: NameIndex) -> None:
    for text in ("Ho Chih-wu", "Zetsushō", "express way x", "Chungkin", "森林"):
        with pytest.raises(UnknownName):
            names.resolve(text)
    with pytest.raises(UnknownName, match="Cop 223"):
        names.resolve("Ho Chih-wu")


def test_the_limit_is_kept_and_the_best_are_first(names: NameIndex) -> None:
    assert found(names, "express", 2) == [("express", "name"), ("expressway", "beginning")]
    assert names.search("express", 0) == []


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return open_graph()


def test_all_names_of_cop_223_find_one_character(kg: KnowledgeGraph) -> None:
    for text in (
        "He Zhiwu",
        "He Qiwu",
        "Ho Chi-mo",
        "Ho Chih-wu",
        "何志武",
        "志武",
        "モウ",
    ):
        assert kg.search(text)[0].label == "Cop 223", text


def test_zessho_is_found_in_every_spelling_of_it(kg: KnowledgeGraph) -> None:
    for text in ("Zessho", "Zesshō", "Zesshou", "Zessyou", "Zetsushō", "絶唱"):
        assert kg.search(text)[0].iri == f"{BASE}film/zessho", text


@pytest.mark.slow
def test_every_label_and_alias_finds_its_entity(kg: KnowledgeGraph) -> None:
    rows = kg.names._db.execute(
        "SELECT DISTINCT folded, iri FROM name JOIN thing USING (iri) WHERE register IN ('film', 'person', 'character')"
    )
    for folded, iri in rows.fetchall():
        exact = [m.iri for m in kg.search(folded, 50) if m.rank == 0]
        assert iri in exact, folded


@pytest.mark.parametrize(
    "text", ["jackass back", "jackie back", "rock in roll", "rocky and roll", "diffusrence"]
)
def test_an_apostrophe_elides_a_few_letters(names: NameIndex, text: str) -> None:
    assert not [hit for hit in found(names, text) if hit[1] == "spelling"]


def test_what_is_in_a_description_ranks_below_every_name(names: NameIndex) -> None:
    assert found(names, "pineapple express") == [("midnight-express", "description")]
    hits = found(names, "express")
    ways = [how for _, how in hits]
    assert ("lodz", "description") in hits
    assert ways == sorted(ways, key=MATCH_KINDS.index)
    assert found(names, "express", 3) == hits[:3]
    assert found(names, "spirals 罐頭") == [("lodz", "description")]
    (match,) = names.search("spirals")
    assert match.matched == Name(
        "… time it tells of tins of 鳳梨罐頭 and of spirals of express trains", "en"
    )
    assert names.search("spirals", descriptions=False) == []
    assert names.suggest("spirals") == []
    assert names.search("spirals", registers=("person",)) == []


def test_an_index_without_descriptions_finds_names(tmp_path: Path) -> None:
    path = tmp_path / "names.sqlite"
    write_index(path, things())
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE passages; DROP TABLE description")
    with closing(NameIndex(path)) as index:
        assert found(index, "express", 1) == [("express", "name")]
        assert found(index, "spirals") == []


def test_search_is_limited_by_kind_and_an_unknown_kind_lists_the_known(kg: KnowledgeGraph) -> None:
    assert {m.register for m in kg.search("chungking", kind="place")} == {"place"}
    assert {m.register for m in kg.search("chungking", kind=("place", "film"))} == {"place", "film"}
    with pytest.raises(ParameterError, match="allowed: film, "):
        kg.search("x", kind="movie")


def test_a_film_has_its_year_and_links_to_its_best_connected_neighbors(kg: KnowledgeGraph) -> None:
    (match,) = kg.search("重慶森林", 1)
    assert match.year == 1994
    assert match.joined > 50
    assert len(match.leads) == 3
    assert all(kg.search(label, 1) for label in match.leads)


def test_every_kind_of_match_has_a_description(kg: KnowledgeGraph) -> None:
    from allusion.cli.search import _MATCH_PHRASES

    assert list(_MATCH_PHRASES) == list(MATCH_KINDS)


def test_folding_knows_letters_with_strokes() -> None:
    assert fold("Søren Łódź Æon") == "soren lodz aeon"


def test_the_table_has_the_matched_name_and_the_entities_that_it_leads_to(run: Run) -> None:
    code, out, _ = run("search", "zetsusho", "-f", "table", "-n", "1")
    assert code == 0
    head, _, first, second = out.splitlines()[:4]
    assert head.split() == ["entity", "matched", "leads", "to"]
    assert first.split()[:3] == ["Zessho", "(1975)", "Zessho"]
    assert second.split()[0] == "film:zessho"
    assert "spelled" in out


def test_formats_hold_every_column(run: Run) -> None:
    _, out, _ = run("search", "重慶森林", "-f", "json", "--limit", "1")
    (row,) = json.loads(out)
    assert row["entity"] == f"{BASE}film/chungking-express"
    assert (row["year"], row["matched"], row["language"], row["how"]) == (
        1994,
        "重慶森林",
        "zh-Hant",
        "name",
    )


def test_nothing_found_is_exit_code_1_and_a_typo_gets_a_suggestion(run: Run) -> None:
    code, out, err = run("search", "qqqq", "--kind", "film")
    assert (code, out) == (1, "")
    assert "no entity is named 'qqqq' among these: film" in err
    code, out, err = run("search", "Manhatan")
    assert code == 0
    assert "no entity is named 'Manhatan'; similar names:" in err
    assert ",typo," in out
