"""allusion check: check the curated facts, or verify a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ..core.errors import Fault, ParameterError, StoreError
from ..core.resources import Resources
from ..core.text import count_text
from ..http.credentials import without_login
from ..store.factory import DISK
from .options import data_option, layers, with_option
from .output import note, write
from .progress import progress


@click.command(
    "check",
    epilog=(
        "\b\nExamples:\n"
        "  allusion check --fix\n"
        "  allusion check --only violation-cycle\n"
        "  allusion check --with wikidata\n"
        "  allusion check --store\n"
        "  allusion check --store films\n"
    ),
)
@data_option
@with_option
@click.option("--fix", is_flag=True, help="Rewrite files that are not in canonical style.")
@click.option("--no-shacl", is_flag=True, help="Do not validate with the SHACL shapes (faster).")
@click.option(
    "--only",
    metavar="QUERY",
    multiple=True,
    help="Run only this violation query; may be given several times.",
)
@click.option(
    "--store",
    metavar="[FOLDER]",
    is_flag=False,
    flag_value=DISK,
    help="Only verify the built store, or a folder that allusion load made.",
)
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json"]), default="text",
    show_default=True, help="Format of the list of faults.",
)  # fmt: skip
def check_command(
    data: Path | None,
    fix: bool,
    no_shacl: bool,
    only: tuple[str, ...],
    store: str | None,
    form: str,
) -> int:
    """Check the curated facts; list every fault and its fix.

    Checks syntax, terms, dangling IRIs, labels, links to Wikidata, evidence, query headers,
    style and the SHACL shapes. Faults of collections are grouped, in the words of the sheet;
    -f json has them one by one. If the graph can be built, the violation queries in
    queries/checks run too. Exit code 0 if there is no fault, else 3.

    With a collection, style and shapes are checked for it and for what it refers to, not
    again for the shipped facts. --with wikidata also checks the Wikidata snapshot, but not
    its style and not by the violation queries, because it is not curated.

    --store reads every file, quad and name of a store and compares them with the checksums
    and counts that were recorded when it was written. Other commands compare only files that
    have changed.
    """
    import json

    from ..build.check import all_faults, fix_style
    from ..build.check.violations import violation_faults
    from ..build.curated_data import read_curated
    from ..core.resources import locate
    from ..query.catalog import read_catalog

    resources = locate(data)
    # The violation queries are for curated facts, not for the snapshot.
    with_snapshot = layers().over(resources)
    resources = with_snapshot._replace(snapshot=None)
    if store is not None:
        if fix or no_shacl or only or form != "text":
            raise ParameterError("--store can be combined only with --data and --with")
        return _verify(store, with_snapshot)
    if fix:
        for path in fix_style(read_curated(resources).files):
            note(f"rewrote {path.name}")
    with progress(quiet=True) as bar:
        bar("running the violation queries")
        faults = violation_faults(resources, only)
        if not only:
            resources = with_snapshot
            bar("checking every file" if no_shacl else "checking every file and the SHACL shapes")
            _, query_faults = read_catalog(resources.query_files())
            faults = sorted({*faults, *all_faults(resources, shacl=not no_shacl), *query_faults})
    if form == "json":
        write(json.dumps([fault._asdict() for fault in faults], indent=2) + "\n", None)
    else:
        write("".join(f"{line}\n" for line in _lines(faults, resources)), None)
    for folder in resources.collections:
        if not any(folder.glob("sources/*.ttl")):
            note(f"{folder} is empty; to fill it: allusion import SHEET --into {folder} --write")
    count = count_text(len(faults), "fault", "faults") if faults else "clean"
    note(f"{count_text(len(resources.turtle_files()), 'file', 'files')}: {count}")
    return 3 if faults else 0


def _lines(faults: list[Fault], resources: Resources) -> Iterator[str]:
    """Yield the faults of curated files as they are, and those of collections in plain words."""
    from ..authoring.check_report import collection_report
    from ..authoring.layers import names_in_collections

    files = {f"{path.parents[1].name}/sources/{path.name}" for path in resources.collection_files()}
    yield from (str(fault) for fault in faults if fault.file not in files)
    own = [fault for fault in faults if fault.file in files]
    yield from collection_report(own, names_in_collections(resources) if own else {})


def _verify(store: str, resources: Resources) -> int:
    from ..build.store_verification import verify
    from ..store.factory import is_loaded

    if store == DISK:
        folder = resources.store
        if not resources.is_built:
            raise StoreError("no store has been built from these facts; run: allusion build")
    elif is_loaded(store):
        folder = Path(store)
    else:
        raise ParameterError(
            f"{without_login(store)!r} is not a local store; --store takes a folder that "
            "allusion load made, or no value for the built store"
        )
    with progress(quiet=True) as bar:
        manifest = verify(folder, bar)
    note(f"{manifest.quads:,} quads, {len(manifest.files)} files: as written: {folder}")
    return 0
