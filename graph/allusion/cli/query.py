"""allusion query: list the canned queries, or run one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import ParameterError, UnknownName
from ..query.results import GRAPH_FORMATS, Result
from ..query.serializers import BY_SUFFIX
from .graph import open_graph
from .options import data_option, format_options, store_option, view_option, with_option
from .output import is_picture, note, write, write_result, write_result_picture

if TYPE_CHECKING:
    from ..knowledge_graph import KnowledgeGraph
    from ..query.bound_query import BoundQuery
    from ..query.catalog import CannedQuery, Catalog, Parameter

_EPILOG = (
    "\b\nExamples:\n"
    "  allusion query\n"
    "  allusion query what-it-refers-to 重慶森林\n"
    "  allusion query who-refers-to -p entity='Momoe Yamaguchi' -f md\n"
    "  allusion query what-it-refers-to --sparql\n"
    "  allusion query who-refers-to 三浦友和 --view\n"
    "  allusion query across-languages -o spoken.svg\n"
    "\n"
    "A parameter takes an IRI, a prefixed name, a slug or a name in any language."
)


class _QueryCommand(click.Command):
    """Command whose --help describes one canned query if its name is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names = [arg for arg in args if not arg.startswith("-")]
        if names and set(args) & {"-h", "--help"}:
            from ..query.python_functions import describe

            help_text = describe(open_graph(None).queries.get(names[0]))
            click.echo(f"allusion query {names[0]}\n\n{help_text}")
            click.echo("\nOptions and examples: allusion query --help")
            ctx.exit()
        for arg in args:
            if arg.startswith("-") and arg[1:].isdecimal():
                raise ParameterError(
                    f"give a negative number by the name of its parameter: -p NAME={arg}"
                )
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            key = error.option_name.lstrip("-")
            known = open_graph(None).queries.queries.get(names[0]) if names else None
            if known and any(key == parameter.name for parameter in known.parameters):
                raise ParameterError(f"to set a parameter, use -p: -p {key}=VALUE") from error
            raise


@click.command("query", cls=_QueryCommand, epilog=_EPILOG)
@click.argument("name", required=False)
@click.argument("values", nargs=-1)
@click.option(
    "-p",
    "--parameter",
    "pairs",
    metavar="KEY=VALUE",
    multiple=True,
    help="Set a parameter; may be given several times.",
)
@click.option(
    "--topic",
    metavar="WORD",
    help="List only queries with this word in a topic or in a feature of SPARQL that they use.",
)
@format_options
@click.option(
    "--lang",
    default="en",
    show_default=True,
    metavar="TAG",
    help="Preferred language of labels, such as zh-Hant or ja.",
)
@click.option(
    "--allow-service",
    "hosts",
    metavar="HOST",
    multiple=True,
    help="Allow requests of a federated query to this host, such as query.wikidata.org; may be "
    "given several times.",
)
@click.option(
    "--pulled",
    is_flag=True,
    help="Answer a federated query from the Wikidata snapshot, without a network.",
)
@click.option(
    "--links", is_flag=True, help="Add the address of each entity on another site (Wikidata first)."
)
@click.option(
    "--sparql",
    "text_only",
    is_flag=True,
    help="Print the SPARQL with the parameters bound, without running it.",
)
@store_option
@with_option
@view_option
@data_option
def query_command(
    name: str | None,
    values: tuple[str, ...],
    pairs: tuple[str, ...],
    topic: str | None,
    form: str | None,
    output: Path | None,
    lang: str,
    hosts: tuple[str, ...],
    pulled: bool,
    links: bool,
    text_only: bool,
    view: bool,
    data: Path | None,
) -> int:
    """List the canned queries, or run one.

    VALUES are the parameters in the order of the list; -p sets them by name.
    allusion query NAME --help describes the parameters and columns of a query. Without NAME
    the queries are listed by topic: -f json adds parameters and columns, -f ttl writes
    sh:SPARQLSelectExecutable for SPARQL editors.
    """
    graph = open_graph(data)
    if name is None:
        _list(_with_topic(graph.queries, topic), form, output)
        return 0
    if topic is not None:
        raise ParameterError("--topic lists queries; to run one, remove it")
    bound = _bind(graph, graph.queries.get(name), values, pairs)
    if bound.given:
        from .notices import note_defaults, note_namesakes

        note_namesakes(graph, map(str, bound.given.values()))
        note_defaults(graph, bound)
    if lang.lower() != "en":
        from .notices import note_language

        note_language(graph, lang)
    if text_only:
        write(bound.text, output)
        return 0
    answer = graph.query(
        bound, language=lang, links=links, allow_service=hosts, pulled=pulled, warn=False
    )
    if pulled:
        first, last = graph.pulled.read
        when = first if first == last else f"{first} to {last}"
        note(f"answered from the Wikidata snapshot: {graph.pulled.items:,} items, read {when}")
    if is_picture(view, form, output):
        return write_result_picture(answer, output, language=lang, title=bound.query.summary)
    code = write_result(answer, form, output)
    _note_remarks(graph, bound, answer)
    return code


