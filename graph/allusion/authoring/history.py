"""History of a collection: what each import or addition changed, so that it can be undone.

Each change is one JSON file in ``.history``: a description, and the texts of the changed files
before and after. While the files are being written, its name ends with ``.unfinished``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ..core.atomic_files import write_atomically
from ..core.errors import OutputError, ParameterError, StoreError
from ..core.text import count_text
from .collection import Collection

_FOLDER: Final = ".history"
_UNFINISHED: Final = ".unfinished"
#: Maximum number of changes that are kept.
MOST: Final = 50

Texts = Mapping[str, str | None]
"""Name of a file in ``sources`` -> its text; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a collection.

    Attributes:
        title: What was done ("import films.xlsx").
        before: The texts of the changed files before.
        after: The texts after.
        time: When it was written, in ISO 8601; "" if it is not recorded.
    """

    title: str
    before: dict[str, str | None]
    after: dict[str, str | None]
    time: str = ""

    def __str__(self) -> str:
        """Return title, time and number of files."""
        files = count_text(len(self.before), "file", "files")
        when = f" of {self.time}" if self.time else ""
        return f"{self.title}{when} ({files})"


def is_interrupted(collection: Collection) -> bool:
    """Return whether a change was begun and not completed."""
    return any((collection.folder / _FOLDER).glob(f"*{_UNFINISHED}"))


def apply_change(collection: Collection, title: str, texts: Texts) -> Change:
    """Write files of a collection as one change; record what was there before.

    If the program is killed, `undo` restores the state before.

    Args:
        collection: The collection.
        title: What is done.
        texts: The new texts. Equal texts are not written.

    Returns:
        The change, without unchanged files.

    Raises:
        OutputError: If a file cannot be written; the files are then as before.
    """
    before = {name: _read(collection.sources / name) for name in texts}
    changed = sorted(name for name in texts if texts[name] != before[name])
    change = Change(
        title,
        {name: before[name] for name in changed},
        {name: texts[name] for name in changed},
        dt.datetime.now(dt.UTC).astimezone().isoformat(" ", "seconds"),
    )
    if not changed:
        return change
    folder = collection.folder / _FOLDER
    try:
        folder.mkdir(exist_ok=True)
        collection.sources.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be created: {error.strerror or error}") from error
    old = _records(folder)
    number = int(old[-1].name.partition(".")[0]) + 1 if old else 1
    begun = folder / f"{number:06d}.json{_UNFINISHED}"
    write_atomically(begun, json.dumps(asdict(change), ensure_ascii=False, indent=1) + "\n")
    try:
        _write(collection, change.after)
    except OutputError:
        _write(collection, change.before)
        begun.unlink()
        raise
    begun.rename(begun.with_suffix(""))
    for path in old[: len(old) + 1 - MOST]:
        path.unlink()
    return change


def last_change(collection: Collection) -> Change:
    """Return the change that `undo` undoes.

    Raises:
        ParameterError: If there is none.
        StoreError: If its record is damaged.
    """
    return _last(collection)[1]


def undo(collection: Collection) -> Change:
    """Undo the last change, or restore the state before an interrupted one.

    Returns:
        The undone change.

    Raises:
        ParameterError: If there is none, or its files were edited since then.
        StoreError: If its record is damaged.
    """
    last, change = _last(collection)
    if not last.name.endswith(_UNFINISHED):
        for name, text in change.after.items():
            if _read(collection.sources / name) != text:
                raise ParameterError(
                    f"{collection.sources / name} was changed after {change.title!r}, so this "
                    f"change cannot be undone; restore the file, or remove {last} to keep it"
                )
    _write(collection, change.before)
    last.unlink()
    return change


def _last(collection: Collection) -> tuple[Path, Change]:
    records = _records(collection.folder / _FOLDER)
    if not records:
        raise ParameterError(f"nothing to undo in {collection.folder}")
    last = records[-1]
    try:
        found = json.loads(last.read_text(encoding="utf-8"))
        change = Change(
            str(found["title"]),
            dict(found["before"]),
            dict(found["after"]),
            str(found.get("time", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{last} is damaged ({error!r}); remove it to continue") from error
    return last, change


def _records(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.json*")) if folder.is_dir() else []


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _write(collection: Collection, texts: Texts) -> None:
    for name, text in texts.items():
        if text is None:
            (collection.sources / name).unlink(missing_ok=True)
        else:
            write_atomically(collection.sources / name, text)
