"""The documents match the code: outputs, pictures, commands, options, settings, API."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import click
import openpyxl
import pytest
from click.testing import CliRunner
from reference import cli_reference, python_reference, query_reference

import allusion
from allusion import open as open_graph
from allusion.cli import COMMANDS, cli
from allusion.core import errors
from allusion.core.model import Family
from allusion.core.resources import locate
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.catalog import read_catalog

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = [
    path.relative_to(ROOT).as_posix()
    for path in (
        *sorted(DOCS.rglob("*.md")),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "graph/data/README.md",
        ROOT / "ontology/README.md",
        ROOT / "queries/README.md",
        ROOT / "graph/allusion/wikidata/dump/README.md",
    )
]
PICTURES: Final[dict[str, Callable[[KnowledgeGraph], str]]] = {
    "chungking-express.svg": lambda kg: kg.view("film:chungking-express").svg(),
    "escalator.svg": lambda kg: kg.view(
        "film:chungking-express", layout="scene", scene="escalator"
    ).svg(),
    "breathless.svg": lambda kg: kg.view("film:breathless").svg(),
    "contempt.svg": lambda kg: kg.view(
        "film:contempt", layout="scene", scene="Lang recites Hölderlin"
    ).svg(),
    "path.svg": lambda kg: kg.view(
        "Quentin Tarantino", layout="path", to="Yasunari Kawabata"
    ).svg(),
}
REFERENCES: Final[dict[str, Callable[[], str]]] = {
    "cli": cli_reference,
    "python": python_reference,
    "queries": lambda: query_reference(read_catalog(locate().query_files())[0]),
}
UPDATE: Final = "run: ALLUSION_UPDATE=1 uv run --group test pytest tests/docs"
_OUTPUT: Final = re.compile(
    r"(<!-- output: allusion ([^>]+) -->\n).*?(<!-- end of output -->)", re.DOTALL
)
_REFERENCE: Final = re.compile(
    r"(<!-- reference: (\w+) -->\n).*?(<!-- end of reference -->)", re.DOTALL
)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def hold(page: str, wanted: str) -> None:
    """Compare the page with what it should be, or write it where an update is asked for."""
    if os.environ.get("ALLUSION_UPDATE"):
        (ROOT / page).write_text(wanted, encoding="utf-8")
    else:
        assert text_of(page) == wanted, UPDATE


def run(arguments: list[str]) -> str:
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.exception is None, (arguments, done.exception)
    return done.stdout


@pytest.mark.parametrize("page", [page for page in PAGES if _OUTPUT.search(text_of(page))])
def test_the_outputs_in_the_documents_are_current(page: str) -> None:
    def printed(found: re.Match[str]) -> str:
        return f"{found[1]}\n{run(shlex.split(found[2]))}\n{found[3]}"

    hold(page, _OUTPUT.sub(printed, text_of(page)))


@pytest.mark.parametrize(
    ("page", "part"), [("docs/cli.md", "cli"), ("docs/python.md", "python"), ("docs/queries.md", "queries")]
)  # fmt: skip
def test_the_generated_reference_is_current(page: str, part: str) -> None:
    found = _REFERENCE.search(text_of(page))
    assert found is not None
    assert found[2] == part
    made = f"{found[1]}\n{REFERENCES[part]()}\n{found[3]}"
    hold(page, _REFERENCE.sub(lambda _: made, text_of(page)))


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_in_the_documents_are_current(name: str) -> None:
    hold(f"graph/pictures/{name}", PICTURES[name](open_graph()))
    assert any(f"graph/pictures/{name})" in text_of(page) for page in PAGES)


def options_of(command: click.Command) -> set[str]:
    """The options of a command, and of the commands within it."""
    known = {option for parameter in command.params for option in parameter.opts}
    if isinstance(command, click.Group):
        inner = click.Context(command)
        for part in command.list_commands(inner):
            found = command.get_command(inner, part)
            assert found is not None
            known |= options_of(found)
    return known


@pytest.mark.parametrize("page", [page for page in PAGES if "decisions" not in page])
def test_the_commands_and_options_on_a_page_exist(page: str) -> None:
    code = "\n".join(re.findall(r"`[^`\n]+`|```sh\n.+?```", text_of(page), re.DOTALL))
    named = set(re.findall(r"(?<![\w/.-])allusion ([a-z]+)\b", code))
    assert named <= COMMANDS.keys()
    known = {"--help"} | set().union(
        *(options_of(command) for name in COMMANDS if (command := cli.get_command(click.Context(cli), name)))
    )  # fmt: skip
    of_others = {
        "--slowest",
        "--film-copies",
        "--loader",
        "--graph",
        "--networkx",
        "--sizes",
        "--gz",
        "--group",
        "--extra",
        "--location",
        "--no-save",
        "--pause",
        "--triples",
        "--spark",
        "--more",
        "--errors",
        "--forms",
        "--removed",
        "--timeout",
    }
    used = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", code))
    assert used <= known | of_others


def test_the_documented_settings_are_those_of_the_code() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of("docs/settings.md"), re.MULTILINE))
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("graph/allusion", "tests/browser", "tests/support")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert set(re.findall(r"\bALLUSION_[A-Z_]+\b", code)) == listed - {"NO_COLOR"}


def test_every_exit_code_is_documented() -> None:
    listed = {
        int(code) for code in re.findall(r"^\| (\d+) \|", text_of("docs/cli.md"), re.MULTILINE)
    }
    raised = {
        getattr(errors, name).exit_code
        for name in errors.__all__
        if issubclass(getattr(errors, name), errors.AllusionError)
    }
    assert listed == raised | {0, 1, 130}


def test_every_public_name_is_listed_and_every_listed_name_exists() -> None:
    assert set(errors.__all__) <= set(allusion.__all__)
    assert sorted(allusion.__all__) == allusion.__all__
    assert all(getattr(allusion, name) is not None for name in allusion.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        allusion.Nothing  # noqa: B018


@pytest.mark.parametrize(
    "word", [*get_args(Family), "supports", "disputes", "mentions", "register"]
)
def test_the_glossary_explains_the_terms_of_the_project(word: str) -> None:
    assert word in text_of("docs/glossary.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_links_to_exists(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text_of(page)):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_python_on_a_page_runs(
    page: str, kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = re.search(r"```python\n(.+?)```", text_of(page), re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    opened = block[1].replace("kg = allusion.open()", "")
    assert opened != block[1]
    exec(compile(opened, page, "exec"), {"kg": kg})
    assert "time.svg" in {path.name for path in tmp_path.iterdir()}


def fill_workbook(path: Path, text: str) -> None:
    """Write the tables of a page into the sheets of a workbook that they are for."""
    book = openpyxl.load_workbook(path)
    for name, table in re.findall(r"[Tt]he sheet `(\w+)`:\n\n((?:\|.+\n)+)", text):
        head, _, *rows = ([c.strip() for c in r.split("|")[1:-1]] for r in table.splitlines())
        columns = {cell.value: number for number, cell in enumerate(book[name][1], 1)}
        for number, row in enumerate(rows, 2):
            for heading, value in zip(head, row, strict=True):
                book[name].cell(number, columns[heading], value or None)
    book.save(path)


@pytest.mark.slow
def test_a_film_in_a_sheet_is_imported_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of("docs/your-own-data.md").split("## What it becomes")[0]
    (scene,) = re.findall(r"```yaml\n(.+?)```", text, re.DOTALL)
    make, use, scenes = re.findall(r"```sh\n(.+?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    printed = []
    for line in "".join((make, use, scenes)).splitlines():
        done = CliRunner().invoke(cli, shlex.split(line)[1:], standalone_mode=False)
        assert (done.exception, done.return_value or 0) == (None, 0), (line, done.output)
        printed.append(done.output)
        if line in make:
            fill_workbook(Path("my-films/sheet.xlsx"), text)
            Path("my-films/scene.yaml").write_text(scene, encoding="utf-8")
    assert "4 connections: 4 new" in printed[1]
    assert "Its poster hangs over the stove." in printed[3]
    assert "The Night Market" in printed[4]
    assert Path("night.svg").is_file()
    assert "Miura, you are done for!" in Path("scene.svg").read_text(encoding="utf-8")
    turtle = re.search(r"```turtle\n(.+?)```", text_of("docs/your-own-data.md"), re.DOTALL)
    assert turtle is not None
    written = Path("my-films/sources/my-films-steam.ttl").read_text(encoding="utf-8")
    assert all(line.strip() in written for line in turtle[1].splitlines())


def test_the_loading_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of("docs/your-own-data.md").split("## RDF files")[1]
    name = re.search(r"`(\S+\.ttl)`", text)
    blocks = re.findall(r"```(?:turtle|sh)\n(.+?)```", text, re.DOTALL)
    assert name is not None
    monkeypatch.chdir(tmp_path)
    Path(name[1]).write_text(blocks[0], encoding="utf-8")
    printed = []
    for line in blocks[1].splitlines():
        done = CliRunner().invoke(cli, shlex.split(line)[1:], standalone_mode=False)
        assert (done.exception, done.return_value or 0) == (None, 0), line
        printed.append(done.stdout)
    for output in printed[1:]:
        assert "A poster of My Star hangs in a kitchen of My Film." in output
    assert "A review of My Film" in printed[1]


def test_the_test_command_of_the_readme_is_the_one_that_ci_runs() -> None:
    command = "uv run --group test pytest"
    assert f"```sh\n{command}\n```" in text_of("README.md")
    assert command in text_of(".ci/run").splitlines()


@pytest.mark.parametrize(("page", "most"), [("README.md", 7_000), ("CONTRIBUTING.md", 8_000)])
def test_a_page_is_not_longer_than_its_limit(page: str, most: int) -> None:
    assert len((ROOT / page).read_bytes()) <= most


@pytest.mark.parametrize(
    "page", ["graph/data/README.md", "ontology/README.md", "queries/README.md"]
)
def test_a_page_beside_data_has_at_most_40_lines(page: str) -> None:
    assert len(_OUTPUT.sub("", text_of(page)).splitlines()) <= 40
