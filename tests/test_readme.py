"""The README says what is so: answers, pictures, commands, settings, layout."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from allusion.cli import COMMANDS, cli
from allusion.cli.options import FORMATS
from allusion.cli.query import query_command
from allusion.knowledge_graph import KnowledgeGraph, open_graph
from allusion.view import chain_svg

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CHAIN = ROOT / "graph/pictures/chain.svg"
PICTURES: dict[str, dict[str, Any]] = {
    "graph/pictures/chungking-express.svg": {},
    "graph/pictures/escalator.svg": {"layout": "scene", "scene": "escalator"},
}
UPDATE = "run: ALLUSION_UPDATE=1 uv run pytest tests/test_readme.py"
_OUTPUT = re.compile(
    r"(<!-- output: allusion (query|stats) ([^>]+) -->\n).*?(<!-- end of output -->)", re.DOTALL
)

_PRINTED = re.compile(
    r"(<!-- output: allusion ((?:search|path|rank) [^>]+) -->\n).*?(<!-- end of output -->)",
    re.DOTALL,
)


@pytest.mark.parametrize(("page", "answers"), [("README.md", 3), ("graph/data/README.md", 1)])
def test_the_answers_on_a_page_are_the_answers_of_today(page: str, answers: int) -> None:
    kg = open_graph()

    def answered(found: re.Match[str]) -> str:
        command, arguments = found[2], shlex.split(found[3])
        if command == "query":
            parser = query_command.make_context("query", arguments)
            values = dict(pair.split("=", 1) for pair in parser.params["pairs"])
            made = kg.query(parser.params["name"], **values).write("md")
        else:
            assert arguments == ["-f", "md"]
            made = kg.stats().write("md")
        return f"{found[1]}\n{made}\n{found[4]}"

    text = (ROOT / page).read_text(encoding="utf-8")
    wanted, count = _OUTPUT.subn(answered, text)
    assert count == answers
    if os.environ.get("ALLUSION_UPDATE"):
        (ROOT / page).write_text(wanted, encoding="utf-8")
        return
    assert wanted == text, UPDATE


def test_the_output_of_commands_in_the_readme_is_that_of_today() -> None:
    def printed(found: re.Match[str]) -> str:
        done = CliRunner().invoke(cli, shlex.split(found[2]), standalone_mode=False)
        assert done.exception is None
        text = done.stdout if "-f md" in found[2] else f"```text\n{_trimmed(done.stdout)}```\n"
        return f"{found[1]}\n{text}\n{found[3]}"

    text = README.read_text(encoding="utf-8")
    wanted = _PRINTED.sub(printed, text)
    assert _PRINTED.search(text)
    if os.environ.get("ALLUSION_UPDATE"):
        README.write_text(wanted, encoding="utf-8")
        return
    assert wanted == text, UPDATE


def _trimmed(text: str) -> str:
    """Without the spaces with which a table fills its last column."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_in_the_readme_are_the_pictures_of_today(name: str) -> None:
    wanted = open_graph().view("film:chungking-express", **PICTURES[name]).svg()
    picture = ROOT / name
    if os.environ.get("ALLUSION_UPDATE"):
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(wanted, encoding="utf-8")
    assert picture.read_text(encoding="utf-8") == wanted, UPDATE
    assert f"({name})" in README.read_text(encoding="utf-8")


def test_the_chain_in_the_readme_is_the_chain_of_today() -> None:
    wanted = chain_svg(open_graph().path("Quentin Tarantino", "Yasunari Kawabata"))
    if os.environ.get("ALLUSION_UPDATE"):
        CHAIN.write_text(wanted, encoding="utf-8")
    assert CHAIN.read_text(encoding="utf-8") == wanted, UPDATE
    assert "(graph/pictures/chain.svg)" in README.read_text(encoding="utf-8")


def test_every_command_of_the_readme_exists_and_every_command_is_in_it() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w/.-])allusion ([a-z]+)\b", text))
    prose = {"stands", "is"}
    assert named - prose <= COMMANDS.keys()
    assert COMMANDS.keys() - named == set()


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


def test_every_option_and_format_that_the_readme_names_exists() -> None:
    text = README.read_text(encoding="utf-8")
    known = {"--help"}
    for name in COMMANDS:
        command = cli.get_command(cli.make_context("allusion", [name]), name)
        assert command is not None
        known |= options_of(command)
    of_others = {"--no-binary", "--no-dev", "--location", "--union-default-graph"}
    used = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", re.sub(r"<!--.*?-->", "", text)))
    assert used <= known | of_others
    listed = re.search(r"`-f` takes (.+?);", text, re.DOTALL)
    assert listed is not None
    assert re.findall(r"`([\w-]+)`", listed[1]) == list(FORMATS)


def test_the_settings_in_the_readme_are_those_that_are_read() -> None:
    listed = set(
        re.findall(r"^\| `([A-Z_]+)` \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    )
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("graph/allusion", "tests/browser")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert set(re.findall(r"\bALLUSION_[A-Z_]+\b", code)) == {s for s in listed if s != "_C"} - {
        "NO_COLOR"
    }


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "graph/data/README.md", "ontology/README.md"]
)
def test_every_path_that_a_page_links_to_exists(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_python_of_the_readme_runs(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = re.search(r"```python\n(.+?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    opened = block[1].replace("kg = allusion.open()", "")
    assert opened != block[1]
    exec(compile(opened, "README.md", "exec"), {"kg": kg})
    assert {path.name for path in tmp_path.iterdir()} == {"cast.csv", "time.svg"}


def test_the_data_of_your_own_are_loaded_shown_and_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = README.read_text(encoding="utf-8").split("## Data of your own")[1]
    name = re.search(r"`(\S+\.ttl)`", section)
    blocks = re.findall(r"```(?:turtle|sh)\n(.+?)```", section, re.DOTALL)
    assert name is not None
    monkeypatch.chdir(tmp_path)
    Path(name[1]).write_text(blocks[0], encoding="utf-8")
    printed = []
    for line in blocks[1].splitlines():
        done = CliRunner().invoke(cli, shlex.split(line)[1:], standalone_mode=False)
        assert (done.exception, done.return_value or 0) == (None, 0), line
        printed.append(done.stdout)
    for text in printed[1:]:
        assert "A poster of My Star hangs in a kitchen of My Film." in text
    assert "A review of My Film" in printed[1]


def test_the_test_command_of_the_readme_is_the_one_that_ci_runs() -> None:
    assert "```sh\nuv run pytest\n```" in README.read_text(encoding="utf-8")
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1] == "uv run pytest"


def test_no_page_or_program_is_longer_than_its_reader_bears() -> None:
    for page in ("graph/data/README.md", "ontology/README.md", "queries/README.md"):
        written = _OUTPUT.sub("", (ROOT / page).read_text(encoding="utf-8"))
        assert len(written.splitlines()) <= 40, page
