"""query, search: asking what is known to be asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import ParameterError
from ..results import Result
from .output import data_option, emit, format_options, note, open_graph, write, write_table

if TYPE_CHECKING:
    from ..queries import CannedQuery, Catalogue

_EPILOG = (
    "\b\nExamples:\n"
    "  allusion query\n"
    "  allusion query what-it-refers-to 重慶森林\n"
    "  allusion query who-refers-to -p entity='Momoe Yamaguchi' -f md\n"
    "  allusion query what-it-refers-to --sparql\n"
    "\n"
    "A parameter takes an IRI, a prefixed name, a slug or a name in any language."
)


@click.command("query", epilog=_EPILOG)
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
@data_option
def query_command(
    name: str | None,
    values: tuple[str, ...],
    pairs: tuple[str, ...],
    form: str | None,
    output: Path | None,
    lang: str,
    links: bool,
    text_only: bool,
    data: Path | None,
) -> int:
    """List the canned queries, or answer one.

    VALUES are the parameters in the order in which the list shows them; -p names them.
    Without NAME the queries are listed by topic; with -f json as an array of name,
    summary, parameters and columns.
    """
    graph = open_graph(data)
    if name is None:
        _list(graph.queries, form, output)
        return 0
    bound = _positional(graph.queries.get(name), values)
    for key, value in map(_pair, pairs):
        if key in bound:
            raise ParameterError(f"the parameter {key} is given twice")
        bound[key] = value
    text = graph.query_text(name, **bound)
    if text_only:
        write(text, output)
        return 0
    answer = graph.answer(text)
    if isinstance(answer, Result):
        answer = graph.dress(answer, language=lang, links=links)
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


def _list(catalogue: Catalogue, form: str | None, output: Path | None) -> None:
    if form == "json" or (output is not None and output.suffix == ".json"):
        import json
        from dataclasses import asdict

        rows = [
            {
                "name": query.name,
                "summary": query.summary,
                "tags": list(query.tags),
                "parameters": [asdict(parameter) for parameter in query.parameters],
                "columns": [asdict(column) for column in query.columns],
            }
            for query in catalogue.queries.values()
        ]
        write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", output)
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
