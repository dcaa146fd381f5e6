"""A collection as one zip file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ..core.atomic_files import write_atomically
from .collection import Collection


def pack(collection: Collection, path: Path) -> list[str]:
    """Write the files of a collection to a zip file, in a folder with the name of its folder.

    Hidden files and folders, such as the history of changes, and lock files of spreadsheet
    programs are left out.

    Args:
        collection: The collection.
        path: The zip file, which is replaced.

    Returns:
        The names of the files, below the folder.

    Raises:
        OutputError: If the file cannot be written.
    """
    folder = collection.folder.resolve()
    names = []
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder)
            is_hidden = any(part.startswith((".", "~$")) for part in name.parts)
            if file.is_file() and not is_hidden and file != path.resolve():
                archive.write(file, f"{folder.name}/{name.as_posix()}")
                names.append(name.as_posix())
    write_atomically(path, stream.getvalue())
    return names
