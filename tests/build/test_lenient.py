"""Faults of files are named with their lines, and a lenient load leaves out no more than them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from allusion.build import rdf_blocks
from allusion.build.bulk_load import LoadReport, load
from allusion.build.lenient_parsing import Rejects, valid_text
from allusion.build.rdf_files import RdfFile
from allusion.cli import cli
from allusion.core.errors import AllusionError, DataError, OutputError, ParameterError
from allusion.core.resources import locate

E = "http://example.org/"
LINES = (
    f'<{E}x y> <{E}p> "1" .',
    f'<{E}b> <{E}p> "ok" .',
    "foo bar",
    f'<{E}c> <{E}p> "e"@en_US .',
    f'<{E}c> <{E}p> "e"@zh-classical .',
    f"<{E}{{c}}> <{E}p> <{E}50%off> .",
    f'<{E}d> <{E}p> "unclosed .',
    f'<{E}d> <{E}p> "end" .',
)
TURTLE = f"""PREFIX e: <{E}>
e:a e:p "a.b"@en_US, "c" ; e:q <x y>, <50%off>, e:d .
e:b e:p '''one
. two''' ; e:q "tag"@zh-classical .
# a comment. e:no e:p 1 .
e:c e:p foo ; e:q 7 .
e:d e:p 1.5 . e:d e:p 2.
"""


def left(folder: Path, name: str, text: str) -> tuple[set[str], LoadReport, str]:
    """Return the statements that a lenient load stores, what it reports and its rejects."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    rejects = folder / "rejects.txt"
    loaded = load([path], folder / "store", locate(), lenient=True, rejects=rejects, base=E)
    store = ox.Store.read_only(str(folder / "store/store"))
    own = {str(q) for q in store if E in str(q.subject) or E in str(q.graph_name)}
    return {one.replace(E, "") for one in own}, loaded, rejects.read_text(encoding="utf-8")


def test_invalid_lines_are_skipped_and_all_others_loaded(tmp_path: Path) -> None:
    stored, loaded, rejects = left(tmp_path, "a.nt", "\n".join(LINES))
    assert stored == {'<b> <p> "ok"', '<d> <p> "end"'}
    assert (loaded.stated, loaded.rejects.count) == (2, 6)
    assert [fault.line for fault in loaded.rejects.faults] == [1, 3, 4, 5, 6, 7]
    assert [line for line in rejects.splitlines() if line[0] != "#"] == [
        line for number, line in enumerate(LINES, 1) if number not in (2, 8)
    ]
    assert "# a.nt:3: is not valid N-Triples" in rejects


def test_in_turtle_an_invalid_term_skips_a_triple_and_a_syntax_error_a_statement(
    tmp_path: Path,
) -> None:
    stored, loaded, rejects = left(tmp_path, "a.ttl", TURTLE)
    decimal, integer = (f"^^<http://www.w3.org/2001/XMLSchema#{n}>" for n in ("decimal", "integer"))
    assert stored == {
        '<a> <p> "c"',
        "<a> <q> <d>",
        '<b> <p> "one\\n. two"',
        f'<d> <p> "1.5"{decimal}',
        f'<d> <p> "2"{integer}',
    }
    assert loaded.rejects.count == 5
    assert {fault.line for fault in loaded.rejects.faults} == {2, 4, 6}
    assert "e:c e:p foo ; e:q 7 ." in rejects
    assert '"a.b"@en_US' in rejects


def test_a_fault_in_trig_moves_nothing_into_another_graph(tmp_path: Path) -> None:
    text = f"""PREFIX e: <{E}>
<{E}g>
{{ e:a e:p foo . e:a e:p e:b . e:a bad }}
e:a e:p e:c .
<{E}h> {{ e:a e:p e:d ; }}
<{E}i j> {{ e:a e:p e:e }}
"""
    stored, loaded, _ = left(tmp_path, "a.trig", text)
    named = {one for one in stored if one.count("<") == 4}
    assert named == {"<a> <p> <b> <g>", "<a> <p> <d> <h>"}
    assert {fault.line for fault in loaded.rejects.faults} == {3, 6}
    assert loaded.rejects.count == 3


