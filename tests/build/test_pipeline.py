"""A store is whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from samples import every_nth

from allusion import open as open_graph
from allusion import open_or_build
from allusion.build.curated_data import build_in_memory
from allusion.build.inference import infer
from allusion.build.pipeline import build
from allusion.core.errors import DataError, MissingResource, StoreError
from allusion.core.resources import Resources, home, locate
from allusion.core.vocabulary import GRAPH_INFERRED, GRAPH_MAPPING
from allusion.knowledge_graph import KnowledgeGraph
from allusion.store.manifest import read_manifest

Spoil = Callable[[str, str, str], Resources]


def test_a_build_reports_its_counts(tiny: Resources) -> None:
    steps: list[str] = []
    manifest = build(tiny, steps.append)
    assert steps == ["reading and checking the facts", "inferring", "writing the store"]
    assert manifest == read_manifest(tiny.store)
    assert manifest.stored == len(KnowledgeGraph(tiny.store, tiny).embedded.engine)
    assert manifest.inferred > 0


def test_each_source_is_a_named_graph_and_inference_has_its_own(tiny: Resources) -> None:
    graphs = {graph.value for graph in build_in_memory(tiny)[0].named_graphs()}
    assert {f"https://w3id.org/allusion/source/{name}" for name in ("review", "register")} <= graphs
    assert {GRAPH_INFERRED, GRAPH_MAPPING} <= graphs


def test_the_rules_give_the_shortcut_from_work_to_target(built: Resources) -> None:
    kg = open_or_build(built)
    assert kg.sparql("ASK { GRAPH source:inferred { film:later al:refersTo person:star } }") is True


def test_a_mapping_becomes_a_match_unless_it_is_negated(built: Resources) -> None:
    kg = open_or_build(built)
    assert kg.sparql("ASK { film:later skos:exactMatch wd:Q1 }") is True
    assert kg.sparql("ASK { ?entity skos:exactMatch wd:Q2 }") is False
    assert (
        kg.sparql('ASK { ?m owl:annotatedTarget wd:Q2 ; sssom:predicate_modifier "Not" }') is True
    )
    assert kg.sparql('ASK { ?m a owl:Axiom ; sssom:subject_label "Later Film" }') is True


def test_a_second_build_does_nothing_and_a_forced_build_is_identical(tiny: Resources) -> None:
    first = build(tiny)
    assert build(tiny) == first
    assert build(tiny, force=True).digest == first.digest


def test_a_change_of_any_input_makes_another_store(tiny: Resources, spoil: Spoil) -> None:
    before = tiny.store
    after = spoil("entities/all.ttl", "Later Film", "Later Movie").store
    assert before != after


def test_the_key_is_cached_until_a_file_changes(
    tiny: Resources,
) -> None:
    build(tiny)
    again = locate(tiny.data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} was read"))
        assert again.key == tiny.key
    path = tiny.data / "entities/all.ttl"
    state = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Later Film", "Later Movi"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert locate(tiny.data).key != tiny.key, "the same size and time of change, another content"


def test_an_unreadable_cache_of_keys_is_ignored(tiny: Resources) -> None:
    build(tiny)
    (home() / "inputs.json").write_text("{broken")
    assert locate(tiny.data).key == tiny.key


def test_faulty_facts_build_nothing(spoil: Spoil) -> None:
    resources = spoil("sources/review.ttl", "al:to person:star", "al:to person:nobody")
    with pytest.raises(DataError, match="person:nobody, which has no description"):
        build(resources)
    assert not resources.store.exists()
    assert not list(resources.store.parent.glob(f".making-{os.getpid()}-*"))


def test_a_folder_that_cannot_be_written_names_the_setting(
    tiny: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="ALLUSION_HOME"):
        build(tiny)


def test_missing_facts_name_the_setting(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match="ALLUSION_DATA"):
        locate(tmp_path / "nowhere")


def test_a_damaged_store_is_an_error_with_the_command_to_run(built: Resources) -> None:
    folder = built.store
    for path in (folder / "store").iterdir():
        path.write_bytes(b"")
    with pytest.raises(StoreError, match="allusion build --force"):
        KnowledgeGraph(folder, built)


def test_opening_a_damaged_store_rebuilds_it_with_a_notice(built: Resources) -> None:
    for path in (built.store / "store").iterdir():
        path.write_bytes(b"")
    said: list[str] = []
    assert open_or_build(built, said.append).sparql("ASK { film:later a al:Film }") is True
    assert len(said) == 1
    assert said[0].endswith("building it again ...")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("delay_s", every_nth((0.0, 0.05, 0.1, 0.15, 0.2, 0.3), 3))
def test_a_build_killed_at_any_moment_leaves_the_next_command_working(
    tiny: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, delay_s: float
) -> None:
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path / "home"))
    code = (
        "import sys; from pathlib import Path; from allusion.build.pipeline import build;"
        "from allusion.core.resources import locate; r = locate(Path(sys.argv[1]));"
        "print('ready', flush=True)\nwhile True: build(r, force=True)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "graph")}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tiny.data)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
    kg = open_or_build(tiny)
    assert tiny.is_built
    assert len(kg.embedded.engine) == read_manifest(tiny.store).stored
    assert kg.resolve("Later Film") == "https://w3id.org/allusion/film/later"


def test_two_builds_at_once_end_in_one_whole_store(
    tiny: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLUSION_HOME", str(tmp_path / "home"))
    code = (
        "import sys; from pathlib import Path; from allusion.build.pipeline import build;"
        "from allusion.core.resources import locate; r = locate(Path(sys.argv[1])); build(r); print(r.store)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "graph")}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tiny.data)], stdout=subprocess.PIPE, env=environment
        )
        for _ in range(3)
    ]
    said = {process.communicate(timeout=60)[0].decode().strip() for process in running}
    assert all(process.returncode == 0 for process in running)
    assert said == {str(tiny.store)}
    assert not list((tmp_path / "home/stores").glob(".making-*"))


def test_a_rule_that_is_no_rule_is_named(tmp_path: Path) -> None:
    rule = tmp_path / "bad.rq"
    rule.write_text("SELECT * WHERE { ?s ?p ?o }")
    with pytest.raises(DataError, match=r"rules/bad\.rq: is not a CONSTRUCT"):
        infer(ox.Store(), [rule])


def test_opening_a_store_folder_gives_the_same_graph(tiny: Resources) -> None:
    assert open_graph(tiny.data).sparql("ASK { film:later a al:Film }") is True


def test_the_manifest_is_plain_json(built: Resources) -> None:
    folder = built.store
    assert json.loads((folder / "manifest.json").read_text())["key"] == built.key


def test_a_change_of_the_facts_during_a_build_is_detected(
    tiny: Resources,
) -> None:
    path = tiny.data / "entities/all.ttl"
    before = path.read_text(encoding="utf-8")

    def edit(step: str) -> None:
        if step == "inferring":
            path.write_text(before.replace("Later Film", "Edited Film"), encoding="utf-8")

    with pytest.raises(StoreError, match="changed while they were read"):
        build(tiny, edit)
    path.write_text(before, encoding="utf-8")
    kg = open_or_build(locate(tiny.data))
    assert kg.sparql('ASK { film:later rdfs:label "Later Film"@en }') is True


def test_a_folder_without_facts_is_not_an_empty_graph(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match="entities"):
        locate(tmp_path)


def test_a_store_with_other_data_than_the_build_is_refused(
    tiny: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allusion.build.pipeline._quads_on_disk", lambda _: set())
    with pytest.raises(StoreError, match="has other data than the build"):
        build(tiny)
    assert not tiny.is_built


def test_stores_unused_for_long_are_removed(tiny: Resources) -> None:
    stores = tiny.store.parent
    for name in ("old", "recent"):
        (stores / name).mkdir(parents=True)
        (stores / name / "manifest.json").write_text("{}")
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(stores / "old/manifest.json", (long_ago, long_ago))
    (stores / ".making-1-x").mkdir()
    os.utime(stores / ".making-1-x", (long_ago, long_ago))
    build(tiny)
    assert {path.name for path in stores.iterdir()} == {"recent", tiny.store.name}


def test_a_damaged_catalog_or_memory_is_no_traceback(built: Resources) -> None:
    folder = built.store
    (folder / "catalog.txt").write_text('names{"name": 1')
    with pytest.raises(StoreError, match="allusion build --force"):
        KnowledgeGraph(folder, built).query("names")
    (home() / "inputs.json").write_text(json.dumps({str(built.data): 1}))
    assert locate(built.data).key == built.key
