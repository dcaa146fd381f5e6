"""A store whose files are damaged never answers, and names what makes it again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from terminal import Run

from allusion import open as open_graph
from allusion.build.bulk_load import load
from allusion.build.pipeline import build
from allusion.build.store_verification import verify
from allusion.core.errors import StoreError
from allusion.core.resources import Resources
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store.manifest import check_folder, read_manifest, write_manifest

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def flip(path: Path) -> None:
    """Flip one bit in the middle; size and time of change stay the same."""
    state = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def exchange(path: Path) -> None:
    """Put a file of the same size with other bytes in its place."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes()[::-1])
    other.replace(path)


DAMAGES = (cut, empty, remove, flip, zero, exchange)


def files_of(folder: Path) -> list[Path]:
    """One file of each kind that is not empty: of the engine, of names, of queries."""
    found = {}
    for name, (size, *_) in read_manifest(folder).files.items():
        kind = Path(name).suffix or Path(name).name.partition("-")[0]
        if size > 1:
            found[kind] = folder / name
    return list(found.values())


def state_of(folder: Path) -> str:
    """The state of the files as the manifest keeps it when they were compared."""
    lines = [(folder / "manifest.json").read_text()]
    for name in read_manifest(folder).files:
        at = (folder / name).stat()
        lines.append(f"{name} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}")
    return "\n".join(lines)


@pytest.fixture
def films(tmp_path: Path, tiny: Resources) -> Path:
    """A folder that load made, of one film."""
    (tmp_path / "films.ttl").write_text(
        "@prefix film: <https://w3id.org/allusion/film/> . film:x a film:y .\n"
    )
    load([tmp_path / "films.ttl"], tmp_path / "films", tiny)
    return tmp_path / "films"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_any_damaged_file_is_reported_before_an_answer(
    films: Path, tiny: Resources, damage: Damage
) -> None:
    spoilt = films.with_name("spoilt")
    kinds = files_of(films)
    assert len(kinds) >= 7
    for file in kinds:
        shutil.copytree(films, spoilt)
        damage(spoilt / file.relative_to(films))
        with pytest.raises(StoreError, match=f"damaged: {file.relative_to(films)} ") as caught:
            KnowledgeGraph(spoilt, tiny)
        assert f"load the files again: allusion load FILES --into {spoilt}" in str(caught.value)
        with pytest.raises(StoreError, match="damaged"):
            open_graph(store=str(spoilt)).sparql("ASK { ?s ?p ?o }")
        shutil.rmtree(spoilt)


@pytest.mark.parametrize(("kind", "damage"), [("MANIFEST", cut), (".sst", flip), (".json", empty)])
def test_a_damaged_built_store_is_rebuilt(
    tiny: Resources, run: Run, kind: str, damage: Damage
) -> None:
    query = ("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--data", str(tiny.data))
    right = run(*query).out
    for file in files_of(tiny.store):
        if kind not in file.name:
            continue
        damage(file)
        done = run(*query)
        assert (done.code, done.out) == (0, right)
        assert f"damaged: {file.relative_to(tiny.store)}" in done.err
        assert "building it again" in done.err


def test_build_repairs_a_damaged_store_without_being_forced(built: Resources, run: Run) -> None:
    folder = built.store
    assert "up to date" in run("build", "--data", str(built.data)).err
    flip(folder / "names.sqlite")
    assert "built" in run("build", "--data", str(built.data)).err
    assert verify(folder) == read_manifest(folder)


def test_a_truncated_manifest_of_the_engine_is_not_an_empty_store(built: Resources) -> None:
    folder = built.store
    manifest = next((folder / "store").glob("MANIFEST-*"))
    # As far as here the engine itself opens it and holds nothing.
    manifest.write_bytes(manifest.read_bytes()[:1500])
    assert len(ox.Store.read_only(str(folder / "store"))) == 0
    with pytest.raises(StoreError, match="MANIFEST"):
        KnowledgeGraph(folder, built)


@pytest.mark.parametrize("name", ["quads", "stored", "digest", "files", "seconds"])
def test_a_changed_value_in_the_manifest_is_damage(built: Resources, name: str) -> None:
    path = built.store / "manifest.json"
    fields = json.loads(path.read_text())
    fields[name] = {} if name == "files" else "0" if name == "digest" else 1
    path.write_text(json.dumps(fields))
    with pytest.raises(StoreError, match=r"manifest\.json has changed since it was written"):
        check_folder(built.store)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"key": 1}', "\xff", "[" * 100_000])
