"""allusion add: add to a collection by answering questions."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .graph import open_graph
from .options import data_option, with_option
from .output import note
from .prompts import ask, confirm, is_unicode

if TYPE_CHECKING:
    from ..authoring.additions import Question
    from ..authoring.concepts import Concepts
    from ..authoring.importing import ImportPlan
    from ..authoring.source_keys import SourceKeys
    from ..search.name_index import NameIndex

_OPTIONS = (
    "from", "kind", "to", "source", "where", "says", "by", "sure", "scene", "line", "speaker",
    "language",
)  # fmt: skip


@click.group("add")
def add_command() -> None:
    """Add to a collection by answering questions."""


def _answers(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(_OPTIONS):
        command = click.option(f"--{name}", f"answer_{name}", help=f"Answer to: {name}.")(command)
    return command


@add_command.command("connection")
@click.argument("folder", type=click.Path(path_type=Path))
@_answers
@click.option("--yes", is_flag=True, help="Write without asking at the end.")
@with_option
@data_option
def connection_command(folder: Path, yes: bool, data: Path | None, **given: str | None) -> int:
    """Add a connection, or another source of an existing connection.

    Asks for the cells of a row of the sheet: origin, kind, target, source, place in the source,
    and the sentence. An option answers a question in advance. On a terminal, Tab completes
    names in every script. After a wrong answer, the question is repeated. Scene, line, speaker and
    language are not asked for; they have options.
    """
    from ..authoring.additions import plan_addition
    from ..authoring.collection import open_collection
    from ..authoring.columns import CONNECTIONS, SOURCES
    from ..authoring.concepts import Concepts
    from ..authoring.from_rdf import read_collection
    from ..authoring.source_keys import SourceKeys
    from ..build.check.additions import AdditionChecker

    collection, graph = open_collection(folder), open_graph(data)
    names, concepts = graph.names, Concepts(graph.resources)
    checker = AdditionChecker(graph.resources)
    stored = read_collection(collection, concepts)
    sources = stored.content.sources.values()
    known = ", ".join(sorted(source.key for source in sources))
    answers = {name.removeprefix("answer_"): text for name, text in given.items() if text}
    for name, text in answers.items():
        if not is_unicode(text):
            raise click.BadParameter("is not UTF-8", param_hint=f"--{name}")
    new_source: dict[str, str] = {}
    with _completion(names):
        _ask(CONNECTIONS, answers, {"source": f"known: {known or 'none yet'}"}, concepts)
        _ask_again_for_a_misspelt_key(answers, SourceKeys(sources))
        while True:
            if SourceKeys(sources).find(answers["source"]) is None and not new_source:
                note(f"{answers['source']!r} is a new source:")
                _ask(SOURCES, new_source, {}, concepts)
                new_source["key"] = answers["source"]
            plan = plan_addition(answers, new_source, stored, collection, concepts, names, checker)
            if not plan.parsed.faults:
                break
            _correct(plan, {CONNECTIONS: answers, SOURCES: new_source})
    _show(plan)
    if not (yes or confirm("write it?", default=True)):
        return 1
    change = plan.write(f"add {answers['from']} -> {answers['to']}")
    note("written" if change.after else "it exists already; nothing was changed")
    note(f"to undo it: allusion undo {folder}")
    return 0


def _ask(sheet: str, answers: dict[str, str], hints: Mapping[str, str], concepts: Concepts) -> None:
    """Ask the questions that have no answer; a word that is unknown is asked again at once."""
    from ..authoring.additions import questions

    for question in questions(sheet):
        if question.column in answers:
            continue
        answer = _prompt(question, hints.get(question.column, ""))
        if question.column == "kind" and answer and concepts.kinds.find_or_start(answer) is None:
            near = [concepts.kinds.concepts[one].label("en") for one in concepts.kinds.near(answer)]
            hint = f"did you mean {' or '.join(near)}?" if near else "see: allusion columns kinds"
            note(f"the kind {answer!r} is unknown; {hint}")
            answer = _prompt(question)
        answers[question.column] = answer


def _ask_again_for_a_misspelt_key(answers: dict[str, str], keys: SourceKeys) -> None:
    """Ask for the key of a source again if it is similar to a known one."""
    key = answers["source"]
    near = keys.near(key) if keys.find(key) is None else []
    if near:
        text = (
            f"no source has the key {key!r}; did you mean {' or '.join(near)}? Write its key, or "
            "press Enter to describe a new source"
        )
        answers["source"] = ask(text, key)


def _prompt(question: Question, hint: str = "") -> str:
    about = f"{question.column} ({question.about}{f'; {hint}' if hint else ''})"
    while True:
        answer = ask(about)
        if answer or not question.needed:
            return answer
        note("an answer is required")


def _correct(plan: ImportPlan, answers: Mapping[str, dict[str, str]]) -> None:
    """Ask again for the answers with faults."""
    from ..authoring.additions import column_of, message, questions

    wrong = {}
    for fault in plan.parsed.faults:
        note(message(fault))
        wrong[column_of(fault)] = fault
    asked = [one for sheet in answers for one in questions(sheet) if (sheet, one.column) in wrong]
    if not asked:
        raise click.UsageError("these answers cannot be written; start again")
    for question in asked:
        answers[question.sheet][question.column] = _prompt(question)


def _show(plan: ImportPlan) -> None:
    for text, found in sorted(plan.parsed.matched.items()):
        note(f"{text} = {found}")
    for thing in plan.parsed.content.things.values():
        if thing.cls:
            note(f"new: {thing.names[0].text} ({thing.register})")


@contextlib.contextmanager
def _completion(names: NameIndex) -> Any:
    """Complete names at the prompt with Tab, if there is a terminal and a readline module."""
    try:
        import readline
    except ImportError:
        readline = None  # type: ignore[assignment]
    if readline is None or not sys.stdin.isatty():
        yield
        return
    before = readline.get_completer(), readline.get_completer_delims()

    def complete(text: str, state: int) -> str | None:
        found = [match.matched.text for match in names.search(text, 20)] if text else []
        return [*dict.fromkeys(found), None][state] if state <= len(set(found)) else None

    readline.set_completer_delims("")  # a name has spaces
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before[0])
        readline.set_completer_delims(before[1])
