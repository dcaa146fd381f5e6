"""Opening the store that a person names: disk, memory, or the address of an endpoint."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.errors import ParameterError
from .base import Store
from .oxigraph import OxigraphStore

if TYPE_CHECKING:
    from .http.credentials import Login
    from .remote import RemoteStore

DISK: Final = "disk"
MEMORY: Final = "memory"
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)


def is_remote(name: str) -> bool:
    """Whether ``name`` is the address of an endpoint."""
    return bool(_SCHEME.match(name))


def is_loaded(name: str) -> bool:
    """Whether ``name`` is a folder in which something was loaded; it may need ``./`` before it."""
    return name not in (DISK, MEMORY) and (Path(name) / "manifest.json").is_file()


def open_store(name: str, path: Path) -> Store:
    """The store called "disk" or "memory", or the endpoint at an http or https address.

    ``path`` is the store that the build made; "memory" is a copy of it, for whoever
    asks much in one process. An endpoint gets the login that is set for its host.

    :raises ParameterError: if ``name`` is none of them.
    :raises StoreError: if the store at ``path`` cannot be read.
    """
    if name == DISK:
        return OxigraphStore(path)
    if name == MEMORY:
        store = OxigraphStore()
        # In memory the engine finds last what was added first; so answers, and the parts of a
        # GROUP_CONCAT, come in the order that they have on disk.
        store.engine.bulk_extend(reversed(list(OxigraphStore(path).engine)))
        return store
    if is_remote(name):
        return open_remote(name)
    from .http.credentials import without_login

    raise ParameterError(
        f"{without_login(name)!r} is no store; choose {DISK}, {MEMORY}, a folder that allusion "
        "load made, or the http or https address of a SPARQL endpoint"
    )


def open_remote(address: str, *, timeout_s: float = 60) -> RemoteStore:
    """The endpoint at ``address``, with the login that is set for its host.

    :raises ParameterError: if it is no address, or has a login in it.
    """
    from .remote import RemoteStore

    return RemoteStore(address, timeout_s=timeout_s, login=login_for(address))


def login_for(address: str) -> Login | None:
    """The login that is set for the host of ``address``.

    :raises ParameterError: if that is no address, or has a login in it, or is set by half.
    """
    from urllib.parse import urlsplit

    from .http.client import host_of
    from .http.credentials import find_login

    host_of(address)
    return find_login(urlsplit(address).hostname or "")
