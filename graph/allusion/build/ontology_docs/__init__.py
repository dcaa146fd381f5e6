"""The ontology as it is published: its files in three formats, and a page for people."""

from __future__ import annotations

from pathlib import Path

from ...core.atomic_files import write_atomically
from ...core.errors import OutputError
from ...core.resources import Resources
from .serializations import RELEASES, release

__all__ = ["RELEASES", "release", "write_documents"]

_LOGO = "logo.svg"


def write_documents(resources: Resources, folder: Path, *, page: bool = True) -> list[Path]:
    """Write into ``folder``, which is made, what the addresses of the ontology lead to.

    Each file of the ontology in Turtle, RDF/XML and JSON-LD, the logo, and with
    ``page`` the documentation in HTML. Returns what was written.

    :raises MissingExtra: if the page is wanted and pyLODE is not installed; nothing
        is written then.
    :raises OutputError: if the folder cannot be written.
    """
    files: dict[str, str | bytes] = {}
    if page:
        from .html import ontology_page

        files["ontology.html"] = ontology_page(resources)
    files |= release(resources)
    files[_LOGO] = (resources.ontology / _LOGO).read_bytes()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} could not be made: {error.strerror or error}") from error
    for name, content in files.items():
        write_atomically(folder / name, content)
    return [folder / name for name in files]
