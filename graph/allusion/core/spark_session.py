"""Spark session, paths for Spark, and translation of its errors."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .compression import detect_compression
from .errors import DataError, Fault, MissingExtra, OutputError, ParameterError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_EXTRA: Final = "pip install 'allusion[spark]'; it also needs Java 17 or later"
_PACKINGS: Final = ("", "gz", "bz2")
# Settings for local mode only; a cluster has its own.
LOCAL: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",
}


def is_folder(output: str) -> bool:
    """Return whether Spark writes it as a folder: an address, or a path ending with a slash."""
    return output.endswith("/") or "://" in output


def spark_path(path: str) -> str:
    """Return a path in the form that Spark expects.

    Raises:
        ParameterError: If Spark cannot decompress the file; it relies on the file name.
    """
    if "://" in path or not Path(path).is_file():
        return path
    with Path(path).open("rb") as stream:
        packing = detect_compression(stream.read(6))
    if packing not in _PACKINGS:
        raise ParameterError(
            f"{path} is compressed as {packing}, which Spark supports only with native libraries; "
            "compress it as bz2, or omit --engine spark"
        )
    ending = Path(path).suffix.removeprefix(".")
    if packing != (ending if ending in _PACKINGS else ""):
        raise ParameterError(
            f"{path} is {f'compressed as {packing}' if packing else 'not compressed'}, "
            "but Spark relies on the name; rename the file accordingly"
        )
    return Path(path).resolve().as_uri()


@contextmanager
def spark_session(master: str | None, name: str) -> Iterator[SparkSession]:
    """Provide a Spark session; a session that was created here is stopped at the end.

    Args:
        master: Address of Spark; None means that of its configuration.
        name: Name of the application.

    Raises:
        MissingExtra: If PySpark or Java is not installed.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra(f"PySpark is not installed: {_EXTRA}") from error
    is_ours = SparkSession.getActiveSession() is None
    builder = SparkSession.builder.appName(name)
    if master:
        builder = builder.master(master)
    if master and master.startswith("local"):
        for name, value in LOCAL.items():
            builder = builder.config(name, value)
    with warnings.catch_warnings():
        # PySpark warns about the version of pandas, which is not used here.
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


def spark_exception() -> type[Exception]:
    """Return the base class of Spark's exceptions; PySpark is imported only if needed."""
    from pyspark.errors import PySparkException

    base: type[Exception] = PySparkException
    return base


def translate_error(error: Exception, what: str, output: str = "") -> Exception:
    """Return an error of this package for one of Spark's.

    Args:
        error: The error.
        what: What was read.
        output: What was written.
    """
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "PATH_NOT_FOUND" in said:
        return ParameterError(f"Spark does not find the file: {said}")
    if "PATH_ALREADY_EXISTS" in said:
        return OutputError(f"{output} exists already; choose another folder, or delete it")
    return DataError([Fault("Spark", 0, "", said, "see its log", "spark")], what)
