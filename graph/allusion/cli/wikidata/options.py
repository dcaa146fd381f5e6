"""Options of the commands that send requests to Wikidata."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...core.errors import NetworkError, ParameterError, StoreError, UnknownName
from ...core.text import count_text
from ..graph import open_graph
from ..options import FiniteRange
from ..output import note

if TYPE_CHECKING:
    from ...build.sssom import Mapping
    from ...core.resources import Resources
    from ...wikidata.client.batch_client import BatchClient, RequestLog, RequestPolicy
    from ...wikidata.client.wikidata_client import WikidataClient
    from ..progress import Bar

_F = TypeVar("_F", bound=Callable[..., Any])
_DAY_S = 24 * 3600.0

#: Settings, for the end of a command's help.
SETTINGS = (
    "Settings: ALLUSION_CONTACT (your address or e-mail, which Wikidata's policy requires), "
    "ALLUSION_WIKIDATA_API, ALLUSION_WIKIDATA_ENDPOINT."
)


def service_options(command: _F) -> _F:
    """Add --offline, --refresh, --max-age, --contact, --endpoint and --timeout."""
    for option in (
        click.option(
            "--timeout", "timeout_s", type=FiniteRange(min=0.1), default=60.0,
            show_default=True, help="Seconds for one request, including waiting and retries.",
        ),
        click.option(
            "--endpoint", envvar="ALLUSION_WIKIDATA_ENDPOINT", metavar="URL",
            help="SPARQL endpoint with Wikidata: its own, QLever's, or a mirror.",
        ),
        click.option(
            "--contact", envvar="ALLUSION_CONTACT",
            help="Your address or e-mail, for the User-Agent.",
        ),
        click.option(
            "--max-age", "max_age", type=FiniteRange(min=0), default=7.0, metavar="DAYS",
            show_default=True, help="Request again what is older.",
        ),
        click.option("--refresh", is_flag=True, help="Request everything again."),
        click.option("--offline", is_flag=True, help="Use only the cache, regardless of age."),
    ):  # fmt: skip
        command = option(command)
    return command


def request_options(command: _F) -> _F:
    """Add the `service_options`, --api and --dry-run."""
    command = click.option(
        "--api",
        envvar="ALLUSION_WIKIDATA_API",
        metavar="URL",
        help="Address of the action API.",
    )(command)
    command = click.option(
        "--dry-run", is_flag=True, help="Print the requests without sending them."
    )(command)
    return service_options(command)


def request_policy(
    *, offline: bool, refresh: bool, max_age: float, dry_run: bool, contact: str | None
) -> RequestPolicy:
    """Return the request policy for the options.

    Raises:
        ParameterError: If --offline and --refresh are both given.
    """
    from ...wikidata.client.batch_client import RequestPolicy

    if offline and refresh:
        raise ParameterError("--offline sends no requests and --refresh sends all; choose one")
    if not contact and not offline and not dry_run:
        note("Wikidata requires a contact: set ALLUSION_CONTACT to your address or e-mail")
    return RequestPolicy(0.0 if refresh else max_age * _DAY_S, offline, dry_run)


def create_client(
    bar: Bar,
    *,
    offline: bool,
    refresh: bool,
    max_age: float,
    dry_run: bool,
    contact: str | None,
    api: str | None,
    endpoint: str | None,
    timeout_s: float,
) -> WikidataClient:
    """Create the client for the options."""
    from ...http.user_agent import CONTACT
    from ...wikidata.client.wikidata_client import API_URL, ENDPOINT_URL, WikidataClient

    return WikidataClient(
        api=api or API_URL,
        endpoint=endpoint or ENDPOINT_URL,
        contact=contact or CONTACT,
        timeout_s=timeout_s,
        policy=request_policy(
            offline=offline, refresh=refresh, max_age=max_age, dry_run=dry_run, contact=contact
        ),
        progress=bar,
    )


def select_links(
    names: Sequence[str], resources: Resources, data: Path | None
) -> dict[str, Mapping]:
    """Return the links of these entities by IRI; all links if no name is given.

    Raises:
        UnknownName: If an entity has no link.
    """
    from ...wikidata.model.links import links_by_entity

    rows = links_by_entity(resources)
    if not names:
        return rows
    graph = open_graph(data)
    found = {}
    for name in names:
        iri = graph.resolve(name)
        if iri not in rows:
            raise UnknownName(
                f"{name!r} is not linked to an item; allusion wikidata status shows "
                "earlier searches, allusion wikidata link searches for one"
            )
        found[iri] = rows[iri]
    return found


@contextmanager
def note_cached_on_error(*clients: BatchClient) -> Iterator[None]:
    """Report on an error or interruption that the responses received are cached."""
    try:
        yield
    except (NetworkError, StoreError, KeyboardInterrupt):
        if sum(one.log.requests for one in clients) > 1:
            anew = any(one.policy.max_age_s == 0 for one in clients)
            note(
                f"the responses received are cached; to continue, repeat the command"
                f"{' without --refresh' * anew}"
            )
        raise


def summarize_requests(log: RequestLog) -> str:
    """Return the numbers of requests and cached responses in one line."""
    parts = [f"requests sent: {log.requests}"]
    if log.cached:
        age = time.time() - (log.oldest or time.time())
        parts.append(f"cached responses: {log.cached:,}, the oldest {format_duration(age)} old")
    if log.missing:
        some = ", ".join(log.missing[:5]) + (" ..." if len(log.missing) > 5 else "")
        parts.append(f"not in the cache: {len(log.missing):,} ({some})")
    return "; ".join(parts)


def format_duration(seconds: float) -> str:
    """Return a duration in its largest unit: "3 hours"."""
    for unit, size in (("day", _DAY_S), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= size:
            count = int(seconds // size)
            return count_text(count, unit, f"{unit}s")
    return "less than a minute"