def _note_remarks(graph: KnowledgeGraph, bound: BoundQuery, answer: Result) -> None:
    """Report irregularities of an answer, and why it is empty."""
    for remark in answer.notes:
        note(f"note: {remark}")
    if not answer.rows:
        note(answer.explanation)
        if not bound.given:
            from .notices import note_defaults

            note_defaults(graph, bound)


def _bind(
    graph: KnowledgeGraph, query: CannedQuery, values: tuple[str, ...], pairs: tuple[str, ...]
) -> BoundQuery:
    parameters = _parameters(query, values, pairs)
    try:
        return graph.bind(query.name, **parameters)
    except UnknownName as error:
        raise _other_form(query, values) or error from error


def _parameters(
    query: CannedQuery, values: tuple[str, ...], pairs: tuple[str, ...]
) -> dict[str, object]:
    """Return the given parameters by name: those by position, then those of -p."""
    by_position = _positional(query, values)
    named: dict[str, object] = {}
    for key, value in map(_parse_pair, pairs):
        query.parameter(key)
        if key in named:
            raise ParameterError(f"the parameter {key} is given twice")
        if key in by_position:
            raise ParameterError(
                f"the parameter {key} is given twice: {by_position[key]!r} by position, and "
                f"-p {key}={value}"
            )
        named[key] = value
    return by_position | named


def _positional(query: CannedQuery, values: tuple[str, ...]) -> dict[str, Any]:
    names = [parameter.name for parameter in query.parameters]
    for value in values:
        key = value.partition("=")[0]
        if "=" in value and key in names:
            from shlex import quote

            raise ParameterError(
                f"to set a parameter by name, use -p: -p {key}={quote(value[len(key) + 1 :])}"
            )
    from ..query.bound_query import merge_values

    return merge_values(query, values, {})


def _other_form(query: CannedQuery, values: tuple[str, ...]) -> ParameterError | None:
    """Return an error for a value of the form key=value with an unknown key, if there is one."""
    from shlex import quote

    for value in values:
        key, equals, rest = value.partition("=")
        if equals and re.fullmatch(r"\w+", key):
            known = [parameter.name for parameter in query.parameters]
            return ParameterError(
                f"{query.name} has no parameter {key!r}; it has: {', '.join(known)}; write: "
                f"allusion query {query.name} -p {known[0]}={quote(rest)}"
            )
    return None


def _parse_pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ParameterError(f"-p {text!r} is not of the form key=value")
    return key, value


def _with_topic(catalog: Catalog, topic: str | None) -> Catalog:
    """Return the queries with `topic` in one of their tags; all for None."""
    from ..query.catalog import Catalog

    if topic is None:
        return catalog
    word = topic.casefold()
    kept = {
        name: query
        for name, query in catalog.queries.items()
        if any(word in tag.casefold() for tag in query.keywords)
    }
    if not kept:
        known = sorted({tag for q in catalog.queries.values() for tag in q.keywords})
        raise ParameterError(f"no query has the topic {topic!r}; topics: {', '.join(known)}")
    return Catalog(kept)


def _list(catalog: Catalog, form: str | None, output: Path | None) -> None:
    if form == "json" or (output is not None and output.suffix == ".json"):
        import json

        listed = ("name", "summary", "tags", "teaches", "parameters", "columns")
        all_rows = (query.as_row() for query in catalog.queries.values())
        rows = [{name: row[name] for name in listed} for row in all_rows]
        write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", output)
    elif form in GRAPH_FORMATS or (output and BY_SUFFIX.get(output.suffix) in GRAPH_FORMATS):
        from ..query.shacl_executables import executables

        write_result(executables(catalog), form, output)
    elif form in (None, "table"):
        write(_listing(catalog), output)
    else:
        from ..core.terms import Literal

        rows_ = [(Literal(q.name), Literal(q.summary)) for q in catalog.queries.values()]
        write_result(Result(("name", "summary"), rows_), form, output)


def _listing(catalog: Catalog) -> str:
    from ..query.catalog import shown_default

    topics: dict[str, list[CannedQuery]] = {}
    for query in catalog.queries.values():
        topics.setdefault(query.tags[0], []).append(query)
    width = max((len(name) for name in catalog.queries), default=0)
    lines = []
    for topic, queries in topics.items():
        lines.append(topic.upper())
        for query in queries:
            lines.append(f"  {query.name:<{width}}  {query.summary}")
            for p in query.parameters:
                text = f"-p {p.name}={shown_default(p)}  ({_type_text(p)}) {p.description}"
                lines.append(f"  {'':<{width}}    {text}".rstrip())
        lines.append("")
    return "\n".join(lines)


def _type_text(parameter: Parameter) -> str:
    """Return the type of a parameter, precise for nodes: "utterance", not "node"."""
    if parameter.type == "node":
        return " or ".join(parameter.registers) or "entity, scene, utterance or connection"
    return parameter.type
