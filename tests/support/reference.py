"""Generated parts of the documents: commands, canned queries, the Python API."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

import allusion
from allusion.cli import cli
from allusion.query.catalog import CannedQuery, Catalog, shown_default


def cli_reference() -> str:
    """Every command with its help, as Markdown."""
    return "\n".join(_help(cli, "allusion"))


def _help(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
    context.help_option_names = ["-h", "--help"]
    yield f"## {name}\n"
    yield f"```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from _help(inner, f"{name} {part}")


def query_reference(catalog: Catalog) -> str:
    """Every canned query with its parameters and columns, by topic, as Markdown."""
    topics: dict[str, list[CannedQuery]] = {}
    for query in catalog.queries.values():
        topics.setdefault(query.tags[0], []).append(query)
    return "\n".join(
        part
        for topic, queries in topics.items()
        for part in (f"## {topic.capitalize()}\n", *map(_query, queries))
    )


def _query(query: CannedQuery) -> str:
    parameters = "".join(
        f"- `{p.name}` ({p.type}, default `{shown_default(p)}`): {p.description}\n"
        for p in query.parameters
    )
    columns = ", ".join(f"`{column.name}`" for column in query.columns)
    shows = f"Shows: {', '.join(query.sparql_features)}.\n" if query.sparql_features else ""
    return f"### {query.name}\n\n{query.summary}.\n\n{parameters}\nColumns: {columns}. {shows}"


def python_reference() -> str:
    """Every public name of the package with its docstring, as Markdown."""
    return "\n".join(_api(name) for name in allusion.__all__ if name != "__version__")


def _api(name: str) -> str:
    thing = getattr(allusion, name)
    if not inspect.isclass(thing):
        return _entry("###", f"allusion.{name}{_signature(thing)}", thing)
    if issubclass(thing, Exception):
        base = thing.__mro__[1].__name__
        return _entry("###", f"allusion.{name}", thing, f"A subclass of `{base}`.\n\n")
    members = [
        (member, value)
        for member, value in vars(thing).items()
        if not member.startswith("_") and (callable(value) or _is_property(value))
    ]
    parts = [_entry("###", f"allusion.{name}", thing)]
    for member, value in members:
        function = value if callable(value) else getattr(value, "fget", None) or value.func
        shown = f"{name}.{member}" + (_signature(function) if callable(value) else "")
        parts.append(_entry("####", shown, function))
    return "\n".join(parts)


def _is_property(value: object) -> bool:
    return isinstance(value, property) or type(value).__name__ == "cached_property"


def _signature(function: object) -> str:
    assert callable(function)
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    return str(signature.replace(parameters=parameters)).replace("'", "")


def _entry(level: str, shown: str, thing: object, before: str = "") -> str:
    text = inspect.getdoc(thing) or ""
    return f"{level} `{shown}`\n\n{before}```text\n{text}\n```\n"
