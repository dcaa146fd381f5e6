"""show and view: looking."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..knowledge import USUAL_MOST
from ..vocabulary import GRAPH_INFERRED
from .noting import note_language, note_namesakes
from .options import data_option, store_option, with_option
from .output import browse, note, open_graph, write, write_lines

if TYPE_CHECKING:
    from rich.text import Text

    from ..card import Card
    from ..pictures import Picture
    from ..records import Edge, Evidence
    from ..view import Layout, Theme


_FIRST = "film:chungking-express"
# How a comment in the mappings begins, and what that means; where it was seen is for --all.
_LINKED: Final = {
    "confirmed": "seen in several places",
    "seen once": "seen in one place",
    "structural": "not checked by name",
}
# So many pieces of evidence are shown of each connection; the rest with --all.
_FEW = 2


@click.command("show")
@click.argument("name", nargs=-1, required=True)
@click.option("--lang", default="en", show_default=True, metavar="TAG", help="Language of labels.")
@click.option("--all", "everything", is_flag=True, help="All evidence, credits and parts.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["card", "json"]), default="card", show_default=True
)
@store_option
@with_option
@data_option
def show_command(
    name: tuple[str, ...], lang: str, everything: bool, form: str, data: Path | None
) -> None:
    """Show an entity as a card: names, references, evidence, links.

    NAME is a label or alias in any script, a slug, a prefixed name or an IRI.
    """
    graph = open_graph(data)
    card = graph[" ".join(name)]
    note_namesakes(graph, [" ".join(name)])
    if lang.lower() != "en":
        note_language(graph, lang)
    if form == "json":
        write(json.dumps(card.to_json(), ensure_ascii=False, indent=2) + "\n", None)
        return
    write_lines(_card(card, lang, everything=everything))


def _card(card: Card, language: str, *, everything: bool) -> Iterable[Text]:
    from rich.text import Text

    entity = card.entity
    title = Text(entity.label(language), style="bold")
    title.append(f"  {entity.type}", style="dim")
    title.append(f", {entity.year}" if entity.year else "", style="dim")
    yield title
    names = [f"{text} ({tag})" for tag, text in sorted(entity.labels.items()) if tag != language]
    names += [
        f"{name.text} ({name.language})" if name.language else name.text for name in entity.aliases
    ]
    if names:
        yield Text(" · ".join(names), style="dim")
    if entity.description:
        yield Text(entity.description)
    yield from _facts(card)
    for heading, arrow, edges in card.by_family():
        yield from _edges(heading, edges, card, arrow, everything=everything)
    yield from _edges("Has a part in", card.involved, card, "", everything=everything)
    if card.relations:
        yield Text("\nLife and story", style="bold")
        for edge in card.relations:
            yield Text(f"  • {edge.sentence}")
    if entity.remarks:
        yield Text("\nSaid of it", style="bold")
        for remark in entity.remarks:
            holder = f" — {remark.holder}" if remark.holder else ""
            kind = " (opinion)" if remark.opinion else ""
            yield Text(f"  • {remark.text}{holder}{kind}")
            yield from _evidence(remark.evidence, everything=everything)
    if everything:
        yield from _edges("Credits and parts", card.others, card, "·", everything=True)
    elif card.others:
        yield Text(f"\n{len(card.others)} credits and parts: add --all", style="dim")
    yield from _links(card, everything=everything)


def _facts(card: Card) -> Iterable[Text]:
    from rich.text import Text

    for fact in card.entity.facts:
        line = Text(f"  {fact.property}: {fact.value}")
        said = ["inferred" if it == GRAPH_INFERRED else title for it, title in fact.sources]
        line.append(f"  [{'; '.join(said)}]", style="dim")
        yield line


def _edges(
    title: str, edges: tuple[Edge, ...], card: Card, arrow: str, *, everything: bool
) -> Iterable[Text]:
    from rich.text import Text

    if not edges:
        return
    yield Text(f"\n{title}", style="bold")
    for edge in edges:
        other = edge.target if edge.origin == card.entity.iri else edge.origin
        line = Text(f"  {arrow} " if arrow else "  • ", style="dim")
        if not arrow:  # between two others
            line.append(f"{card.labels[edge.origin]} → ", style="cyan")
        line.append(card.labels[edge.target if not arrow else other], style="cyan")
        yield from statement(line.append("  "), edge, everything=everything)


def statement(
    head: Text, edge: Edge, *, everything: bool, hint: str = "add --all"
) -> Iterable[Text]:
    """One edge as lines: its kind behind ``head``, its sentence, who speaks, the evidence.

    ``hint`` says how to see the evidence that is left out.
    """
    from rich.text import Text

    head.append(edge.kind_label, style="magenta")
    head.append(f", {edge.certainty}" if edge.certainty else "", style="dim")
    head.append("  disputed" if edge.disputed else "", style="red")
    yield head
    yield Text(f"    {edge.sentence or edge.phrase}")
    spoken = [
        f"scene: {edge.scene}" if edge.scene else "",
        f"by: {edge.speaker}" if edge.speaker else "",
        f"told by: {edge.told_by}" if edge.told_by else "",
        f"to: {edge.addressee}" if edge.addressee else "",
        edge.channel,
        edge.language,
    ]
    if any(spoken):
        yield Text(f"    {', '.join(filter(None, spoken))}", style="dim")
    if edge.line:
        translations = " / ".join(name.text for name in edge.line.translations)
        yield Text(f"    “{edge.line.text}”" + (f" — {translations}" if translations else ""))
    for said in edge.notes:
        yield Text(f"    note: {said}", style="dim")
    yield from _evidence(edge.evidence, everything=everything, hint=hint)


def _evidence(
    evidence: tuple[Evidence, ...], *, everything: bool, hint: str = "add --all"
) -> Iterable[Text]:
    from rich.text import Text

    from ..card import cite

    shown = evidence if everything else evidence[:_FEW]
    for item in shown:
        line = Text(f"    {item.stance}: ", style="dim")
        line.append(cite(item), style="dim italic")
        line.append(f" <{item.url}>" if item.url else "", style="dim")
        yield line
    if len(shown) < len(evidence):
        more = len(evidence) - len(shown)
        sources = "source" if more == 1 else "sources"
        yield Text(f"    and {more} more {sources}: {hint}", style="dim")


def _links(card: Card, *, everything: bool) -> Iterable[Text]:
    from rich.text import Text

    if not card.entity.links:
        return
    yield Text("\nLinks", style="bold")
    for link in card.entity.links:
        sure = f"  confidence {link.confidence:g}" if link.confidence is not None else ""
        line = Text(f"  {link.site}: {link.url}")
        said = link.note
        if link.confidence is not None and not everything:
            basis = said.partition(":")[0]
            said = _LINKED.get(basis, "")
        line.append(sure + (f"  ({said})" if said else ""), style="dim")
        yield line


def deliver(picture: Picture, output: Path | None, *, scale: float, no_open: bool) -> None:
    """Write a picture where it is wanted; else open its page in the browser."""
    from ..errors import OutputError
    from ..resources import home
    from .progress import progress

    if output is not None:
        with progress(quiet=True) as bar:
            bar(f"drawing {output.name}")
            path = picture.save(output, scale=scale, tell=bar)
        note(f"wrote {path}")
        return
    folder = home() / "pages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made ({error.strerror}); set ALLUSION_HOME, or write with -o"
        ) from error
    with progress(quiet=True) as bar:
        path = picture.save(folder / f"{picture.focus.rsplit('/', 1)[-1]}.html", tell=bar)
    if no_open or not browse(path.resolve().as_uri()):
        note("the page is written; open this file in a browser:")
    click.echo(path)


@click.command(
    "view",
    epilog=(
        "\b\nExamples:\n"
        "  allusion view\n"
        "  allusion view 'Momoe Yamaguchi'\n"
        "  allusion view 重慶森林 -o film.svg\n"
        "  allusion view 重慶森林 --layout timeline --hops 2 --theme dark -o time.png\n"
        "  allusion view 重慶森林 --layout scene --scene escalator -o scene.svg\n"
        "  allusion view 'Fallen Angels' --kinds song-used,comparison --lang ja -o angels.svg\n"
    ),
)
@click.argument("name", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here: .html (the page), .svg or .png (a drawing).",
)
@click.option(
    "--layout",
    type=click.Choice(["focus", "network", "timeline", "chain", "scene"]),
    default="focus",
    show_default=True,
    help="focus: between what it points to and what points to it. network: in the whole "
    "plane. timeline: on the years. scene: a film scene by scene. chain: from NAME to --to.",
)
@click.option("--to", metavar="NAME", help="The other end of a chain.")
@click.option(
    "--hops",
    type=click.IntRange(1, 2),
    help="How far from NAME; by default 1, and the whole graph for network.",
)
@click.option(
    "--kinds",
    metavar="A,B",
    default="",
    help="Only these families or kinds of connection (reference, name-drop), or kinds of "
    "entity (film, person).",
)
@click.option("--scene", metavar="TEXT", default="", help="Only scenes with this in their name.")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="TAG",
    help="Language of names, such as en, zh-Hant, zh-Hans or ja; may be given several times, "
    "first choice first.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "auto"]),
    default="light",
    show_default=True,
    help="Colours; auto follows what the reader's system prefers.",
)
@click.option("--title", metavar="TEXT", help="The heading.")
@click.option(
    "--scale", type=float, default=2.0, show_default=True, help="Pixels of a .png for each of .svg."
)
@click.option(
    "--most",
    type=click.IntRange(10, 20_000),
    default=USUAL_MOST,
    show_default=True,
    help="Of a larger graph so many entities, those nearest to NAME.",
)
@click.option("--no-open", is_flag=True, help="Write the page, do not open it.")
@store_option
@with_option
@data_option
def view_command(
    name: tuple[str, ...],
    output: Path | None,
    layout: Layout,
    to: str | None,
    hops: int | None,
    kinds: str,
    scene: str,
    languages: tuple[str, ...],
    theme: Theme,
    title: str | None,
    scale: float,
    most: int,
    no_open: bool,
    data: Path | None,
) -> None:
    """Open the picture of an entity in the browser, or write it to a file.

    Without NAME: Chungking Express, or what is joined to the most where there is none of it.
    The page is one file that needs no network and holds all layouts; it opens as the one that
    was asked for. Without -o it is written to the folder of stores. Of a large graph (--store
    FOLDER) it holds the surroundings of NAME.
    """
    from ..errors import ParameterError
    from ..view.choosing import MOST
    from .progress import progress

    graph = open_graph(data)
    near = graph.nearby
    if near is None:
        with progress(quiet=True) as bar:
            bar("reading the graph")
            graph.network()
    if near.is_empty if near else not graph.network():
        raise ParameterError(
            "there is no entity in any named graph of the store, so there is nothing to draw; "
            "triples get one by: allusion load FILE --into FOLDER --graph IRI"
        )
    wanted = " ".join(name) or _FIRST
    if not name and _FIRST not in graph:
        if near:
            note("all is read, to find what is joined to the most; name one entity to save that")
        network = graph.network()
        wanted = max(network, key=lambda iri: (network.degree(iri), iri))
    with progress(quiet=True) as bar:
        bar("reading the graph")
        picture = graph.view(
            wanted,
            layout="chain" if to is not None and layout == "focus" else layout,
            to=to,
            hops=hops,
            kinds=[kind for kind in kinds.split(",") if kind.strip()],
            scene=scene,
            language=languages or "en",
            theme=theme,
            title=title,
            most=most,
        )
        still = output is not None and output.suffix.lower() in (".svg", ".png")
        held = picture.network if still else picture.held
    note_namesakes(graph, [" ".join(name), to or ""])
    if whole := held.graph.get("of"):
        here = held.nodes[picture.focus]["entity"].label()
        more = "" if most == MOST or len(held) < most else f"; --most {MOST} takes in more"
        note(f"of {whole:,} entities the {len(held):,} nearest to {here}{more}")
    deliver(picture, output, scale=scale, no_open=no_open)
