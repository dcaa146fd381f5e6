"""allusion show: show an entity, a scene, an utterance or a relationship as a card."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .card_text import card_lines
from .graph import open_graph
from .notices import labels_in, note_language, note_namesakes
from .options import data_option, store_option, with_option
from .output import write, write_lines


@click.command("show")
@click.argument("name", nargs=-1, required=True)
@click.option("--lang", default="en", show_default=True, metavar="TAG", help="Language of labels.")
@click.option(
    "--all", "everything", is_flag=True, help="Show all evidence, and the rest of long lists."
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["card", "json", "md"]),
    default="card",
    show_default=True,
)
@store_option
@with_option
@data_option
def show_command(
    name: tuple[str, ...], lang: str, everything: bool, form: str, data: Path | None
) -> None:
    """Show an entity as a card: names, references, credits, remarks, links.

    NAME is a label or alias in any script, a slug, a prefixed name or an IRI. Scenes,
    utterances and relationships have cards too. The card begins with the prefixed name, for use
    in SPARQL. Long lists show a part and the number of the others; --all shows all. The main
    credits of a person are the eight works whose credit the most sources state, in a tie the
    older works; the main credits of a work are people.
    """
    graph = open_graph(data)
    card = graph.card(" ".join(name))
    note_namesakes(graph, [" ".join(name)])
    if lang.lower() != "en":
        note_language(graph, lang)
        card = card.with_labels(labels_in(graph, lang))
    if form == "json":
        write(json.dumps(card.to_json(), ensure_ascii=False, indent=2) + "\n", None)
        return
    if form == "md":
        from ..network.card_markup import to_markdown

        write(to_markdown(card, everything=everything, hint="add --all"), None)
        return
    write_lines(card_lines(card, lang, everything=everything))
