"""wikidata status: what is linked, how sure, and what lacks a link."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import click

from ..options import data_option, format_options, kinds_option, several
from ..output import choose_format, emit, note, open_graph, write_tables

if TYPE_CHECKING:
    from ...query.results import Result
    from ...wikidata.compare.link_status import Standing

# As in wikidata/standing, which is not loaded for --help.
_HOW: Final = ("confirmed", "seen once", "by structure", "matched", "article only", "no link")


@click.command("status", epilog=(
    "\b\nExamples:\n"
    "  allusion wikidata status\n"
    "  allusion wikidata status --only 'by structure' --only 'article only'\n"
    "  allusion wikidata status -k film --only 'no link' -f csv\n"
    "\n"
    "It asks nobody: it reads wikidata.sssom.tsv, links-tried.tsv and looked-for.tsv."
))  # fmt: skip
@several("--only", "hows", choices=_HOW, what="List only these")
@kinds_option
@click.option("--counts", is_flag=True, help="Only how many there are of each.")
@format_options
@data_option
def status_command(
    hows: tuple[str, ...], kinds: tuple[str, ...], counts: bool, form: str | None,
    output: Path | None, data: Path | None,
) -> int:  # fmt: skip
    """Show how every entity is linked to Wikidata: how surely, where that was seen, or why not.

    As a table the counts come first, then what is not surely linked; other formats hold the
    list of all, or with --counts the counts.
    """
    from ...core.resources import locate
    from ...wikidata.compare.link_status import standings

    graph = open_graph(data)
    found = [one for one in standings(graph.store, locate(data)) if not kinds or one.kind in kinds]
    chosen = [one for one in found if not hows or one.how in hows]
    table = choose_format(form, output, triples=False) == "table"
    if counts:
        return emit(_counts(chosen), form, output)
    if not table:
        return emit(_list(chosen), form, output)
    shown = [one for one in chosen if hows or one.how not in ("confirmed", "no link")]
    tables = {"How entities are linked": _counts(chosen)}
    if shown:
        tables["In full" if hows else "Not surely linked"] = _short(shown)
    write_tables(tables, output)
    if len(shown) < len(chosen):
        note(
            f"{len(chosen) - len(shown):,} more that are confirmed or have no link: "
            "add --only, or -f csv for all"
        )
    return 0


def _counts(found: list[Standing]) -> Result:
    from ...core.terms import XSD, Literal
    from ...query.results import Result
    from ...wikidata.compare.link_status import counted

    return Result(
        ("link", "entities", "meaning"),
        [
            (Literal(how), Literal(str(count), datatype=f"{XSD}integer"), Literal(meaning))
            for how, count, meaning in counted(found)
        ],
    )


def _short(found: list[Standing]) -> Result:
    """The columns that fit on a screen."""
    from ...core.terms import Literal
    from ...query.results import Result

    return Result(
        ("entity", "kind", "link", "item", "seen or tried"),
        [
            tuple(
                Literal(cell)
                for cell in (one.label, one.kind, one.how, one.item, _titles(one) or one.why)
            )
            for one in found
        ],
    )


def _titles(one: Standing) -> str:
    """Where a link was seen; of articles their titles, as people write them."""
    if one.item:
        return one.where
    parts = [urlsplit(url) for url in one.where.split()]
    titles = (
        (part.netloc, unquote(part.path.rpartition("/")[2]).replace("_", " ")) for part in parts
    )
    return "; ".join(f"{site}: {title}" for site, title in titles)


def _list(found: list[Standing]) -> Result:
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
                Literal(one.how),
                Iri(item_url(one.item)) if one.item else None,
                Literal(f"{one.confidence:g}", datatype=f"{XSD}decimal")
                if one.confidence is not None
                else None,
                Literal(one.where),
                Literal(one.why),
            )
            for one in found
        ],
    )
