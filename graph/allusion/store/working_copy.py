"""Copy of a store that can be written; the store itself never changes.

Each write makes a new generation: a complete folder in the layout of a built store. A link,
``current``, is moved to it when it is whole and on the disk, so that a write is atomic, also if the
machine stops (not on Windows, which cannot flush a folder). Readers keep the generation that they
have opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..core.atomic_files import flush_entry, flush_folder, write_atomically
from ..core.errors import QueryCrashed, QueryError, QueryStopped, StoreError
from ..core.unfinished_files import new_folder, remove_abandoned
from ..core.vocabulary import PREFIXES
from ..sparql.limits import Limits, size_of
from ..sparql.syntax_errors import explain_syntax_error
from .manifest import CURRENT, check_folder, read_manifest, remedy_of_copy, write_manifest
from .sandbox.process import WorkerEnded, module_paths, program_of

_ENGINE: Final = "store"
#: Name of the file that identifies the data of the origin.
_ORIGIN: Final = "origin"
#: Name of the generation that is made of the origin; no write is in it.
_FIRST: Final = "1"


class WriteConflict(QueryError):
    """A write contradicts the present state of the store."""


class StoreFull(QueryError):
    """A write would make the store larger than its limit."""


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Result of a write.

    Attributes:
        folder: The new generation.
        created: Whether the write made the graph that it names.
    """

    folder: Path
    created: bool


