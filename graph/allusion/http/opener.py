"""Opener of urllib: http and https with a deadline, proxies, redirects, and no other scheme."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import NetworkError
from .credentials import without_login
from .deadline import Deadline, HttpHandler, HttpsHandler
from .redirects import RedirectHandler


class _ProxyHandler(urllib.request.ProxyHandler):
    """Handler for the proxies of the environment, which must be HTTP proxies."""

    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> Any:  # noqa: A002
        """Refuse a proxy of another kind; urllib would report an unknown type of address."""
        if not urllib.request.proxy_bypass(req.host):
            _check_proxy(proxy)
        return super().proxy_open(req, proxy, type)


def _check_proxy(setting: str) -> None:
    parts = urlsplit(setting if "://" in setting else f"http://{setting}")
    try:
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise NetworkError(
            f"the proxy of this system, {without_login(setting)!r}, is not an HTTP proxy; check "
            "the settings http_proxy and https_proxy"
        )


def build_opener(
    deadline: Deadline,
    *more: urllib.request.BaseHandler,
    hide: Callable[[str], str] = str,
) -> urllib.request.OpenerDirector:
    """Return an opener for http and https only, with a deadline.

    The proxies of the environment apply. There is no handler for files, ftp or data.

    Args:
        deadline: The deadline for all operations.
        more: Additional handlers, such as one for logins.
        hide: Removes secrets from text of the server before it is part of a message.
    """
    director = urllib.request.OpenerDirector()
    for handler in (
        _ProxyHandler(),
        HttpHandler(deadline),
        HttpsHandler(deadline),
        RedirectHandler(deadline, hide),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
        *more,
    ):
        director.add_handler(handler)
    return director