def test_an_unclosed_string_skips_the_rest_of_the_file(tmp_path: Path) -> None:
    stored, loaded, _ = left(
        tmp_path, "a.ttl", f'<{E}a> <{E}p> "x" .\n<{E}a> <{E}p> """open\n<{E}b> <{E}p> "y" .\n'
    )
    assert stored == {'<a> <p> "x"'}
    assert [fault.line for fault in loaded.rejects.faults] == [2]


@pytest.mark.parametrize(
    "before", [pytest.param("", marks=pytest.mark.slow), f'<{E}a> <{E}p> "x" .\n' * 3]
)
def test_a_string_longer_than_the_buffer_is_a_fault_with_its_line(
    tmp_path: Path, before: str
) -> None:
    path = tmp_path / "long.ttl"
    path.write_text(f'{before}<{E}a> <{E}p> """{"x" * (17 << 20)}""" .\n')
    line = before.count("\n") + 1
    with pytest.raises(DataError, match=rf"long\.ttl:{line}: .*longer than 16 MiB"):
        load([path], tmp_path / "store", locate())
    path.write_text(f'{before}<{E}a> <{E}p> """open\n')
    with pytest.raises(DataError, match=rf"long\.ttl:{line}: .*Unexpected end"):
        load([path], tmp_path / "store", locate())
    assert not (tmp_path / "store").exists()


def test_invalid_values_in_xml_and_json_are_skipped_with_their_lines(tmp_path: Path) -> None:
    ns = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xml = (
        f'<rdf:RDF xmlns:rdf="{ns}" xmlns:e="{E}">\n<rdf:Description rdf:about="a">\n'
        '<e:p xml:lang="en_US">x</e:p>\n<e:q rdf:resource="50%off"/>\n<e:q rdf:resource="b"/>\n'
        "</rdf:Description>\n</rdf:RDF>"
    )
    stored, loaded, _ = left(tmp_path, "a.rdf", xml)
    assert stored == {"<a> <q> <b>"}
    assert [fault.line for fault in loaded.rejects.faults] == [3, 4]
    (tmp_path / "json").mkdir()
    text = (
        f'{{"@context": {{"@vocab": "{E}"}},\n"@id": "a",\n"p": {{"@value": "x",\n'
        '"@language": "en_US"},\n"q": [{"@id": "x y"}, {"@id": "b"}]}'
    )
    stored, loaded, _ = left(tmp_path / "json", "a.jsonld", text)
    assert stored == {"<a> <q> <b>"}
    assert [fault.line for fault in loaded.rejects.faults] == [4, 5]


def test_n3_formulas_are_not_rdf(tmp_path: Path) -> None:
    text = (
        f"@prefix e: <{E}> .\n{{ e:a e:p ?x . e:b e:p 1 }} => {{ e:c e:p ?x }} .\ne:a e:p e:b .\n"
    )
    stored, loaded, _ = left(tmp_path, "a.n3", text)
    assert stored == {"<a> <p> <b>"}
    assert [fault.line for fault in loaded.rejects.faults] == [2]
    text = f"@prefix e: <{E}> .\n{{ e:a e:p e:b }} e:q {{ e:c e:p e:d }} .\ne:a e:p e:b .\n"
    (tmp_path / "formulas").mkdir()
    stored, loaded, _ = left(tmp_path / "formulas", "b.n3", text)
    assert stored == {"<a> <p> <b>"}
    assert loaded.rejects.count == 3
    (tmp_path / "b.n3").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="a formula") as caught:
        load([tmp_path / "b.n3"], tmp_path / "strict", locate())
    assert [fault.line for fault in caught.value.faults] == [2]


def test_without_lenient_the_first_ten_faults_are_named(tmp_path: Path) -> None:
    for name in ("a.nt", "a.ttl"):
        path = tmp_path / name
        path.write_text("".join(f'<{E}x y> <{E}p> "{n}" .\n' for n in range(25)))
        with pytest.raises(DataError) as caught:
            load([path], tmp_path / "store", locate())
        assert [fault.line for fault in caught.value.faults] == list(range(1, 11))
        assert f"10 faults in {name}, the first of them" in str(caught.value)
        assert "--lenient" in str(caught.value)


