"""Opening of a store by name: disk, memory, or the address of an endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.errors import ParameterError
from .interface import Store
from .oxigraph import OxigraphStore

if TYPE_CHECKING:
    from ..http.credentials import Login
    from .remote import RemoteStore

DISK: Final = "disk"
MEMORY: Final = "memory"
_SCHEMES: Final = ("http://", "https://")


def is_remote(name: str) -> bool:
    """Return whether ``name`` is the address of an endpoint."""
    return name.lower().startswith(_SCHEMES)


def is_loaded(name: str) -> bool:
    """Return whether ``name`` is a folder made by ``allusion load``.

    The folders "disk" and "memory" must be written with ``./``.
    """
    return name not in (DISK, MEMORY) and (Path(name) / "manifest.json").is_file()


def open_store(name: str, path: Path, *, quads: int = 0) -> Store:
    """Open a store.

    Args:
        name: "disk", "memory", or the http or https address of an endpoint. "memory" is a copy of
            the store on disk, for many queries in one process. An endpoint gets the login that is
            configured for its host.
        path: The built store on disk.
        quads: Number of quads in it, by its manifest.

    Raises:
        ParameterError: If ``name`` is none of these.
        StoreError: If the store at ``path`` cannot be read.
    """
    if name == DISK:
        return OxigraphStore(path, quads=quads)
    if name == MEMORY:
        store = OxigraphStore(quads=quads)
        # In memory the engine iterates in the reverse order of insertion. Reversal gives results,
        # and the parts of a GROUP_CONCAT, the same order as on disk.
        store.engine.bulk_extend(reversed(list(OxigraphStore(path).engine)))
        return store
    if is_remote(name):
        return open_remote(name)
    from ..http.credentials import without_login

    raise ParameterError(
        f"{without_login(name)!r} is not a store; choose {DISK}, {MEMORY}, a folder that allusion "
        "load made, or the http or https address of a SPARQL endpoint"
    )


def open_remote(address: str, *, timeout_s: float = 60) -> RemoteStore:
    """Open the endpoint at ``address``, with the login for its host.

    Raises:
        ParameterError: If ``address`` is invalid or contains a login.
    """
    from .remote import RemoteStore

    return RemoteStore(address, timeout_s=timeout_s, login=login_for(address))


def login_for(address: str) -> Login | None:
    """Return the configured login for the host of ``address``, or None.

    Raises:
        ParameterError: If ``address`` is invalid or contains a login, or if the configured login
            is incomplete.
    """
    from urllib.parse import urlsplit

    from ..http.client import host_of
    from ..http.credentials import find_login

    host_of(address)
    return find_login(urlsplit(address).hostname or "")