def test_an_invalid_manifest_is_damage(built: Resources, text: str) -> None:
    (built.store / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(StoreError, match="run: allusion build --force"):
        check_folder(built.store)


def test_unchanged_files_are_not_read_again(
    built: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = built.store
    check_folder(folder)
    monkeypatch.setattr(
        "allusion.store.manifest._checksum", lambda path: pytest.fail(f"{path} was read")
    )
    assert check_folder(folder) == read_manifest(folder)


def rot(folder: Path, name: str) -> None:
    """Flip a bit as a disk does: the system knows of no change."""
    flip(folder / name)
    (folder / "verified").write_text(state_of(folder))


def test_a_bit_that_the_disk_flips_is_found_when_the_store_is_opened(built: Resources) -> None:
    folder = built.store
    for name, (size, *_) in read_manifest(folder).files.items():
        if size and not name.endswith(".sst"):
            rot(folder, name)
            with pytest.raises(StoreError, match=f"damaged: {name} has other bytes"):
                check_folder(folder)
            flip(folder / name)
    assert check_folder(folder) == read_manifest(folder)


def test_of_a_large_file_a_block_is_compared_at_each_opening(
    built: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = built.store
    monkeypatch.setattr("allusion.store.manifest._BLOCK", 1 << 12)
    write_manifest(folder, read_manifest(folder)._replace(files={}))
    blocks = len(read_manifest(folder).files["names.sqlite"]) - 1
    assert blocks > 3
    rot(folder, "names.sqlite")
    found = 0
    for number in range(blocks):
        monkeypatch.setattr("allusion.store.manifest.time.monotonic_ns", lambda n=number: n)
        try:
            check_folder(folder)
        except StoreError:
            found += 1
            (folder / "verified").write_text(state_of(folder))
    assert found == 1


def test_the_engine_finds_a_changed_bit_in_a_block_that_it_reads(built: Resources) -> None:
    folder = built.store
    right = read_all(folder)
    found = 0
    for path in sorted((folder / "store").glob("*.sst")):
        sound = path.read_bytes()
        for place in (0, len(sound) // 3):
            data = bytearray(sound)
            data[place] ^= 4
            path.write_bytes(data)
            try:
                assert read_all(folder) == right, f"{path.name} at {place}"
            except (OSError, RuntimeError):
                found += 1
        path.write_bytes(sound)
    assert found > 2


def read_all(folder: Path) -> list[int]:
    """Read a store in the order of several of its indexes."""
    store = ox.Store.read_only(str(folder / "store"))
    patterns: list[tuple[object, ...]] = [(None, None, None, None)]
    patterns += [(None, RDF_TYPE, None, None), (None, None, None, ox.DefaultGraph())]
    return [hash(frozenset(store.quads_for_pattern(*one))) for one in patterns]  # type: ignore[arg-type]


def test_every_file_is_read_again_a_day_later(built: Resources) -> None:
    folder = built.store
    file = max((folder / "store").glob("*.sst"), key=lambda path: path.stat().st_size)
    rot(folder, f"store/{file.name}")
    assert check_folder(folder) == read_manifest(folder)
    os.utime(folder / "verified", (0, 0))
    with pytest.raises(StoreError, match=file.name):
        check_folder(folder)


def test_a_copied_store_is_compared_once_and_is_sound(built: Resources, tmp_path: Path) -> None:
    shutil.copytree(built.store, tmp_path / "copy")
    assert check_folder(tmp_path / "copy") == read_manifest(built.store)
    assert "manifest.json" not in read_manifest(tmp_path / "copy").files


def test_damage_found_by_the_engine_forces_a_full_check(
    built: Resources,
) -> None:
    folder = built.store
    kg = KnowledgeGraph(folder, built)
    for path in (folder / "store").glob("*.sst"):
        zero(path)
    scan = "SELECT * { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }"
    for ask in (kg.executor.answer, kg.executor.run_json, kg.sparql):
        with pytest.raises(
            StoreError, match=r"(not be read|cannot be opened).*allusion build --force"
        ):
            ask(scan)
    assert not (folder / "verified").exists()


def test_check_store_verifies_the_built_store(tiny: Resources, run: Run) -> None:
    data = ("--data", str(tiny.data))
    done = run("check", "--store", *data)
    assert (done.code, "run: allusion build" in done.err) == (3, True)
    build(tiny)
    done = run("check", "--store", *data)
    assert done.code == 0
    assert "as written" in done.err
    flip(tiny.store / "catalog.txt")
    done = run("check", "--store", *data)
    assert done.code == 3
    assert "catalog.txt has other bytes than were written" in done.err
    assert "run: allusion build --force" in done.err


def test_check_store_verifies_a_loaded_folder_and_refuses_other_options(
    films: Path, run: Run
) -> None:
    assert run("check", "--store", str(films)).code == 0
    remove(next((films / "store").glob("*.sst")))
    done = run("check", "--store", str(films))
    assert done.code == 3
    assert "load the files again" in done.err
    assert run("check", "--store", "https://example.org/sparql").code == 2
    assert run("check", "--store", str(films), "--fix").code == 2


def test_verification_compares_the_number_of_quads(built: Resources) -> None:
    folder = built.store
    manifest = read_manifest(folder)
    store = ox.Store(str(folder / "store"))
    store.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.NamedNode("a:c")))
    store.flush()
    del store
    write_manifest(folder, manifest._replace(files={}))
    with pytest.raises(
        StoreError, match=f"{manifest.stored + 1:,} quads instead of {manifest.stored:,}"
    ):
        verify(folder)
