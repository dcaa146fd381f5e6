"""Manifest of a store folder, and detection of damaged files.

A folder is written once and never changes, so `manifest.json` lists the size and checksum of each
file. Opening a store compares them, which reads every file. The state of the files (size, times
and inode, as in the index of git) is therefore kept in `verified`; while it is unchanged, the
files are not read again for 24 hours.

A disk can change bits without a change of that state. The engine has a checksum for each block
of its index files and compares it with each read. Of every other file, one block is compared
whenever the store is opened: all of a small file, one of the blocks of a large one.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..core.errors import StoreError
from ..core.resources import home

#: Name of the link to the present generation of a copy; see `allusion.store.working_copy`.
CURRENT: Final = "current"
_MANIFEST: Final = "manifest.json"
_VERIFIED: Final = "verified"
# The engine writes its log and its lock at any time; neither holds data.
_NO_DATA: Final = frozenset({_MANIFEST, _VERIFIED, "store/LOG", "store/LOCK"})
_BLOCK: Final = 1 << 18
# The engine checks each block that it reads of these files.
_CHECKED_BY_ENGINE: Final = ".sst"
_TRUSTED_S: Final = 24 * 3600
_CHANGED: Final = "has other bytes than were written"


class Manifest(NamedTuple):
    """Contents of a built or loaded store.

    Attributes:
        key: Hash of the inputs of a build; "" for a loaded store.
        version: Version of this package.
        quads: Number of quads in the named graphs: a statement counts once for each of them.
        merged: Number of triples in the default graph, where a statement counts once.
        stored: Number of all quads in the engine.
        inferred: Number of triples from the inference rules.
        digest: SHA-256 of the sorted N-Quads of the named graphs of a build; "" for a loaded
            store.
        seconds: Duration of the build or load.
        files: Size in bytes and the CRC-32 of each block, by the path of the file in the
            folder. A file that the engine checks is one block.
    """

    key: str
    version: str
    quads: int
    merged: int
    stored: int
    inferred: int
    digest: str
    seconds: float
    files: dict[str, list[int]] = {}  # noqa: RUF012 (never changed)


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest of a complete folder; no file in it may change afterwards.

    Returns:
        The manifest with the sizes and checksums of all files.
    """
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    sealed = manifest._replace(
        files={name: _checksum(folder / name) for name in names if name not in _NO_DATA}
    )
    body = json.dumps(sealed._asdict())
    text = json.dumps(sealed._asdict() | {"checksum": _crc(body.encode())})
    (folder / _MANIFEST).write_text(text, encoding="utf-8")
    _remember(folder, _folder_state(folder, text, sealed))
    return sealed


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a built or loaded store.

    Raises:
        StoreError: If it is missing or damaged.
    """
    return _read(folder)[1]


def check_folder(folder: Path, *, everything: bool = False) -> Manifest:
    """Compare the files of a store with its manifest.

    Args:
        folder: The folder of a built or loaded store.
        everything: Read every file, even if none has changed since the last comparison.

    Returns:
        The manifest.

    Raises:
        StoreError: If a file is missing or damaged. The message lists such files and the command
            that rebuilds the store.
    """
    text, manifest = _read(folder)
    state = _folder_state(folder, text, manifest)
    if state and not everything and state == _is_remembered(folder):
        faults = list(_sampled_faults(folder, manifest))
        if not faults:
            return manifest
    else:
        faults = list(_faults(folder, text, manifest))
    if faults:
        require_full_check(folder)
        raise StoreError(f"the store {folder} is damaged: {'; '.join(faults)}; {remedy(folder)}")
    _remember(folder, state)
    return manifest


def check_file(folder: Path, name: str) -> None:
    """Compare every byte of one file of a store with its manifest.

    Raises:
        StoreError: If the file is missing or damaged.
    """
    text, manifest = _read(folder)
    one = manifest._replace(files={name: manifest.files[name]})
    if faults := list(_faults(folder, text, one)):
        require_full_check(folder)
        raise StoreError(f"the store {folder} is damaged: {'; '.join(faults)}; {remedy(folder)}")


def require_full_check(folder: Path) -> None:
    """Make the next `check_folder` read every file."""
    with contextlib.suppress(OSError):
        (folder / _VERIFIED).unlink()


def remedy(folder: Path) -> str:
    """Return what makes a damaged store sound again."""
    parent = folder.absolute().parent
    if parent == (home() / "stores").absolute():
        return "run: allusion build --force"
    if (parent / CURRENT).is_symlink():
        return remedy_of_copy(parent)
    return f"remove the folder and load the files again: allusion load FILES --into {folder}"


def remedy_of_copy(root: Path) -> str:
    """Return what makes a copy with a damaged generation sound again."""
    return (
        f"point the link {root / CURRENT} to a generation that passes the check, "
        f"or remove {root} to begin again without its writes"
    )


def _read(folder: Path) -> tuple[str, Manifest]:
    try:
        text = (folder / _MANIFEST).read_text(encoding="utf-8")
        fields = json.loads(text)
        fields.pop("checksum", None)
        return text, Manifest(**fields)
    except TypeError as error:
        raise StoreError(
            f"{folder} was made by another version of allusion, or is damaged; {remedy(folder)}"
        ) from error
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise StoreError(f"{folder} is damaged ({error}); {remedy(folder)}") from error


def _faults(folder: Path, text: str, manifest: Manifest) -> Iterator[str]:
    fields = json.loads(text)
    if fields.pop("checksum", None) != _crc(json.dumps(fields).encode()):
        yield f"{_MANIFEST} has changed since it was written"
        return
    for name, (size, *checksums) in manifest.files.items():
        path = folder / name
        try:
            found = path.stat().st_size
            if found != size:
                yield f"{name} has {found:,} bytes instead of {size:,}"
            elif _checksum(path)[1:] != checksums:
                yield f"{name} {_CHANGED}"
        except OSError as error:
            yield f"{name} cannot be read ({error.strerror})"


def _sampled_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Compare a block of each file that the engine does not check."""
    for name, (_, *checksums) in manifest.files.items():
        if not checksums or name.endswith(_CHECKED_BY_ENGINE):
            continue
        number = time.monotonic_ns() % len(checksums)
        try:
            with open(f"{folder}/{name}", "rb", buffering=0) as stream:  # noqa: PTH123 (as above)
                stream.seek(number * _BLOCK)
                data = stream.read(_BLOCK)
        except OSError as error:
            yield f"{name} cannot be read ({error.strerror})"
        else:
            if _crc(data) != checksums[number]:
                yield f"{name} {_CHANGED}"


