"""Settings of a Virtuoso on loopback, with files and ports of its own: for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser
from io import StringIO


def settings(
    *, sql: int, http: int, parameters: Mapping[str, object], sparql: Mapping[str, object]
) -> str:
    """The text of ``virtuoso.ini``.

    ``sql`` and ``http`` are ports. ``parameters`` and ``sparql`` go into the sections of these
    names: what bears upon memory, and upon answers.
    """
    made = ConfigParser(interpolation=None)
    made.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
    made["Database"] = {
        "DatabaseFile": "virtuoso.db",
        "ErrorLogFile": "virtuoso.log",
        "LockFile": "virtuoso.lck",
        "TransactionFile": "virtuoso.trx",
        "xa_persistent_file": "virtuoso.pxa",
    }
    made["TempDatabase"] = {
        "DatabaseFile": "virtuoso-temp.db",
        "TransactionFile": "virtuoso-temp.trx",
    }
    made["Parameters"] = {
        "ServerPort": f"127.0.0.1:{sql}",
        "DisableUnixSocket": "1",
        "DirsAllowed": ".",
        **{name: str(value) for name, value in parameters.items()},
    }
    made["HTTPServer"] = {
        "ServerPort": f"127.0.0.1:{http}",
        "ServerRoot": ".",
        "ServerThreads": "10",
    }
    made["SPARQL"] = {name: str(value) for name, value in sparql.items()}
    text = StringIO()
    made.write(text)
    return text.getvalue()
