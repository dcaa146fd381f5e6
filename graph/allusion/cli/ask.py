"""query, sparql, search, stats: asking."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import ParameterError
from ..results import GRAPH_FORMATS, Result
from .output import (
    choose_format,
    data_option,
    draw,
    drawn,
    emit,
    format_options,
    note,
    open_graph,
    view_option,
    write,
    write_table,
    write_tables,
)

if TYPE_CHECKING:
    from ..queries import CannedQuery, Catalogue

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
    """Help for one canned query where its name stands beside --help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names = [arg for arg in args if not arg.startswith("-")]
        if names and set(args) & {"-h", "--help"}:
            from ..asking import describe

            click.echo(f"allusion query {names[0]}\n")
            click.echo(describe(open_graph(None).queries.get(names[0])))
            click.echo("\nOptions and examples: allusion query --help")
            ctx.exit()
        return super().parse_args(ctx, args)


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
    help="List only queries with this word among their topics or what they show of SPARQL.",
)
@format_options
@click.option(
    "--lang",
    default="en",
    show_default=True,
    metavar="TAG",
    help="Language of labels where there is one, such as zh-Hant or ja.",
)
@click.option("--links", is_flag=True, help="Add where each entity leads (Wikidata first).")
@click.option(
    "--sparql",
    "text_only",
    is_flag=True,
    help="Print the SPARQL with the parameters bound, and do not run it.",
)
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
    links: bool,
    text_only: bool,
    view: bool,
    data: Path | None,
) -> int:
    """List the canned queries, or answer one.

    VALUES are the parameters in the order in which the list shows them; -p names them.
    allusion query NAME --help tells what its columns hold. Without NAME the queries are
    listed by topic; with -f json with parameters and columns, with -f ttl as
    sh:SPARQLSelectExecutable, which SPARQL editors read.
    """
    graph = open_graph(data)
    if name is None:
        _list(_about(graph.queries, topic), form, output)
        return 0
    if topic is not None:
        raise ParameterError("--topic lists queries; leave it out to ask one")
    bound = _positional(graph.queries.get(name), values)
    for key, value in map(_pair, pairs):
        if key in bound:
            raise ParameterError(f"the parameter {key} is given twice")
        bound[key] = value
    if text_only:
        write(graph.query_text(name, **bound), output)
        return 0
    answer = graph.query(name, language=lang, links=links, **bound)
    if drawn(view, form, output):
        title = graph.queries.get(name).summary
        return draw(answer, output, language=lang, title=title)
    return emit(answer, form, output)


def _positional(query: CannedQuery, values: tuple[str, ...]) -> dict[str, str]:
    names = [parameter.name for parameter in query.parameters]
    if len(values) > len(names):
        raise ParameterError(
            f"{query.name} has {len(names)} parameters ({', '.join(names)}), and "
            f"{len(values)} values were given; quote a name of several words"
        )
    return dict(zip(names, values, strict=False))


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ParameterError(f"-p {text!r} is not of the form key=value")
    return key, value


def _about(catalogue: Catalogue, topic: str | None) -> Catalogue:
    """The queries with ``topic`` in one of their tags; all of them for None."""
    from ..queries import Catalogue

    if topic is None:
        return catalogue
    word = topic.casefold()
    kept = {
        name: query
        for name, query in catalogue.queries.items()
        if any(word in tag.casefold() for tag in (*query.tags, *query.teaches))
    }
    if not kept:
        known = sorted({tag for q in catalogue.queries.values() for tag in (*q.tags, *q.teaches)})
        raise ParameterError(f"no query is about {topic!r}; there are: {', '.join(known)}")
    return Catalogue(kept)


def _list(catalogue: Catalogue, form: str | None, output: Path | None) -> None:
    if form == "json" or (output is not None and output.suffix == ".json"):
        import json
        from dataclasses import asdict

        rows = [
            {
                "name": query.name,
                "summary": query.summary,
                "tags": list(query.tags),
                "teaches": list(query.teaches),
                "parameters": [asdict(parameter) for parameter in query.parameters],
                "columns": [asdict(column) for column in query.columns],
            }
            for query in catalogue.queries.values()
        ]
        write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", output)
    elif form in GRAPH_FORMATS or (output is not None and output.suffix in (".ttl", ".nt")):
        from ..asking import executables

        emit(executables(catalogue), form, output)
    elif form in (None, "table"):
        write(_listing(catalogue), output)
    else:
        from ..terms import Literal

        rows_ = [(Literal(q.name), Literal(q.summary)) for q in catalogue.queries.values()]
        emit(Result(("name", "summary"), rows_), form, output)


