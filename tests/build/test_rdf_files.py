"""Files of every syntax, compression, encoding and place are read, and nothing is fetched."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import socket
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from allusion.build.bulk_load import LoadReport, load
from allusion.build.rdf_files import FORMATS, find_files
from allusion.core.errors import DataError, ParameterError
from allusion.core.resources import locate
from allusion.store.default_graph import named_quads

PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".ZST": lambda data: zstandard.ZstdCompressor().compress(data),
}
SUBJECT = "http://example.org/a"
TRIPLE = ox.Triple(
    ox.NamedNode(SUBJECT), ox.NamedNode("http://example.org/p"), ox.Literal("é", language="fr")
)
RDF_XML = (
    '<?xml version="1.0"%s?>\n%s<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="http://example.org/">\n%s\n</rdf:RDF>'
)
ABOUT = f'<rdf:Description rdf:about="{SUBJECT}"><e:p xml:lang="fr">%s</e:p></rdf:Description>'


def text_in(form: str) -> bytes:
    written = ox.serialize([TRIPLE], format=FORMATS[form])
    assert written is not None
    return written


def loaded_from(folder: Path, *paths: Path, **options: str) -> set[ox.Triple]:
    """Return the triples that a load of these paths put into the graph <urn:mine>."""
    loaded = load(
        paths, folder / "store", locate(), graph="urn:mine", form=options.get("form", ""),
        base=options.get("base", ""),
    )  # fmt: skip
    return stored(folder, loaded)


def stored(folder: Path, loaded: LoadReport) -> set[ox.Triple]:
    store = ox.Store.read_only(str(folder / "store/store"))
    found = {
        q.triple for q in named_quads(store) if q.graph_name == ox.NamedNode("urn:mine")
    }  # fmt: skip
    assert loaded.stated == len(found)
    return found


def read_together(folder: Path, files: list[tuple[str, str]], encoding: str = "utf-8") -> bool:
    """Whether one load of files of these syntaxes and compressions reads each of them."""
    (folder / "in").mkdir()
    expected = set()
    for number, (form, ending) in enumerate(files):
        subject = ox.NamedNode(f"{SUBJECT}{number}")
        triple = ox.Triple(subject, TRIPLE.predicate, TRIPLE.object)
        expected.add(triple)
        written = ox.serialize([triple], format=FORMATS["rdf" if form == "OWL" else form]) or b""
        path = folder / f"in/{number}.{form}{ending}"
        path.write_bytes(PACK[ending](written.decode().encode(encoding)))
    assert load([folder / "in"], folder / "store", locate()).stated == len(files)
    store = ox.Store.read_only(str(folder / "store/store"))
    found = store.quads_for_pattern(None, TRIPLE.predicate, None, None)
    return {quad.triple for quad in found} == expected


def test_every_syntax_is_read_in_every_compression(tmp_path: Path) -> None:
    files = [(form, "") for form in (*FORMATS, "OWL")]
    files += [*(("ttl", ending) for ending in PACK if ending), ("nq", ".gz")]
    assert read_together(tmp_path, files)


def test_compression_is_detected_by_the_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(gzip.compress(text_in("nt")))
    assert loaded_from(tmp_path, path) == {TRIPLE}


def test_archives_and_folders_are_read_completely(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden.nt").write_text("no RDF")
    (folder / "README.txt").write_text("no RDF")
    (folder / "deep/A.TTL").write_text('<> <http://example.org/p> "one" .')
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("b.ttl", '<> <http://example.org/p> "two" .')
        archive.writestr("notes.md", "no RDF")
        archive.writestr("__MACOSX/._b.ttl", b"\x00\x05\x16\x07")
    found = loaded_from(tmp_path, folder)
    home = folder.absolute().as_uri()
    assert {str(triple.subject).strip("<>") for triple in found} == {
        f"{home}/deep/A.TTL",
        f"{home}/all.zip/b.ttl",
    }
    documents, passed = find_files([folder])
    assert [one.name for one in documents] == ["all.zip/b.ttl", "A.TTL"]
    assert [str(one) for one in passed] == [str(folder / "README.txt"), "all.zip/notes.md"]


def test_files_of_one_name_in_two_archives_are_two_graphs(tmp_path: Path) -> None:
    for name in ("x.zip", "y.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a.nt", text_in("nt"))
    paths = [tmp_path / "x.zip", tmp_path / "y.zip"]
    loaded = load(paths, tmp_path / "store", locate(), names=True)
    assert loaded.graphs == (
        "urn:allusion:file/x.zip:a.nt",
        "urn:allusion:file/y.zip:a.nt",
    )


def test_standard_input_needs_its_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(text_in("rdf")))))
    with pytest.raises(ParameterError, match="needs its format: --format"):
        load([Path("-")], tmp_path / "store", locate())
    assert loaded_from(tmp_path, Path("-"), form="rdf") == {TRIPLE}
    assert not (tmp_path / "store/stdin").exists()


def test_a_format_that_is_named_overrides_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "films.xml"
    path.write_bytes(text_in("rdf"))
    with pytest.raises(ParameterError, match=r"known endings are \.nt, .*--format"):
        load([path], tmp_path / "store", locate())
    assert loaded_from(tmp_path, path, form="rdf") == {TRIPLE}


@pytest.mark.parametrize("form", ["ttl", "trig", "n3", "rdf", "jsonld"])
def test_relative_iris_are_resolved_against_the_base(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    texts = {"rdf": RDF_XML % ("", "", ABOUT.replace(SUBJECT, "a") % "x"),
             "jsonld": '{"@id": "a", "http://example.org/p": "x"}'}  # fmt: skip
    path.write_text(texts.get(form, '<a> <http://example.org/p> "x" .'))
    for base, wanted in (("http://b.org/c", "http://b.org/a"), ("", (tmp_path / "a").as_uri())):
        documents, _ = find_files([path], base=base)
        assert documents[0].base == base or not base
        target = tmp_path / ("with" if base else "without")
        load([path], target, locate(), base=base)
        store = ox.Store.read_only(str(target / "store"))
        assert any(store.quads_for_pattern(ox.NamedNode(wanted), None, None))
    with pytest.raises(ParameterError, match="cannot be a base"):
        find_files([path], base="films")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_fault(tmp_path: Path, encoding: str) -> None:
    assert read_together(tmp_path, [(form, "") for form in FORMATS], encoding)


def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    path.write_bytes((RDF_XML % (' encoding="ISO-8859-1"', "", ABOUT % "é")).encode("latin-1"))
    assert loaded_from(tmp_path, path) == {TRIPLE}


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    data = text_in("nt") * 1000
    for name, pack in (("a.nt.bz2", bz2.compress), ("a.nt.xz", lzma.compress),
                       ("a.nt.zst", PACK[".ZST"])):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(pack(data)[:-9])
        with pytest.raises(DataError, match=r"is truncated or damaged"):
            load([path], tmp_path / "store", locate())
    for content in (b"PK\x03\x04 no archive", b"no archive"):
        (tmp_path / "a.zip").write_bytes(content)
        with pytest.raises(DataError, match=r"a\.zip: is truncated or damaged"):
            load([tmp_path / "a.zip"], tmp_path / "store", locate())
    assert not (tmp_path / "store").exists()


def test_blank_nodes_of_different_files_are_distinct(tmp_path: Path) -> None:
    for name in ("a.nt", "b.n3"):
        (tmp_path / name).write_text('_:x <http://example.org/p> "1" .\n')
    assert len(loaded_from(tmp_path, tmp_path / "a.nt", tmp_path / "b.n3")) == 2


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback that records whoever connects."""
    met: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(60)

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                met.append(connection.recv(100))
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n{}")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", met
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(10)