def test_load_counts_lists_and_saves_the_rejects(tmp_path: Path) -> None:
    path, rejects = tmp_path / "a.nt", tmp_path / "rejects.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    target = ["--into", str(tmp_path / "store")]
    done = CliRunner().invoke(cli, ["load", str(path), *target, "--rejects", str(rejects)])
    assert "needs --lenient" in str(done.exception)
    done = CliRunner().invoke(
        cli, ["load", str(path), *target, "--lenient", "--rejects", str(rejects)]
    )
    assert "loaded 2 quads" in done.stderr
    assert f"skipped 6 statements, written to {rejects}" in done.stderr
    assert "a.nt:4:" in done.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.ttl",
            f'<{E}x y> <{E}p> "a"@zh-Hant, "b \\"@en_us"@en_US, "c"@EN_us, "d"@De_CH--rtl .\n'
            f'<{E}s> <{E}p> "e"@Zh_Classical .\n',
        ),
        (
            "a.trig",
            f'<{E}g> {{ <{E}x y> <{E}p> "a"@zh-Hant, "b \\"@en_us"@en_US, "c"@EN_us, '
            f'"d"@De_CH--rtl . <{E}s> <{E}p> "e"@Zh_Classical }}\n',
        ),
    ],
)
def test_rejects_keep_the_spelling_of_language_tags(tmp_path: Path, name: str, text: str) -> None:
    _, loaded, rejects = left(tmp_path, name, text)
    for written in ('"a"@zh-Hant ', '"b \\"@en_us"@en_US ', '"c"@EN_us ', '"d"@De_CH--rtl '):
        assert written in rejects
    assert '"e"@Zh_Classical ' in rejects
    assert "@Zh_Classical is not a language tag" in loaded.rejects.faults[-1].problem


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">\n'
            '<rdf:Description rdf:about="urn:a"><e:p xml:lang="en_US">b</e:p>\n'
            "<e:p xml:lang='De_CH'>c</e:p></rdf:Description></rdf:RDF>\n",
        ),
        (
            "a.jsonld",
            '{"@id": "urn:a", "urn:e:p": [\n{"@value": "b", "@language": "en_US"},\n'
            '{"@value": "c", "@language": "De_CH"}]}',
        ),
    ],
)
def test_faults_and_rejects_of_other_formats_keep_the_spelling_of_tags(
    tmp_path: Path, name: str, text: str
) -> None:
    _, loaded, rejects = left(tmp_path, name, text)
    assert '"b"@en_US ' in rejects
    assert '"c"@De_CH ' in rejects
    assert [fault.problem.split(": ")[1].split()[0] for fault in loaded.rejects.faults] == [
        "@en_US",
        "@De_CH",
    ]
    with pytest.raises(DataError, match="@en_US is not a language tag"):
        load([tmp_path / name], tmp_path / "strict", locate())


def test_rejects_do_not_overwrite_another_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    with pytest.raises(ParameterError, match="choose another file for the rejects"):
        load([path], tmp_path / "store", locate(), lenient=True, rejects=path)
    assert path.read_text(encoding="utf-8") == "\n".join(LINES)


def test_rejects_of_a_load_that_fails_do_not_replace_those_of_another(tmp_path: Path) -> None:
    path, rejects = tmp_path / "a.nt", tmp_path / "rejects.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    rejects.write_text("earlier")
    broken = tmp_path / "b.nt.gz"
    broken.write_bytes(b"\x1f\x8b no gzip")
    with pytest.raises(AllusionError):
        load([path, broken], tmp_path / "store", locate(), lenient=True, rejects=rejects)
    assert rejects.read_text() == "earlier"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.nt", "b.nt.gz", "rejects.txt"]
    with pytest.raises(OutputError, match=r"rejects.txt could not be written"):
        load([path], tmp_path / "store", locate(), lenient=True, rejects=broken / "rejects.txt")


def test_triple_terms_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(
        f"<{E}a> <{E}p> <<( <{E}a> <{E}p> 1 )>>, 2 .\n<{E}a> <{E}p> 1 {{| <{E}q> 3 |}} ."
    )
    done = CliRunner().invoke(cli, ["load", str(path), "--into", str(tmp_path / "store")])
    assert "2 statements have a triple term (RDF 1.2)" in done.stderr
    assert "loaded 5 quads" in done.stderr


