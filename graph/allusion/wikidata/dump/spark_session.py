"""Spark itself: a session, what it takes files to be, and what it says when it fails."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...core.compression import packed_as
from ...core.errors import DataError, Fault, MissingExtra, OutputError, ParameterError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_EXTRA: Final = "pip install 'allusion[spark]'; it needs Java 17 or later, too"
_PACKINGS: Final = ("", "gz", "bz2")
# A cluster has settings of its own.
LOCAL: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",
}


def is_folder(output: str) -> bool:
    """Whether Spark is to write it, in parts: an address, or what ends with a slash."""
    return output.endswith("/") or "://" in output


def address(path: str) -> str:
    """A path as Spark takes it.

    :raises ParameterError: if Spark would not unpack it, for it goes by the name.
    """
    if "://" in path or not Path(path).is_file():
        return path
    with Path(path).open("rb") as stream:
        packing = packed_as(stream.read(6))
    if packing not in _PACKINGS:
        raise ParameterError(
            f"{path} is packed as {packing}, which Spark unpacks only where its native libraries "
            "are; pack it as bz2, or slice it here (without --engine spark)"
        )
    ending = Path(path).suffix.removeprefix(".")
    if packing != (ending if ending in _PACKINGS else ""):
        raise ParameterError(
            f"{path} is {f'packed as {packing}' if packing else 'not packed'}; Spark goes by the "
            "name, so the name has to say so"
        )
    return Path(path).resolve().as_uri()


@contextmanager
def session(master: str | None) -> Iterator[SparkSession]:
    """A session; it is ended here if it was begun here."""
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra(f"PySpark is not installed: {_EXTRA}") from error
    is_ours = SparkSession.getActiveSession() is None
    builder = SparkSession.builder.appName("allusion wikidata slice")
    if master:
        builder = builder.master(master)
    if master and master.startswith("local"):
        for name, value in LOCAL.items():
            builder = builder.config(name, value)
    with warnings.catch_warnings():
        # It looks which pandas there is, of which nothing here has need.
        warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)
        try:
            spark = builder.getOrCreate()
        except PySparkRuntimeError as error:
            raise MissingExtra(f"Spark did not start: {_EXTRA} ({error})") from error
        try:
            yield spark
        finally:
            if is_ours:
                spark.stop()


def failures() -> type[Exception]:
    """What Spark raises; its library is not there to be named before it is asked for."""
    from pyspark.errors import PySparkException

    return PySparkException


def explained(error: Exception, output: str) -> Exception:
    """What Spark says, as an error of ours."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "PATH_NOT_FOUND" in said:
        return ParameterError(f"Spark finds no such file: {said}")
    if "PATH_ALREADY_EXISTS" in said:
        return OutputError(f"{output} is there already: choose another folder, or remove it first")
    return DataError([Fault("Spark", 0, "", said, "its log says more", "dump")], "the dump")
