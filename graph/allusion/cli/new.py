"""allusion new: make a collection with an empty sheet."""

from __future__ import annotations

from importlib import util
from pathlib import Path

import click

from .output import note


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Title of the collection. Default: the name of the folder.")
@click.option(
    "--namespace",
    help="Prefix of all its slugs, or an IRI that ends with a slash and begins the IRIs in its "
    "files. Default: derived from the name.",
)
@click.option("--lang", default="en", show_default=True, metavar="TAG", help="Its language.")
@click.option("--license", "license_", default="CC0-1.0", show_default=True, help="SPDX id.")
@click.option(
    "--maintainer", "maintainers", multiple=True, help="Name; may be given several times."
)
@click.option(
    "--sheet",
    type=click.Choice(["xlsx", "csv", "yaml"]),
    help="Form of the sheet. Default: xlsx if the extra sheets is installed (in a checkout: "
    "uv run --extra sheets allusion new ...), else csv.",
)
def new_command(
    folder: Path,
    name: str | None,
    namespace: str | None,
    lang: str,
    license_: str,
    maintainers: tuple[str, ...],
    sheet: str | None,
) -> None:
    """Make a collection: a folder for facts of your own, with an empty sheet.

    Fill in the sheet, then run allusion import. Commands that show the graph
    accept --with FOLDER.
    """
    from ..authoring.collection import Collection, create_collection
    from ..authoring.concepts import Concepts
    from ..authoring.sheet_rows import draft
    from ..authoring.sheet_writer import write_sheet
    from ..authoring.slugs import latin_slug, romanized_slug
    from ..authoring.workbook_reader import NEEDED
    from ..core.errors import ParameterError, extra_needed
    from ..core.labels import Name
    from ..core.own_namespace import own_namespace
    from ..core.resources import locate

    title = name or folder.resolve().name
    here = folder.resolve().name
    own = own_namespace(namespace or "")
    space = own.prefix if own else namespace
    space = space or latin_slug(title) or romanized_slug(Name(title, lang)) or latin_slug(here)
    if not space:
        raise ParameterError(
            f"no namespace can be derived from {title!r}; set one: --namespace my-films"
        )
    has_workbooks = bool(util.find_spec("openpyxl") and util.find_spec("python_calamine"))
    if sheet == "xlsx" and not has_workbooks:
        raise extra_needed(*NEEDED)
    form = sheet or ("xlsx" if has_workbooks else "csv")
    place = "sheet" if form == "csv" else f"sheet.{form}"
    collection = Collection(folder, title, space, lang, license_, maintainers, own)
    rows, concepts = draft({}, ("director",)), Concepts(locate())
    create_collection(collection, place, lambda path: write_sheet(path, rows, concepts, lang))
    if not (sheet or has_workbooks):
        note(f"the sheet is a folder of CSV files, because {extra_needed(*NEEDED)}")
    note(f"made {folder}: fill in {folder / place}, then run: allusion import {folder / place}")
