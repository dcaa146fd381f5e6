"""Everything that allusion raises on purpose.

::

    AllusionError
    ├── DataError            (ValueError)        curated files with faults; carries the faults
    ├── QueryError           (ValueError)        SPARQL that cannot be run as written
    │   ├── QueryRefused     (PermissionError)   SPARQL that this tool will not run
    │   ├── QueryStopped     (RuntimeError)      SPARQL that wanted more than a limit allows
    │   └── QueryCrashed     (RuntimeError)      SPARQL that the engine did not survive
    ├── ParameterError       (ValueError)        a query parameter of the wrong form
    ├── UnknownName          (LookupError)       no entity, query or source of that name
    │   └── AmbiguousName    (LookupError)       several entities of that name
    ├── MissingExtra         (ImportError)       a library of an optional extra is not installed
    ├── MissingResource      (FileNotFoundError) a folder of the package is not there
    ├── OutputError          (OSError)           a result could not be written
    ├── StoreError           (OSError)           the built store cannot be opened or made
    └── NetworkError         (ConnectionError)   a remote endpoint did not answer as it should
        └── CutAnswer        (ConnectionError)   it answered, and left out the rest

Each class names the exit code that the command line gives it: 2 usage, 3 bad data or
query, or a file that cannot be read or written, 4 network, 5 an answer cut short by a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "AllusionError",
    "AmbiguousName",
    "CutAnswer",
    "DataError",
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
    "StoreError",
    "UnknownName",
]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a curated file.

    ``line`` counts from 1; 0 means the file as a whole. ``entity`` is a prefixed
    name or "". ``problem`` says what is wrong, ``fix`` what is allowed or which
    command mends it.
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
    """The root of all errors raised on purpose."""

    exit_code = 3


class DataError(AllusionError, ValueError):
    """Curated files have faults; ``faults`` lists every one of them.

    ``where`` says in words what the files are, where they are others.
    """

    def __init__(self, faults: Sequence[Fault], where: str = "the curated files") -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in {where}"
        super().__init__("\n".join([head, *map(str, self.faults)]))


class QueryError(AllusionError, ValueError):
    """The SPARQL cannot be run as it is written."""


class QueryRefused(QueryError, PermissionError):
    """The SPARQL would change data or reach out of this machine."""


class QueryStopped(QueryError, RuntimeError):
    """A limit stopped the query.

    ``limit`` is its name in `allusion.limits.Limits`; ``partial`` the `Result` or
    `TripleResult` of what had been found, or None where there is nothing to show.
    """

    exit_code = 5

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.partial: object = None


class QueryCrashed(QueryError, RuntimeError):
    """The engine broke down over the query, in a process of its own."""


class ParameterError(AllusionError, ValueError):
    """A parameter is missing, unknown or not of its type."""

    exit_code = 2


class UnknownName(AllusionError, LookupError):
    """Nothing here has that name; ``candidates`` are the nearest that exist."""

    exit_code = 2

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class AmbiguousName(UnknownName):
    """Several entities have that name; ``candidates`` are all of them."""


class MissingExtra(AllusionError, ImportError):
    """A library that only an optional extra installs is not there; the message names the extra."""

    exit_code = 2


class MissingResource(AllusionError, FileNotFoundError):
    """A folder that ships with the package is not there."""


class OutputError(AllusionError, OSError):
    """A result could not be written where it was wanted."""


class StoreError(AllusionError, OSError):
    """The store cannot be opened, made or read."""


class NetworkError(AllusionError, ConnectionError):
    """A remote endpoint is out of reach or did not answer as it should.

    ``status`` is that of HTTP where the endpoint refused, else None.
    """

    exit_code = 4

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CutAnswer(NetworkError):
    """A remote endpoint stopped at a limit of its own, and what it gave is not the whole."""

    exit_code = 5