class WorkingCopy:
    """Generations of a copy.

    Args:
        root: Folder of the copy; it is made of ``origin`` if it holds no write. A damaged copy is
            never made again.
        origin: Folder of a built or loaded store.
        max_store: Maximum of bytes of one generation.
        kept: Names of the files of the folder that no write changes.

    Raises:
        StoreError: If the copy cannot be made, is damaged, was made of other data, or another
            process writes to it.
    """

    def __init__(self, root: Path, origin: Path, max_store: int, kept: Sequence[str] = ()) -> None:
        self.root = root
        self.max_store = max_store
        self._kept = tuple(kept)
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(root / "lock")
        except OSError as error:
            raise _not_made(root, error) from error
        try:
            remove_abandoned(root)
            if not os.path.lexists(self.link) and self._generations() <= {_FIRST}:
                self._begin(origin)
            else:
                self._compare(origin)
            self.folder = self._present()
        except OSError as error:
            self.close()
            raise _not_made(root, error) from error
        self._remove_others(self.folder)

    @property
    def link(self) -> Path:
        """The link to the present generation, for ``--store``."""
        return self.root / CURRENT

    def close(self) -> None:
        """Let another process write to the copy."""
        if self._lock is not None:
            self._lock.close()

    def apply(
        self, steps: Sequence[dict[str, Any]], limits: Limits, update: str = ""
    ) -> WriteReport:
        """Make a new generation with these steps applied.

        Args:
            steps: See `allusion.store.sandbox.writer`.
            limits: Limits for time and memory.
            update: Text of the update, for the positions of syntax errors.

        Raises:
            QueryError: If a step is not valid.
            QueryStopped: If a limit stops it.
            QueryCrashed: If the engine crashes.
            WriteConflict: If it contradicts the state of the store.
            StoreFull: If the result is too large.
            StoreError: If the folder cannot be written.
        """
        target = self.root / str(int(self.folder.name) + 1)
        try:
            with new_folder(target) as making:
                report = self._run(steps, limits, update, making)
                self._finish(making, report)
                self._publish(making, target)
        except (OSError, RuntimeError) as error:
            if isinstance(error, StoreError | QueryError):
                raise
            raise StoreError(f"{target} could not be written ({error})") from error
        self.folder, old = target, self.folder
        self._remove_others(target, old)
        return WriteReport(target, report["created"])

    def _begin(self, origin: Path) -> None:
        """Make the first generation; it shares no files with its origin."""
        target = self.root / _FIRST
        write_atomically(self.root / _ORIGIN, f"{_identity(origin)}\n")
        with new_folder(target) as making:
            shutil.copytree(origin / _ENGINE, making / _ENGINE)
            self._carry(origin, making)
            write_manifest(making, read_manifest(origin)._replace(key=""))
            self._publish(making, target)

    def _compare(self, origin: Path) -> None:
        """Compare the recorded origin of the copy with a store.

        Raises:
            StoreError: If the copy was made of other data.
        """
        try:
            recorded = (self.root / _ORIGIN).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:  # a copy of an older version
            return
        if recorded != _identity(origin):
            raise StoreError(
                f"the copy {self.root} was made of other data than those of {origin}; choose "
                "another folder with --copy, remove it to begin again, or go on with it in a new "
                f"copy: --store {self.link} --copy FOLDER"
            )

    def _present(self) -> Path:
        """Return the generation that `current` points to.

        Raises:
            StoreError: If it is missing or damaged. The message says which others are not.
        """
        folder = self.link.resolve()
        if not self.link.is_symlink():
            fault = f"it has no link {CURRENT}"
        elif folder.parent != self.root.resolve() or not folder.name.isdigit():
            fault = f"{CURRENT} points to {folder}, which is no generation of it"
        elif not folder.is_dir():
            fault = f"{CURRENT} points to generation {folder.name}, which is missing"
        else:
            try:
                check_folder(folder)
                return folder
            except StoreError as error:
                fault = str(error).removesuffix(f"; {remedy_of_copy(folder.parent)}")
        sound = sorted(filter(self._is_sound, self._generations() - {folder.name}), key=int)
        passing = f"passing: {', '.join(sound)}" if sound else "no other passes"
        raise StoreError(
            f"the copy {self.root} is damaged: {fault}; {remedy_of_copy(self.root)} ({passing})"
        )

    def _generations(self) -> set[str]:
        return {path.name for path in self.root.iterdir() if path.name.isdigit()}

    def _is_sound(self, generation: str) -> bool:
        try:
            check_folder(self.root / generation)
        except StoreError:
            return False
        return True

    def _publish(self, making: Path, target: Path) -> None:
        """Make a complete folder the present generation."""
        flush_folder(making)
        if target.exists() and target.resolve() != self.link.resolve():
            shutil.rmtree(target)  # its link could not be moved
        making.rename(target)
        flush_entry(self.root)
        self._point_to(target)
        flush_entry(self.root)

    def _carry(self, origin: Path, making: Path) -> None:
        for name in self._kept:
            shutil.copy2(origin / name, making / name)

    def _point_to(self, generation: Path) -> None:
        made = self.root / f".{CURRENT}"
        made.unlink(missing_ok=True)
        made.symlink_to(generation.name, target_is_directory=True)
        made.replace(self.link)

    def _remove_others(self, *kept: Path) -> None:
        for name in self._generations() - {path.name for path in kept}:
            shutil.rmtree(self.root / name, ignore_errors=True)

    def _run(
        self, steps: Sequence[dict[str, Any]], limits: Limits, update: str, making: Path
    ) -> dict[str, Any]:
        scratch = making / "scratch"
        scratch.mkdir()
        settings = {
            "path": module_paths(),
            "origin": str(self.folder / _ENGINE),
            "target": str(making / _ENGINE),
            "scratch": str(scratch),
            "prefixes": PREFIXES,
            "memory": limits.max_memory,
        }
        sent = json.dumps(settings).encode() + b"\n" + json.dumps(list(steps)).encode()
        try:
            done = subprocess.run(  # noqa: S603 (this interpreter, a fixed program)
                [sys.executable, "-I", "-S", "-c", program_of("writer")],
                input=sent, capture_output=True, timeout=limits.timeout, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise QueryStopped(
                f"stopped after {limits.timeout:g} s; nothing was changed", "timeout"
            ) from None
        shutil.rmtree(scratch)
        if done.returncode or not done.stdout:
            ended = WorkerEnded(done.returncode, done.stderr[-2000:])
            if ended.out_of_memory:
                raise QueryStopped(
                    f"stopped at {size_of(limits.max_memory)} of memory; nothing was changed",
                    "max_memory",
                )
            raise QueryCrashed(f"the engine crashed on this update ({ended}); nothing was changed")
        report: dict[str, Any] = json.loads(done.stdout)
        if "error" in report:
            raise _error_of(report["error"], report["message"], update)
        return report

    def _finish(self, making: Path, report: dict[str, Any]) -> None:
        size = sum(path.stat().st_size for path in making.rglob("*") if path.is_file())
        if size > self.max_store:
            raise StoreFull(
                f"the store would have {size_of(size)}; at most {size_of(self.max_store)} "
                "(--max-store); nothing was changed"
            )
        self._carry(self.folder, making)
        merged, stored = report["merged"], report["stored"]
        manifest = read_manifest(self.folder)
        write_manifest(
            making, manifest._replace(quads=stored - merged, merged=merged, stored=stored)
        )


def _identity(store: Path) -> str:
    """Return a text that differs for stores with other data."""
    manifest = read_manifest(store)
    if manifest.digest:
        return manifest.digest
    return hashlib.sha256(
        repr((manifest.stored, sorted(manifest.files.items()))).encode()
    ).hexdigest()


def _not_made(root: Path, error: OSError) -> StoreError:
    if isinstance(error, StoreError):
        return error
    return StoreError(f"the copy {root} cannot be made ({error.strerror or error})")


def _error_of(kind: str, message: str, update: str) -> QueryError | StoreError:
    if kind == "conflict":
        return WriteConflict(f"{message}. Nothing was changed")
    if kind == "SyntaxError":
        return QueryError(explain_syntax_error(message, update, update=True) if update else message)
    if kind == "panic":
        return QueryCrashed(f"the engine crashed on this update ({message}); nothing was changed")
    if kind == "ValueError" or "not supported" in message:
        return QueryError(f"the update cannot be done ({message}); nothing was changed")
    return StoreError(f"the copy could not be written ({message}); nothing was changed")


def _locked(path: Path) -> Any:
    """Return a file that this process has locked; None if the system cannot lock files.

    Raises:
        StoreError: If another process has locked it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    stream = path.open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise StoreError(
            f"another server writes to the copy {path.parent}; stop it first, or remove --writable"
        ) from None
    except OSError:  # some network file systems
        with contextlib.suppress(OSError):
            stream.close()
        return None
    return stream
