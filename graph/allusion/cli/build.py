"""allusion build: build the store from the curated facts."""

from __future__ import annotations

from pathlib import Path

import click

from .options import data_option
from .output import note
from .progress import progress


@click.command("build")
@data_option
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
def build_command(data: Path | None, force: bool) -> None:
    """Build the store from the curated facts.

    Reads and checks the facts, infers statements, loads and indexes them, and replaces the
    old store in one step. Every other command builds the store when the facts have changed.
    """
    from ..build.pipeline import build
    from ..core.resources import locate

    resources = locate(data)
    steps: list[str] = []
    with progress() as bar:

        def report(step: str) -> None:
            steps.append(step)
            bar(step)

        manifest = build(resources, report, force=force)
    if not steps:
        note(f"up to date: {resources.store}")
        return
    note(
        f"built {manifest.quads:,} quads ({manifest.inferred:,} inferred; {manifest.merged:,} "
        f"triples in the default graph) in "
        f"{manifest.seconds:.1f} s: {resources.store}"
    )
