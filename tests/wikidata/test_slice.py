"""A slice of Wikidata: the lines that the rules keep, however the dump is packed and read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from make_dump import DIRECT, ITEM, PAGE, SPOILED, dump

from allusion.cli.wikidata.slice import slice_command
from allusion.core.errors import DataError, MissingExtra, ParameterError, StoreError
from allusion.wikidata.dump import local as single
from allusion.wikidata.dump.external_sort import RunWriter, merge_runs
from allusion.wikidata.dump.local import slice_dump
from allusion.wikidata.dump.ntriples import SIMPLE_LINES, MalformedLine, format_triple, parse_line
from allusion.wikidata.dump.report import SliceProgress, SliceReport
from allusion.wikidata.dump.rules import DEFAULT_RULES, SliceRules, read_rules
from allusion.wikidata.model.classes import CLASSES_BY_REGISTER
from allusion.wikidata.model.properties import COMPARED_PROPERTIES

LINES = 8_000
RULES = read_rules()

#: Lines in which nothing is alike for long, so that what packs them has work.
NUMBERS = b"".join(b'<a:b> <a:b> "%d" .\n' % (7**place % 10**9) for place in range(999))


def flipped(packed: bytes, place: int) -> bytes:
    """The same with some bits of one byte turned over."""
    damaged = bytearray(packed)
    damaged[place] ^= 6
    return bytes(damaged)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """A dump, with lines in it that are none: one early, one late, the rest in the middle."""
    made = list(dump(LINES, films=15))
    middle = len(made) // 2
    return [SPOILED[0], *made[:middle], *SPOILED[1:-1], *made[middle:], SPOILED[-1]]


@pytest.fixture(scope="module")
def plain(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "dump.nt"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


@pytest.fixture(scope="module")
def made(plain: Path) -> tuple[SliceReport, bytes]:
    """The slice of the plain file, and what is in it."""
    output = plain.with_name("slice.nt")
    return slice_dump([plain], output, RULES), output.read_bytes()


def number(node: object, base: str = ITEM) -> int | None:
    found = re.fullmatch(rf"{base}Q([1-9]\d{{0,8}})", getattr(node, "value", ""))
    return int(found[1]) if found and isinstance(node, ox.NamedNode) else None


def kept_by_hand(triples: list[ox.Triple], rules: SliceRules) -> set[int]:
    """Which items stay, from parsed triples and with sets alone."""
    links = [
        (name, subject, target)
        for triple in triples
        if (name := triple.predicate.value.removeprefix(DIRECT)) in rules.link_properties
        and (subject := number(triple.subject)) is not None
        and (target := number(triple.object)) is not None
    ]
    without = {int(name[1:]) for name in rules.excluded_classes}
    classes = {int(name[1:]) for name in rules.classes}
    while more := {s for p, s, o in links if p == "P279" and o in classes} - classes - without:
        classes |= more
    sets = {"core": {s for p, s, o in links if p == "P31" and o in classes}}
    sets["kept"] = set(sets["core"])
    for pull in rules.steps:
        along = [(s, o) if pull.forward else (o, s) for p, s, o in links if p in pull.properties]
        found: set[int] = set()
        start = set(sets[pull.start])
        while more := {far for near, far in along if near in start} - found:
            found |= more
            start |= more if pull.transitive else set()
        sets[pull.name] = found
        sets["kept"] |= found
    return sets["kept"]


def stays(triple: ox.Triple, kept: set[int], rules: SliceRules) -> bool:
    kind = rules.kinds.get(triple.predicate.value)
    subject, target = number(triple.subject), number(triple.object)
    if kind == "about":
        begins = tuple(rules.about_prefixes[triple.predicate.value])
        return target in kept and getattr(triple.subject, "value", "").startswith(begins)
    if kind == "page":
        return number(triple.subject, PAGE) in kept
    if kind == "text":
        language = getattr(triple.object, "language", None) or ""
        return subject in kept and language.lower() in rules.languages
    return subject in kept and (kind == "value" or (kind == "link" and target in kept))


def test_a_slice_equals_a_reference_implementation(
    lines: list[str], made: tuple[SliceReport, bytes]
) -> None:
    text = "\n".join(line for line in lines if line not in SPOILED)
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    kept = kept_by_hand(triples, RULES)
    expected = {triple for triple in triples if stays(triple, kept, RULES)}
    got = [quad.triple for quad in ox.parse(made[1], format=ox.RdfFormat.N_TRIPLES)]
    assert set(got) == expected
    assert made[0].selection.kept == len(kept)
    assert made[0].rows == len(got)
    kinds = {RULES.kinds[triple.predicate.value] for triple in got}
    assert kinds == {"text", "value", "link", "page", "about"}


def test_triples_are_sorted_unique_and_single_spaced(
    made: tuple[SliceReport, bytes],
) -> None:
    rows = made[1].splitlines(keepends=True)
    assert rows == sorted(set(rows))
    assert all(format_triple(parse_line(row) or ("", "", "")) == row for row in rows)


@pytest.mark.parametrize("name", ["P31", "P577", "P57", "P161", "P345", "P4947"])
def test_a_slice_keeps_the_data_for_linking(made: tuple[SliceReport, bytes], name: str) -> None:
    assert f"> <{DIRECT}{name}> ".encode() in made[1]


def test_a_slice_keeps_labels_aliases_and_articles_of_selected_languages(
    made: tuple[SliceReport, bytes],
) -> None:
    content = made[1].decode()
    assert 'core#altLabel> "' in content
    assert re.search(
        r"^<https://en\.wikipedia\.org/wiki/\S+> <http://schema\.org/about>", content, re.MULTILINE
    )
    assert "xx.wikipedia" not in content
    assert set(re.findall(r'"@([A-Za-z-]+) \.$', content, re.MULTILINE)) <= RULES.languages


def test_malformed_lines_are_counted_and_reported_with_line_numbers(
    lines: list[str], made: tuple[SliceReport, bytes]
) -> None:
    numbers = [place for place, line in enumerate(lines, 1) if line in SPOILED]
    assert made[0].malformed == len(SPOILED)
    assert made[0].lines == len(lines)
    assert [fault.line for fault in made[0].faults] == numbers
    assert {fault.file for fault in made[0].faults} == {"dump.nt"}
    empty = sum(not line or line.startswith("#") for line in lines)
    assert made[0].triples == len(lines) - len(SPOILED) - empty


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (SPOILED[0], "no dot at the end at column 121: the line ends"),
        (SPOILED[1], "no subject (an IRI with a scheme, or a blank node) at column 1"),
        (SPOILED[2], "unexpected text after the dot at column 123"),
        (SPOILED[5], "no object (an IRI, a blank node or a text in quotes) at column"),
        (SPOILED[11], "no predicate (an IRI with a scheme) at column"),
    ],
)
def test_an_error_in_a_line_is_named(line: str, problem: str) -> None:
    with pytest.raises(MalformedLine) as raised:
        parse_line(line.encode())
    assert str(raised.value).startswith(problem)


def test_bytes_that_are_no_utf8_are_one_malformed_line(tmp_path: Path) -> None:
    broken = f'<{ITEM}Q7> <{DIRECT}P1476> "'.encode() + b'\xff"@en .\n'
    film = f"<{ITEM}Q7> <{DIRECT}P31> <{ITEM}Q11424> .\n".encode()
    (tmp_path / "d.nt").write_bytes(film + broken + film.replace(b"Q7", b"Q8"))
    made = slice_dump([tmp_path / "d.nt"], tmp_path / "out.nt", RULES)
    assert (made.malformed, made.faults[0].line, made.selection.core) == (1, 2, 2)
    assert made.faults[0].problem == "is not UTF-8 (byte 82)"


def test_strict_stops_at_the_first_and_writes_nothing(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"dump\.nt:1: no dot"):
        slice_dump([plain], tmp_path / "out.nt", RULES, strict=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("line", SPOILED)
def test_the_grammar_and_the_engine_refuse_the_same_lines(line: str) -> None:
    with pytest.raises(MalformedLine):
        parse_line(line.encode())
    with pytest.raises(SyntaxError):
        list(ox.parse(line + "\n", format=ox.RdfFormat.N_TRIPLES))


def test_the_grammar_and_the_engine_accept_the_same_lines() -> None:
    for line in dump(3000, seed=2, films=15):
        engine = [str(quad.triple) for quad in ox.parse(line + "\n", format=ox.RdfFormat.N_TRIPLES)]
        found = parse_line(line.encode())
        ours = (
            []
            if found is None
            else list(ox.parse(format_triple(found), format=ox.RdfFormat.N_TRIPLES))
        )
        assert [str(quad.triple) for quad in ours] == engine


PIECES = st.sampled_from(
    ["<a:b>", "<http://x/ü>", "<a b>", "<a>", "_:b1", "_:b.c", "_:é", "_:-", '"t"', '"t"@en-gb', '"t"@9',
     '"t"^^<a:b>', '"\\u00e9"', '"\\uD800"', '"\\U0010FFFF"', '"\\U00110000"', '"\\""', '"\\q"', '"ü\t"', ".", " ", "  ",
     "\t", "\r", "#", "é", "<a:\\u0062>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9))
def test_lines_of_the_fast_path_are_valid(pieces: list[str]) -> None:
    line = " ".join(pieces)
    for text in (line, "".join(pieces)):
        raw = f"{text}\n".encode()
        if SIMPLE_LINES.fullmatch(raw):
            assert format_triple(parse_line(raw) or ("", "", "")) == raw


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def unzst(data: bytes) -> bytes:
    return b"".join(zstandard.ZstdDecompressor().read_to_iter(data))


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "two members of gz": lambda data: gzip.compress(data[:9999]) + gzip.compress(data[9999:]),
    "bz2": bz2.compress,
    "zst": zst,
    "two frames of zst": lambda data: zst(data[:9999]) + zst(data[9999:]),
    "xz": lzma.compress,
}


@pytest.mark.parametrize("packing", PACK)
def test_the_slice_is_independent_of_compression_and_file_name(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path, packing: str
) -> None:
    (tmp_path / "dump").write_bytes(PACK[packing](plain.read_bytes()))
    slice_dump([tmp_path / "dump"], tmp_path / "out.nt", RULES)
    assert (tmp_path / "out.nt").read_bytes() == made[1]


def test_several_files_in_any_order_and_pieces_of_one_give_the_same(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path
) -> None:
    data = plain.read_bytes()
    cut = data.index(b"\n", len(data) // 3) + 1
    whole = [tmp_path / "a.nt.gz", tmp_path / "b.nt"]
    whole[0].write_bytes(gzip.compress(data[:cut]))
    whole[1].write_bytes(data[cut:].rstrip(b"\n"))
    slice_dump(whole[::-1], tmp_path / "out.nt", RULES)
    assert (tmp_path / "out.nt").read_bytes() == made[1]
    packed = gzip.compress(data)
    pieces = [tmp_path / name for name in ("p.aa", "p.ab")]
    pieces[0].write_bytes(packed[:12345])
    pieces[1].write_bytes(packed[12345:])
    slice_dump(pieces, tmp_path / "out2.nt", RULES, joined=True)
    assert (tmp_path / "out2.nt").read_bytes() == made[1]


def test_several_processes_and_small_blocks_give_the_same(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "BLOCK_BYTES", 50_000)
    again = slice_dump([plain], tmp_path / "out.nt", RULES, jobs=2)
    assert (tmp_path / "out.nt").read_bytes() == made[1]
    assert again == made[0]


@pytest.mark.parametrize("ending", ["gz", "bz2", "zst"])
def test_a_compressed_slice_is_reproducible(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path, ending: str
) -> None:
    files = [tmp_path / f"{name}.nt.{ending}" for name in "ab"]
    for file in files:
        slice_dump([plain], file, RULES)
    unpack: dict[str, Callable[[bytes], bytes]] = {
        "gz": gzip.decompress,
        "bz2": bz2.decompress,
        "zst": unzst,
    }
    assert files[0].read_bytes() == files[1].read_bytes()
    assert unpack[ending](files[0].read_bytes()) == made[1]


class Killed(BaseException):
    """As of a person or the system."""


def kill_at(step: str) -> Callable[[SliceProgress], None]:
    def told(at: SliceProgress) -> None:
        if at.step.startswith(step):
            raise Killed

    return told


@pytest.mark.parametrize(
    ("step", "done"),
    [
        ("reading dump.nt", ()),
        ("reading more.nt", ("read-0000",)),
        ("finding makers", ("read-0000", "read-0001")),
        ("picking dump.nt", ("kept", "read-0000", "read-0001")),
        ("writing", ("kept", "read-0000", "read-0001", "rows-0000", "rows-0001")),
    ],
)
def test_a_killed_run_resumes_after_the_last_finished_step(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path, step: str, done: tuple[str, ...]
) -> None:
    more = tmp_path / "more.nt"
    more.write_bytes(b"# nothing\n")
    output = tmp_path / "out.nt"
    with pytest.raises(Killed):
        slice_dump([plain, more], output, RULES, progress=kill_at(step))
    assert not output.exists()
    again = slice_dump([plain, more], output, RULES)
    assert again.resumed == done
    assert output.read_bytes() == made[1]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out.nt"]


def test_steps_of_another_dump_or_other_rules_are_not_resumed(plain: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nt"
    dump_file = tmp_path / "dump.nt"
    dump_file.write_bytes(plain.read_bytes())
    with pytest.raises(Killed):
        slice_dump([dump_file], output, RULES, progress=kill_at("picking"))
    other = tmp_path / "rules.toml"
    other.write_text(DEFAULT_RULES.read_text("utf-8") + "\n# otherwise\n", "utf-8")
    with pytest.raises(Killed):
        slice_dump([dump_file], output, read_rules(other), progress=kill_at("picking"))
    with dump_file.open("ab") as stream:
        stream.write(b"# one line more\n")
    assert slice_dump([dump_file], output, read_rules(other)).resumed == ()


def test_two_runs_cannot_make_one_slice(plain: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nt"

    def begin_another(at: SliceProgress) -> None:
        if at.step == "writing":
            with pytest.raises(StoreError, match="another process writes to"):
                slice_dump([plain], output, RULES)

    slice_dump([plain], output, RULES, progress=begin_another)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"<a:b> <a:b> <a:b> .\n" * 9999, mtime=0)[:-9], "is truncated or damaged"),
        (bz2.compress(b"<a:b> <a:b> <a:b> .\n" * 9999)[:-9], "is truncated or damaged"),
        (
            zstandard.ZstdCompressor().compress(b"<a:b> <a:b> <a:b> .\n")[:9] + b"???",
            "is truncated or damaged",
        ),
        (flipped(gzip.compress(NUMBERS, mtime=0), 10), "is truncated or damaged"),
        (flipped(gzip.compress(NUMBERS, mtime=0), -8), "is truncated or damaged"),
        (flipped(bz2.compress(NUMBERS), 400), "is truncated or damaged"),
        (flipped(lzma.compress(NUMBERS), 400), "is truncated or damaged"),
        (
            flipped(zstandard.ZstdCompressor(write_checksum=True).compress(NUMBERS), 400),
            "truncated or damaged",
        ),
        (b"<a:b> <a:b> <a:b> .\n", "has no item of a core class"),
        (b"", "has no item of a core class"),
    ],
)
def test_an_implausible_dump_is_an_error_and_nothing_is_written(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "d.nt").write_bytes(content)
    with pytest.raises(DataError, match=said):
        slice_dump([tmp_path / "d.nt"], tmp_path / "out.nt", RULES)
    assert [path.name for path in tmp_path.iterdir()] == ["d.nt"]


def test_any_number_of_runs_is_merged_in_order(tmp_path: Path) -> None:
    rows = [f"{place * 7919 % 1000:04}\n".encode() for place in range(2000)]
    runs = RunWriter(tmp_path, limit=100)
    for row in rows:
        runs.add([row])
    runs.flush()
    files = sorted(tmp_path.glob("*.run"))
    assert len(files) > 50
    assert list(merge_runs(files, tmp_path, max_open=7)) == sorted(set(rows))


def test_ids_in_the_rules_have_the_labels_with_which_the_project_saw_them() -> None:
    text = DEFAULT_RULES.read_text("utf-8")
    labelled = dict(re.findall(r'\b([PQ]\d+) = "([^"]+)"', text))
    seen = COMPARED_PROPERTIES | {
        name: label for group in CLASSES_BY_REGISTER.values() for name, label in group.items()
    }
    both = labelled.keys() & seen.keys()
    assert len(both) > 20
    assert {name: labelled[name] for name in both} == {name: seen[name] for name in both}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('Q11424 = "film"', 'Film = "film"', "'Film' is not a Q-id"),
        ('from = "core"', 'from = "corps"', "'corps' is not an earlier set: core, kept"),
        ('from = "core"', "", "needs either from or to"),
        ('P577 = "publication date"', 'P57 = "director"', "is both a link and a value"),
        ("languages = [", "languages = [1,", "keep.languages is not a list of texts"),
        ("[core.classes]", "[core.klasses]", "there is no table 'classes'"),
        ("[names]", "[names", "is not TOML"),
    ],
)
def test_wrong_rules_are_errors(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = DEFAULT_RULES.read_text("utf-8")
    assert old in text
    (tmp_path / "rules.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ParameterError, match=re.escape(said)):
        read_rules(tmp_path / "rules.toml")


def run(*arguments: str | Path, stdin: bytes = b"") -> tuple[int, str, BaseException | None]:
    done = CliRunner().invoke(slice_command, [str(one) for one in arguments], input=stdin)
    return done.exit_code, done.output, done.exception


def test_the_command_reads_stdin_and_reports_the_counts(
    plain: Path, made: tuple[SliceReport, bytes], tmp_path: Path
) -> None:
    output = tmp_path / "out.nt"
    code, said, _ = run("-", "-o", output, stdin=gzip.compress(plain.read_bytes()))
    assert code == 0
    assert output.read_bytes() == made[1]
    assert "malformed: standard input:1: no dot at the end" in said
    assert "13 malformed lines were skipped" in said
    assert f"{made[0].lines:,} lines read: {made[0].selection.core} films and series" in said
    assert f"wrote {made[0].rows:,} triples" in said


def test_slice_shows_the_rules_and_refuses_conflicting_options(tmp_path: Path) -> None:
    assert run("--show-rules")[1] == DEFAULT_RULES.read_text("utf-8")
    assert run("-o", tmp_path / "out.nt")[0] == 2
    (tmp_path / "d.nt").write_bytes(b"")
    assert run(tmp_path / "d.nt")[0] == 2
    error = run(tmp_path / "d.nt", "-o", tmp_path / "out.nt", "--master", "local")[2]
    assert isinstance(error, ParameterError)
    error = run("-", "-o", tmp_path / "out.nt", "--engine", "spark")[2]
    assert isinstance(error, ParameterError)
    error = run(tmp_path / "none.nt", "-o", tmp_path / "out.nt")[2]
    assert isinstance(error, ParameterError)
    assert "none.nt is not a file" in str(error)


def test_progress_goes_from_nothing_to_all_bytes_in_two_passes(plain: Path, tmp_path: Path) -> None:
    seen: list[SliceProgress] = []
    slice_dump([plain], tmp_path / "out.nt", RULES, progress=seen.append)
    assert seen[-1].bytes_done == seen[-1].bytes_total == 2 * plain.stat().st_size
    assert [at.bytes_done for at in seen] == sorted(at.bytes_done for at in seen)


def test_without_zstandard_the_error_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtra, match=r"allusion\[zst\]"):
        slice_dump([], tmp_path / "out.nt.zst", RULES)
