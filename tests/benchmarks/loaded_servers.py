"""SPARQL servers on loopback that a file of N-Quads was loaded into, for benchmarks.

The default graph of each is the union of its named graphs. The Oxigraph server comes with
``pip install oxigraph``, Virtuoso with Debian's ``virtuoso-opensource``, the libraries of Jena with
``libapache-jena-java`` and ``default-jdk-headless``. Debian has no Fuseki, so `JenaServer.java`
answers.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from servers import free_port, running, virtuoso_ini

_JARS: Final = Path("/usr/share/java")
#: Libraries of Jena, and those that it needs; all of the folder together are in conflict.
_JENA: Final = (
    *("jena-*", "*thrift*", "dexx*", "gson", "guava", "http*", "jackson-*", "jakarta.json*"),
    *(
        "titanium*",
        "jsonld*",
        "jcl-over-slf4j",
        "slf4j-api",
        "slf4j-jdk14",
        "commons-*",
        "protobuf",
    ),
)
#: Folder of resources in Debian's jena-core.jar, whose classes look for them in the other one.
_XERCES: Final = ("org/apache/jena/ext/xerces/", "xerces/")
#: Seconds after which Jena and Virtuoso stop a query.
_LIMIT: Final = 120


@contextmanager
def oxigraph(files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Provide the address of an Oxigraph server."""
    program = str(Path(sysconfig.get_path("scripts")) / "oxigraph")
    store = folder / "store"
    for file in files:
        _load([program, "load", "--lenient", "--location", str(store), "--file", str(file)], folder)
    _report(store)
    port = free_port()
    serve = [program, "serve-read-only", "--location", str(store), "--union-default-graph"]
    with running([*serve, "--bind", f"127.0.0.1:{port}"], port, folder):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Provide the address of a Virtuoso with 5 GB for its pages, and the limits of Debian."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not console:
        raise LookupError("apt-get install virtuoso-opensource")
    sql, http = free_port(), free_port()
    ini = virtuoso_ini(
        sql=sql,
        http=http,
        parameters={
            "NumberOfBuffers": 600_000,
            "MaxDirtyBuffers": 450_000,
            "CheckpointInterval": 0,
            "ThreadsPerQuery": 1,
            "DirsAllowed": ", ".join(sorted({str(file.parent.resolve()) for file in files})),
        },
        sparql={
            "ResultSetMaxRows": 10_000,
            "MaxQueryCostEstimationTime": 400,
            "MaxQueryExecutionTime": _LIMIT,
        },
    )
    (folder / "virtuoso.ini").write_text(ini)
    with running([program, "+foreground", "+configfile", "virtuoso.ini"], http, folder):
        names = "".join(
            f"ld_dir('{file.parent.resolve()}', '{file.name}', 'urn:none');\n" for file in files
        )
        sql_file = folder / "load.sql"
        sql_file.write_text(f"{names}rdf_loader_run();\ncheckpoint;\n")
        _load([console, f"127.0.0.1:{sql}", "dba", "dba", str(sql_file)], folder)
        _report(folder / "virtuoso.db")
        yield f"http://127.0.0.1:{http}/sparql"


@contextmanager
def jena(files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Provide the address of a server with a TDB2 database."""
    if not shutil.which("javac") or not any(_JARS.glob("jena-tdb2*")):
        raise LookupError("apt-get install libapache-jena-java default-jdk-headless")
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(_XERCES[0]) and not name.endswith("/"):
                target = folder / name.replace(*_XERCES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    jars = (str(path) for name in _JENA for path in sorted(_JARS.glob(f"{name}.jar")))
    java = ["java", "-Xmx3g", "-cp", ":".join((str(folder), *jars))]
    loader = ["tdb2.tdbloader", "--loader=phased", "--loc", str(folder / "tdb2")]
    _load([*java, *loader, *map(str, files)], folder)
    _report(folder / "tdb2")
    port = free_port()
    source = str(Path(__file__).with_name("JenaServer.java"))
    serve = [*java, source, str(folder / "tdb2"), str(port), str(_LIMIT)]
    with running(serve, port, folder):
        yield f"http://127.0.0.1:{port}/query"


ENGINES: Final[dict[str, Callable[[Sequence[Path], Path], AbstractContextManager[str]]]] = {
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
    "jena": jena,
}


@contextmanager
def loaded(engine: str, files: Sequence[Path]) -> Iterator[str]:
    """Provide the address of a server that some files were loaded into."""
    with (
        tempfile.TemporaryDirectory() as name,
        ENGINES[engine](files, Path(name)) as address,
    ):
        yield address


def _load(command: Sequence[str], folder: Path) -> None:
    began = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    print(f"loaded in {time.monotonic() - began:.0f} s")


def _report(path: Path) -> None:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    size = sum(file.stat().st_blocks * 512 for file in files)
    print(f"{size / 1e9:.2f} GB on disk\n", flush=True)
