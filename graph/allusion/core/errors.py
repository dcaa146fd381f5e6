"""Exceptions, with their exit codes.

::

    AllusionError
    ├── DataError            (ValueError)        faults in data files
    ├── QueryError           (ValueError)        SPARQL that cannot be run
    │   ├── QueryRefused     (PermissionError)   updates, LOAD, SERVICE
    │   ├── QueryStopped     (RuntimeError)      a limit stopped the query
    │   └── QueryCrashed     (RuntimeError)      the engine process ended
    ├── ParameterError       (ValueError)        a missing, unknown or ill-typed parameter
    ├── UnknownName          (LookupError)       no entity, query or source of that name
    │   └── AmbiguousName    (LookupError)       several entities of that name
    ├── MissingExtra         (ImportError)       an optional library is not installed
    ├── MissingResource      (FileNotFoundError) a folder of the package does not exist
    ├── OutputError          (OSError)           a result cannot be written
    ├── StoreError           (OSError)           the store cannot be opened, made or read
    └── NetworkError         (ConnectionError)   a remote endpoint failed
        └── CutAnswer        (ConnectionError)   a remote endpoint cut its answer

    QueryWarning             (UserWarning)       SPARQL that runs and whose answer misleads
    └── EmptyResultWarning                       a canned query without rows, with the reason

``exit_code`` is the exit code of the command line: 2 usage; 3 faults in data or query, or a
file that cannot be read or written; 4 network; 5 an answer that a limit cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .terminal import visible
from .text import count_text

__all__ = [
    "AllusionError",
    "AmbiguousName",
    "CutAnswer",
    "DataError",
    "EmptyResultWarning",
    "Fault",
    "MissingExtra",
    "MissingResource",
    "NetworkError",
    "OutputError",
    "ParameterError",
    "QueryCrashed",
    "QueryError",
    "QueryRefused",
    "QueryStopped",
    "QueryWarning",
    "StoreError",
    "UnknownName",
]


class Fault(NamedTuple):
    """A fault in a data file.

    Attributes:
        file: The name of the file.
        line: The line, from 1; 0 means the whole file.
        entity: A prefixed name, or "".
        problem: What is wrong.
        fix: What is allowed, or the command that repairs it.
        code: An identifier of the check, such as "violation-cycle".
    """

    file: str
    line: int
    entity: str
    problem: str
    fix: str
    code: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        about = f" {self.entity}:" if self.entity else ""
        code = f" [{self.code}]" if self.code else ""
        return f"{where}:{about} {self.problem}{code}\n    {self.fix}"


class AllusionError(Exception):
    """Base class of all exceptions of this package.

    Messages are safe to show on a terminal.
    """

    exit_code = 3

    def __str__(self) -> str:
        return visible(super().__str__())


class DataError(AllusionError, ValueError):
    """Faults in data files, all of them in ``faults``.

    Args:
        faults: At least one.
        where: What the files are, for the message.
    """

    def __init__(self, faults: Sequence[Fault], where: str = "the curated files") -> None:
        self.faults = tuple(faults)
        head = f"{count_text(len(self.faults), 'fault', 'faults')} in {where}"
        super().__init__("\n".join([head, *map(str, self.faults)]))


class QueryError(AllusionError, ValueError):
    """SPARQL that cannot be run: wrong syntax, or an engine error."""


class QueryRefused(QueryError, PermissionError):
    """SPARQL that would change data or access the network or files."""


class QueryStopped(QueryError, RuntimeError):
    """A limit stopped the query.

    Attributes:
        limit: The name of the limit in `allusion.sparql.limits.Limits`.
        partial: A `Result` or `TripleResult` with what was found until then, or None.
    """

    exit_code = 5

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.partial: object = None


class QueryCrashed(QueryError, RuntimeError):
    """The engine process ended while it ran the query."""


class QueryWarning(UserWarning):
    """SPARQL that runs but has a misleading answer, such as one that omits values."""


class EmptyResultWarning(QueryWarning):
    """A canned query has no rows: nothing is known, or its values do not fit it."""


class ParameterError(AllusionError, ValueError):
    """A missing, unknown or ill-typed parameter."""

    exit_code = 2


class UnknownName(AllusionError, LookupError):
    """No entity, query or source has this name.

    Attributes:
        candidates: The most similar names.
    """

    exit_code = 2

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class AmbiguousName(UnknownName):
    """Several entities have this name; ``candidates`` lists all of them."""


class MissingExtra(AllusionError, ImportError):
    """An optional library is not installed; the message names the extra."""

    exit_code = 2


def extra_needed(what: str, extra: str, instead: str = "") -> MissingExtra:
    """Return the error for a library that an extra installs, with the command for it.

    Args:
        what: What needs the library ("workbooks").
        extra: Name of the extra, or several with commas.
        instead: What can be done without it.
    """
    tail = f"; {instead}" if instead else ""
    return MissingExtra(
        f"{what} need the extra {extra}: pip install 'allusion[{extra}]', or in a checkout: "
        f"uv run --extra {extra.replace(',', ' --extra ')} allusion ...{tail}"
    )


class MissingResource(AllusionError, FileNotFoundError):
    """A folder that ships with the package does not exist."""


class OutputError(AllusionError, OSError):
    """A result cannot be written."""


class StoreError(AllusionError, OSError):
    """A store cannot be opened, made or read."""


class NetworkError(AllusionError, ConnectionError):
    """A remote endpoint is unreachable, or its response is not valid.

    Attributes:
        status: The HTTP status of a refusal, else None.
    """

    exit_code = 4

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CutAnswer(NetworkError):
    """The answer of a remote endpoint is incomplete, because a limit stopped it."""

    exit_code = 5
