"""The published files of the ontology: three serializations, and an HTML page."""

from __future__ import annotations

from pathlib import Path

from ...core.atomic_files import new_files
from ...core.resources import Resources
from .serializations import SERIALIZATIONS, published_files

__all__ = ["SERIALIZATIONS", "published_files", "write_documents"]

_LOGO = "logo.svg"


def write_documents(resources: Resources, folder: Path, *, page: bool = True) -> list[Path]:
    """Write all published files of the ontology.

    These are each file of the ontology in Turtle, RDF/XML and JSON-LD, the logo, and the
    HTML page.

    Args:
        resources: The ontology.
        folder: Created if it does not exist.
        page: Whether to write the HTML page.

    Returns:
        The paths of the files.

    Raises:
        MissingExtra: If the page needs pyLODE, which is not installed; no file is written.
        OutputError: If the folder cannot be written; it is then as it was.
    """
    files: dict[str, str | bytes] = {}
    if page:
        from .html import ontology_page

        files["ontology.html"] = ontology_page(resources)
    files |= published_files(resources)
    files[_LOGO] = (resources.ontology / _LOGO).read_bytes()
    with new_files(folder) as making:
        for name, content in files.items():
            (making / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return [folder / name for name in files]