def test_neither_remote_contexts_nor_dtds_are_fetched(
    tmp_path: Path, listener: tuple[str, list[bytes]]
) -> None:
    address, met = listener
    context = tmp_path / "a.jsonld"
    context.write_text(f'{{"@context": ["{address}/c.jsonld"],\n "@id": "b", "p": 1}}')
    with pytest.raises(DataError, match=r"a\.jsonld:\d: .*remote context, which is never fetched"):
        load([context], tmp_path / "store", locate())
    dtd = tmp_path / "a.rdf"
    doctype = f'<!DOCTYPE rdf:RDF SYSTEM "{address}/x.dtd" [<!ENTITY e "é">]>\n'
    dtd.write_text(RDF_XML % ("", doctype, ABOUT % "&e;"), encoding="utf-8")
    assert loaded_from(tmp_path, dtd) == {TRIPLE}
    external = tmp_path / "b.rdf"
    doctype = f'<!DOCTYPE rdf:RDF [<!ENTITY e SYSTEM "{address}/x.txt">]>\n'
    external.write_text(RDF_XML % ("", doctype, ABOUT % "&e;"))
    with pytest.raises(DataError, match=r"b\.rdf"):
        load([external], tmp_path / "other", locate())
    assert met == []


def test_an_xml_entity_bomb_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">\n' for n in range(1, 12))
    doctype = f'<!DOCTYPE rdf:RDF [<!ENTITY a0 "0123456789">\n{entities}]>\n'
    path = tmp_path / "bomb.rdf"
    path.write_text(RDF_XML % ("", doctype, ABOUT % "&a11;"))
    with pytest.raises(DataError, match=r"bomb\.rdf:6: .* entity expands to more than 65,536"):
        load([path], tmp_path / "store", locate())


def test_a_text_that_is_cut_within_a_character_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(f'<{SUBJECT}> <{SUBJECT}> "x" .'.encode("utf-16") + b"\xd8")
    with pytest.raises(DataError, match="is not valid utf-16"):
        load([path], tmp_path / "store", locate())