def _listing(catalogue: Catalogue) -> str:
    topics: dict[str, list[CannedQuery]] = {}
    for query in catalogue.queries.values():
        topics.setdefault(query.tags[0], []).append(query)
    width = max((len(name) for name in catalogue.queries), default=0)
    lines = []
    for topic, queries in topics.items():
        lines.append(topic.upper())
        for query in queries:
            lines.append(f"  {query.name:<{width}}  {query.summary}")
            lines += [
                f"  {'':<{width}}    -p {p.name}={p.default}  ({p.type}) {p.description}".rstrip()
                for p in query.parameters
            ]
        lines.append("")
    return "\n".join(lines)


@click.command(
    "sparql",
    epilog=(
        "\b\nExamples:\n"
        "  allusion sparql 'SELECT ?film WHERE { ?film a al:Film }'\n"
        "  allusion sparql question.rq -f json\n"
        "  echo 'ASK { person:faye-wong a al:Person }' | allusion sparql -\n"
        "  allusion sparql 'CONSTRUCT { ?a al:refersTo ?b } WHERE { ?a al:refersTo ?b . "
        "?b a al:Song }' -o songs.svg\n"
        "\n"
        "The prefixes of the project are known. Exit code 1 if the answer to ASK is no."
    ),
)
@click.argument("query", metavar="QUERY|FILE|-")
@format_options
@view_option
@data_option
def sparql_command(
    query: str, form: str | None, output: Path | None, view: bool, data: Path | None
) -> int:
    """Answer SPARQL given as an argument, from a file or from stdin.

    SELECT, ASK, CONSTRUCT and DESCRIBE over the union of all sources; GRAPH ?source
    tells who says so. Read-only: updates, LOAD and SERVICE are refused.
    """
    answer = open_graph(data).sparql(_text_of(query))
    if drawn(view, form, output):
        return draw(answer, output)
    return emit(answer, form, output)


def _text_of(query: str) -> str:
    if query == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ParameterError(f"standard input is not UTF-8: {error.reason}") from error
    if not query.strip():
        raise ParameterError("the query is empty")
    path = Path(query)
    if "{" in query or "\n" in query or (" " in query and not path.exists()):
        return query
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ParameterError(
            f"{query!r} is neither a file nor a SPARQL query; quote the query, or write - for stdin"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{query} could not be read: {error}") from error


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="At most this many.",
)
@format_options
@data_option
def search_command(
    text: tuple[str, ...], limit: int, form: str | None, output: Path | None, data: Path | None
) -> int:
    """Find entities by any of their names, in any script.

    Case, accents and punctuation do not matter. Exit code 1 if nothing is found.
    """
    from ..terms import Iri, Literal

    wanted = " ".join(text)
    graph = open_graph(data)
    found = graph.search(wanted, limit)
    if not found:
        near = graph.names.suggest(wanted)
        note(
            f"nothing is called {wanted!r}" + (f"; did you mean {', '.join(near)}?" if near else "")
        )
        return 1
    result = Result(
        ("entity", "entityLabel", "kind", "matched", "language"),
        [
            (
                Iri(m.iri),
                Literal(m.label),
                Literal(m.register),
                Literal(m.matched.text),
                Literal(m.matched.language),
            )
            for m in found
        ],
    )
    if form is None and output is None and sys.stdout.isatty():
        write_table(result)
        return 0
    return emit(result, form, output)


@click.command("stats")
@click.argument("table", required=False)
@format_options
@data_option
def stats_command(
    table: str | None, form: str | None, output: Path | None, data: Path | None
) -> int:
    """Count what is in the graph: entities, connections, sources.

    All tables, or the one named TABLE. As csv, tsv and ndjson all tables are one, with a
    row for each figure; as json an object.
    """
    stats = open_graph(data).stats()
    if table is not None:
        return emit(stats[table], form, output)
    chosen = choose_format(form, output, triples=False)
    if chosen == "table":
        write_tables({stats.titles[name]: stats[name] for name in stats.tables}, output)
    else:
        write(stats.write(chosen), output)
    return 0