def _checksum(path: Path) -> list[int]:
    """Return the size and the CRC-32 of each block, or of all if the engine checks the file."""
    is_whole = path.name.endswith(_CHECKED_BY_ENGINE)
    size = 0
    checksums: list[int] = []
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(_BLOCK):
            size += len(piece)
            if is_whole and checksums:
                checksums[0] = _crc(piece, checksums[0])
            else:
                checksums.append(_crc(piece))
    return [size, *checksums]


def _crc(data: bytes, start: int = 0) -> int:
    from zlib import crc32

    return crc32(data, start)


def _folder_state(folder: Path, text: str, manifest: Manifest) -> str:
    """Return the metadata of the files, without reading them; "" if one is missing."""
    lines = [text]
    try:
        for name in manifest.files:
            at = os.stat(f"{folder}/{name}")  # noqa: PTH116 (pathlib takes three times as long)
            lines.append(f"{name} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}")
    except OSError:
        return ""
    return "\n".join(lines)


def _is_remembered(folder: Path) -> str | None:
    path = folder / _VERIFIED
    try:
        # The content of a file can become corrupt without a change of its metadata.
        if abs(time.time() - path.stat().st_mtime) > _TRUSTED_S:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _remember(folder: Path, state: str) -> None:
    with contextlib.suppress(OSError):  # a read-only folder is compared each time
        (folder / _VERIFIED).write_text(state, encoding="utf-8")
