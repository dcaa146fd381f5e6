"""A collection as one zip file."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path
from typing import Final

from ..core.atomic_files import write_atomically
from ..core.terms import shorten
from .collection import Collection
from .records import Content

_README: Final = "README.md"
#: Maximum number of works that the README names.
_MOST: Final = 12


def pack(collection: Collection, content: Content, path: Path) -> list[str]:
    """Write the files of a collection to a zip file, in a folder with the name of its folder.

    Hidden files and folders, such as the history of changes, and lock files of spreadsheet
    programs are left out. The README begins with the works, and how to open the collection.

    Args:
        collection: The collection.
        content: Its content.
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
            if name.as_posix() == _README or file == path.resolve():
                continue
            if file.is_file() and not is_hidden:
                archive.write(file, f"{folder.name}/{name.as_posix()}")
                names.append(name.as_posix())
        archive.writestr(f"{folder.name}/{_README}", _readme(collection, content, path.name))
        names.append(_README)
    write_atomically(path, stream.getvalue())
    return names


def _readme(collection: Collection, content: Content, archive: str) -> str:
    """Return the README of a collection, with its works and how to open it after the title."""
    path, folder = collection.folder / _README, collection.folder.resolve().name
    text = path.read_text(encoding="utf-8") if path.is_file() else f"# {collection.name}\n"
    title, _, rest = text.partition("\n\n")
    counts = Counter(ends[0] for ends in content.connections)
    works = [_title(iri, content) for iri, _ in counts.most_common()]
    more = f" and {len(works) - _MOST:,} more" if len(works) > _MOST else ""
    listed = f"References in {', '.join(works[:_MOST])}{more}. " if works else ""
    example = works[0] if works else "NAME"
    return f"""\
{title.rstrip()}

{listed}To open the collection (Python is needed):

```sh
pip install allusion
python -m zipfile -e {archive} .
allusion show "{example}" --with {folder}
allusion view "{example}" --with {folder} -o picture.html
```

{rest}"""


def _title(iri: str, content: Content) -> str:
    """Return the name and the year of a work of a collection; the prefixed name of another."""
    thing = content.things.get(iri)
    if thing is None or not thing.names:
        return shorten(iri)
    name = thing.names[0].text
    return f"{name} ({thing.year})" if thing.year else name
