"""wikidata status: link status of all entities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import click

from ...core.text import count_text
from ..graph import open_graph
from ..options import data_option, format_options, kinds_option, multiple_choice
from ..output import choose_format, note, write_result, write_tables

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.link_status import LinkStatus

# As in wikidata/compare/link_status, which is not imported for --help.
_LINK_LEVELS: Final = (
    "confirmed",
    "seen once",
    "by structure",
    "matched",
    "article only",
    "no link",
)


@click.command("status", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata status\n"
    "  allusion wikidata status --only 'by structure' --only 'article only'\n"
    "  allusion wikidata status -k film --only 'no link' -f csv\n"
    "\n"
    "It works offline: it reads wikidata.sssom.tsv, links-tried.tsv and looked-for.tsv."
))  # fmt: skip
@multiple_choice("--only", "hows", choices=_LINK_LEVELS, what="List only these levels")
@kinds_option
@click.option("--counts", is_flag=True, help="Only the number of entities of each level.")
@format_options
@data_option
def status_command(
    hows: tuple[str, ...], kinds: tuple[str, ...], counts: bool, form: str | None,
    output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """Show how each entity is linked to Wikidata, or why it has no link.

    A table begins with counts, followed by uncertain links; other formats list all entities,
    or the counts with --counts.
    """
    from ...core.resources import locate
    from ...wikidata.compare.link_status import link_statuses

    graph = open_graph(data)
    found = [
        one for one in link_statuses(graph.store, locate(data)) if not kinds or one.kind in kinds
    ]
    chosen = [one for one in found if not hows or one.level in hows]
    table = choose_format(form, output, triples=False) == "table"
    if counts:
        return write_result(_counts(chosen), form, output)
    if not table:
        return write_result(_status_list(chosen), form, output)
    shown = [one for one in chosen if hows or one.level not in ("confirmed", "no link")]
    tables = {"Links by level": _counts(chosen)}
    if shown:
        tables["Selected" if hows else "Uncertain links"] = _short_table(shown)
    write_tables(tables, output)
    if omitted := len(chosen) - len(shown):
        entities = count_text(omitted, "entity is", "entities are")
        note(f"{entities} not listed (confirmed, or no link); to list all: --only LEVEL, or -f csv")
    return 0


def _counts(found: list[LinkStatus]) -> Result:
    from ...core.terms import XSD, Literal
    from ...query.results import Result
    from ...wikidata.compare.link_status import count_levels

    return Result(
        ("link", "entities", "meaning"),
        [
            (Literal(how), Literal(str(count), datatype=f"{XSD}integer"), Literal(meaning))
            for how, count, meaning in count_levels(found)
        ],
    )


def _short_table(found: list[LinkStatus]) -> Result:
    """Return the columns that fit on a terminal."""
    from ...core.terms import Literal
    from ...query.results import Result

    return Result(
        ("entity", "kind", "link", "item", "seen or tried"),
        [
            tuple(
                Literal(cell)
                for cell in (
                    one.label,
                    one.kind,
                    one.level,
                    one.item,
                    _link_titles(one) or one.search_note,
                )
            )
            for one in found
        ],
    )


def _link_titles(one: LinkStatus) -> str:
    """Return where a link was seen; for articles, their titles."""
    if one.item:
        return one.seen_in
    parts = [urlsplit(url) for url in one.seen_in.split()]
    titles = (
        (part.netloc, unquote(part.path.rpartition("/")[2]).replace("_", " ")) for part in parts
    )
    return "; ".join(f"{site}: {title}" for site, title in titles)


def _status_list(found: list[LinkStatus]) -> Result:
    from ...core.terms import XSD, Iri, Literal
    from ...query.results import Result
    from ...wikidata.model.items import item_url

    return Result(
        ("entity", "entityLabel", "kind", "link", "item", "confidence", "where", "why"),
        [
            (
                Iri(one.iri),
                Literal(one.label),
                Literal(one.kind),
                Literal(one.level),
                Iri(item_url(one.item)) if one.item else None,
                Literal(f"{one.confidence:g}", datatype=f"{XSD}decimal")
                if one.confidence is not None
                else None,
                Literal(one.seen_in),
                Literal(one.search_note),
            )
            for one in found
        ],
    )