GOOD = (
    "e:s{n} e:p e:o .\n",
    'e:s{n} e:p "a. b" ;\n  e:p2 "c" .\n',
    'e:s{n} e:p """one.\ntwo .\n""" .\n',
    "# a comment .\ne:s{n} e:p 1 . e:t{n} e:p 2. # and\n",
    "e:s{n} e:p [ e:q ( 1 2 ) ] ,\n\n 'x' .\n",
    "@prefix f{n}: <http://example.org/f> .\nf{n}:s{n} e:p f{n}:o .\n",
    "PREFIX g: <http://example.org/g{n}> g:s{n} e:p g:o .\n",
)
BAD = (
    "e:bad{n} e:p foo .\n",
    'e:bad{n} e:p "open .\n',
    "nothing:bad{n} e:p 1 .\n",
    'e:bad{n} e:p "x"@en_US .\n',
    "e:bad{n} e:p <x y> .\n",
    "e:bad{n} ; .\n",
    'e:bad{n} e:p "\udcff" .\n',
    "e:bad{n} .\n",
)


@settings(deadline=None)
@given(
    kinds=st.lists(st.sampled_from(GOOD + BAD), min_size=1, max_size=40),
    size=st.sampled_from((1, 60, 1 << 20)),
    few=st.sampled_from((1, 4, 64)),
    graph=st.sampled_from(("", "e:g", "<urn:g>", "_:g", "GRAPH e:g")),
)
def test_a_valid_statement_is_read_whatever_surrounds_it(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], size: int, few: int, graph: str
) -> None:
    path = tmp_path_factory.mktemp("lenient") / "a.ttl"
    graph = graph if not any("PREFIX" in kind or "@prefix" in kind for kind in kinds) else ""
    statements = [kind.format(n=n) for n, kind in enumerate(kinds)]
    good = [text for text, kind in zip(statements, kinds, strict=True) if kind in GOOD]
    start, end = (f"{graph} {{\n", "}\n") if graph else ("", "")

    def document(bodies: list[str]) -> str:
        return f"@prefix e: <{E}> .\n{start}{''.join(bodies)}{end}"

    path.write_text(document(statements), encoding="utf-8", errors="surrogateescape")
    form = ox.RdfFormat.TRIG if graph else ox.RdfFormat.TURTLE
    rejects = Rejects()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdf_blocks, "_CHUNK_BYTES", size)
        patch.setattr(rdf_blocks, "_FEW_LINES", few)
        with valid_text(RdfFile(path, "a", form, E), rejects) as stream:
            text = b"".join(iter(stream.read, b""))
    found = ox.Dataset(ox.parse(text, form, base_iri=E))
    expected = ox.Dataset(ox.parse(document(good), form, base_iri=E))
    for one in (found, expected):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert found == expected
    assert text.count(b"\n") >= document(statements).count("\n")
    assert rejects.count == sum(kind in BAD for kind in kinds)


@pytest.mark.parametrize(
    ("text", "stored", "lines"),
    [
        ("e:g { e:a e:p 1 . }\n}\ne:h { e:b e:p 1 }", {"a g", "b h"}, [2]),
        ("e:g { e:a e:p 1 .\ne:h { e:b e:p 1 }\ne:c e:p 1 .", {"a g", "b h", "c"}, [2]),
        ("e:g { e:a e:p 1 .\ne:b e:p 1 .", {"a g", "b g"}, [2]),
        ("e:g h { e:a e:p 1 . }\ne:h { e:b e:p 1 }", {"b h"}, [1]),
    ],
)
def test_braces_and_labels_of_trig_that_are_not_valid(
    tmp_path: Path, text: str, stored: set[str], lines: list[int]
) -> None:
    path = tmp_path / "a.trig"
    path.write_text(f"PREFIX e: <{E}> {text}\n")
    rejects = Rejects()
    with valid_text(RdfFile(path, "a", ox.RdfFormat.TRIG, E), rejects) as stream:
        found = list(ox.parse(b"".join(iter(stream.read, b"")), ox.RdfFormat.TRIG))
    parts = [[quad.subject, quad.graph_name] for quad in found]
    names = {" ".join(t.value.removeprefix(E) for t in two if hasattr(t, "value")) for two in parts}
    assert names == stored
    assert [fault.line for fault in rejects.faults] == lines
