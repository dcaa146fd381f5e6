"""Metrics of the server in the text format of Prometheus.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import HttpProblem
from .worker_pool import QueryPool

_PREFIX: Final = "allusion_"
#: Route of a request that no route answers, or that is refused before.
OTHER: Final = "other"
#: Headers of proxies. Metrics are for the operator, and not for those who come through a proxy.
_FORWARDED: Final = ("x-forwarded-for", "forwarded")
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one server, and the route that shows them.

    Args:
        pool: The pool whose queue and workers are shown.
    """

    def __init__(self, pool: QueryPool) -> None:
        self._registry = CollectorRegistry()
        self._paths: dict[object, str] = {}
        self.requests = Counter(
            f"{_PREFIX}requests", "Requests, by route and status.", ("route", "status"),
            registry=self._registry,
        )  # fmt: skip
        self.seconds = Histogram(
            f"{_PREFIX}request_seconds", "Time from a request to the end of its answer, by route.",
            ("route",), buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self.truncated = Counter(
            f"{_PREFIX}truncated_answers", "Answers that a limit cut, by limit.", ("limit",),
            registry=self._registry,
        )  # fmt: skip
        for name, text, read in (
            ("queries_waiting", "Queries that wait for a worker.", lambda: pool.waiting),
            ("queries_running", "Queries that have a worker.", lambda: pool.running),
            ("workers", "Worker processes for queries.", lambda: pool.store.workers),
        ):
            Gauge(_PREFIX + name, text, registry=self._registry).set_function(read)

    def route(self) -> Route:
        """Return the route ``/metrics``."""
        return Route("/metrics", self._show)

    def name_routes(self, routes: list[Route]) -> None:
        """Set the routes whose paths are the values of the label ``route``.

        Of several paths with one endpoint, the first one counts.
        """
        self._paths = {route.endpoint: route.path for route in reversed(routes)}

    async def _show(self, request: Request) -> Response:
        if any(name in request.headers for name in _FORWARDED):
            raise HttpProblem(404, "page", "There is no such page", request.url.path)
        headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        return Response(generate_latest(self._registry), headers=headers)

    def count(self, scope: Scope, status: int, truncated: str, seconds: float) -> None:
        """Count a request.

        Args:
            scope: Of the request, after its route was found.
            status: Status of the response; 0 if there was none.
            truncated: Limit that cut the answer, or "".
            seconds: Time of the request.
        """
        path = self._paths.get(scope.get("endpoint"), OTHER)
        self.requests.labels(path, str(status)).inc()
        self.seconds.labels(path).observe(seconds)
        if truncated:
            self.truncated.labels(truncated).inc()


class Measured:
    """ASGI middleware that counts every request.

    Args:
        app: The application.
        metrics: The counters.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it before the last part of its answer is sent."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()
        status, truncated, counted = 0, "", False

        def count() -> None:
            nonlocal counted
            if not counted:
                counted = True
                self.metrics.count(scope, status, truncated, time.monotonic() - began)

        async def watched_send(message: Message) -> None:
            nonlocal status, truncated
            if message["type"] == "http.response.start":
                status = message["status"]
                truncated = Headers(raw=message.get("headers", [])).get("allusion-truncated", "")
            elif not message.get("more_body", False):
                count()
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        finally:
            count()
