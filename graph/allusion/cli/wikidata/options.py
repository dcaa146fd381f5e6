"""How Wikidata is asked, the same on every command that asks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...core.errors import NetworkError, ParameterError, StoreError, UnknownName
from ..output import note, open_graph

if TYPE_CHECKING:
    from ...build.sssom import Mapping
    from ...core.resources import Resources
    from ...wikidata.client.batch_client import Account, Asker, Manners
    from ...wikidata.client.wikidata_client import Wikidata
    from ..progress import Bar

_F = TypeVar("_F", bound=Callable[..., Any])
_DAY_S = 24 * 3600.0

#: The settings, for the end of a command's help.
SETTINGS = (
    "Settings: ALLUSION_CONTACT (an address or e-mail of yours, which Wikidata's policy asks "
    "for), ALLUSION_WIKIDATA_API, ALLUSION_WIKIDATA_ENDPOINT."
)


def service_options(command: _F) -> _F:
    """--offline, --refresh, --max-age, --contact, --endpoint, --timeout."""
    for option in (
        click.option(
            "--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=60.0,
            show_default=True, help="Seconds for one exchange, waiting and repeating included.",
        ),
        click.option(
            "--endpoint", envvar="ALLUSION_WIKIDATA_ENDPOINT", metavar="URL",
            help="A SPARQL endpoint that holds Wikidata: its own, QLever's, a mirror.",
        ),
        click.option("--contact", envvar="ALLUSION_CONTACT", help="How Wikidata can reach you."),
        click.option(
            "--max-age", "max_age", type=click.FloatRange(min=0), default=7.0, metavar="DAYS",
            show_default=True, help="Ask again for what is older.",
        ),
        click.option("--refresh", is_flag=True, help="Ask again for everything."),
        click.option("--offline", is_flag=True, help="Take what is in the cache, however old."),
    ):  # fmt: skip
        command = option(command)
    return command


def asking_options(command: _F) -> _F:
    """The `service_options`, --api and --dry-run."""
    command = click.option(
        "--api",
        envvar="ALLUSION_WIKIDATA_API",
        metavar="URL",
        help="The action API that gives items.",
    )(command)
    command = click.option(
        "--dry-run", is_flag=True, help="Print what would be asked; ask nothing."
    )(command)
    return service_options(command)


def manners(
    *, offline: bool, refresh: bool, max_age: float, dry_run: bool, contact: str | None
) -> Manners:
    """What may be asked, as the options have it.

    :raises ParameterError: if they say nothing and everything.
    """
    from ...wikidata.client.batch_client import Manners

    if offline and refresh:
        raise ParameterError("--offline asks nothing and --refresh everything: choose one")
    if not contact and not offline and not dry_run:
        note("Wikidata asks who is asking: give an address of yours with ALLUSION_CONTACT")
    return Manners(0.0 if refresh else max_age * _DAY_S, offline, dry_run)


def asked_politely(
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
) -> Wikidata:
    """The services, as the options have them."""
    from ...store.remote import CONTACT
    from ...wikidata.client.wikidata_client import API, ENDPOINT, Wikidata

    return Wikidata(
        api=api or API,
        endpoint=endpoint or ENDPOINT,
        contact=contact or CONTACT,
        timeout_s=timeout_s,
        manners=manners(
            offline=offline, refresh=refresh, max_age=max_age, dry_run=dry_run, contact=contact
        ),
        report=bar,
    )


def chosen(names: Sequence[str], resources: Resources, data: Path | None) -> dict[str, Mapping]:
    """The rows of the mapping for these entities; for all that are linked where none is named.

    :raises UnknownName: if one has no item.
    """
    from ...wikidata.pull.pull import linked

    rows = linked(resources)
    if not names:
        return rows
    graph = open_graph(data)
    found = {}
    for name in names:
        iri = graph.resolve(name)
        if iri not in rows:
            raise UnknownName(
                f"{name!r} is not linked to an item of Wikidata; allusion wikidata status says "
                "what was tried, allusion wikidata link looks for one"
            )
        found[iri] = rows[iri]
    return found


@contextmanager
def keeping(*askers: Asker) -> Iterator[None]:
    """Say, where a service fails half way or is not waited for, that what came is not lost."""
    try:
        yield
    except (NetworkError, StoreError, KeyboardInterrupt):
        if sum(one.account.requests for one in askers) > 1:
            anew = any(one.manners.max_age_s == 0 for one in askers)
            note(
                f"what came before is kept: the same command{' without --refresh' * anew} "
                "goes on from there"
            )
        raise


def account_of(account: Account) -> str:
    """What was asked and what came from the cache, in one line."""
    parts = [f"requests sent: {account.requests}"]
    if account.cached:
        age = time.time() - (account.oldest or time.time())
        parts.append(
            f"answers out of the cache: {account.cached:,}, the oldest {in_words(age)} old"
        )
    if account.missing:
        some = ", ".join(account.missing[:5]) + (" ..." if len(account.missing) > 5 else "")
        parts.append(f"not in the cache: {len(account.missing):,} ({some})")
    return "; ".join(parts)


def in_words(seconds: float) -> str:
    """A length of time as people say it: "3 hours"."""
    for unit, size in (("day", _DAY_S), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' * (count > 1)}"
    return "less than a minute"
