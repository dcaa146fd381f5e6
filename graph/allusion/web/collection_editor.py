"""Pages that change a collection: the questions of ``allusion add connection`` as a form.

Every request needs the token of the address that ``allusion serve --edit`` prints, and a form has
to come from a page of this server.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ..authoring.additions import ConnectionEntry, entries, plan_addition, plan_removal
from ..authoring.collection import Collection, open_collection
from ..authoring.concepts import Concepts
from ..authoring.from_rdf import CollectionContent, read_collection
from ..authoring.history import last_change, undo
from ..authoring.importing import ImportPlan
from ..authoring.records import Content
from ..build.check.additions import AdditionChecker
from ..core.errors import AllusionError, ParameterError
from ..core.vocabulary import local_path
from ..search.name_index import NameIndex
from .connection_form import connection_fields, form_of_entry, read_form, source_fields, work_fields
from .problems import HttpProblem

if TYPE_CHECKING:
    from .live_server import LiveServer

#: Maximum number of connections in the list of a collection.
_MOST: Final = 500
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # Browsers send the origin of a form only with a referrer policy that allows it.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list of connections."""

    key: str
    origin: str
    kind: str
    target: str
    source: str
    where: str
    path: str


class CollectionEditor:
    """The pages, as routes of a `LiveServer`.

    Args:
        collection: The collection to change.
        concepts: Terms of the ontology.
        names: Index of the graph without the collection.
        checker: Checks what would be written.
    """

    def __init__(
        self,
        collection: Collection,
        concepts: Concepts,
        names: NameIndex,
        checker: AdditionChecker,
    ) -> None:
        self.token = secrets.token_urlsafe(16)
        self._collection = collection
        self._concepts = concepts
        self._names = names
        self._checker = checker
        self._lock = threading.Lock()
        self._done: list[str] = []
        self._live: LiveServer | None = None

    def routes(self, live: LiveServer) -> list[Route]:
        """Return the routes; pages look like those of the server.

        Args:
            live: The server, which builds its graph again after a change.
        """
        self._live = live
        return [
            Route("/edit", self._list, methods=["GET"]),
            Route("/edit/connection", self._form, methods=["GET"]),
            Route("/edit/connection", self._save, methods=["POST"]),
            Route("/edit/remove", self._remove, methods=["POST"]),
            Route("/edit/undo", self._undo, methods=["POST"]),
        ]

    @property
    def path(self) -> str:
        """Path of the first page, with the token."""
        return f"edit?{urlencode({'token': self.token})}"

    def _server(self) -> LiveServer:
        assert self._live
        return self._live

    def _render(self, template: str, path: str, status: int = 200, **values: Any) -> Response:
        live = self._server()
        collection = open_collection(self._collection.folder)
        values = {"alert": ""} | values
        given = {"collection": collection, "token": self.token, "live": live, "notes": self._done}
        page = live.server.site.renderer.render(template, path, section="edit", **given, **values)
        return HTMLResponse(page, status, _HEADERS)

    def _check(self, token: str) -> None:
        if not secrets.compare_digest(token.encode(), self.token.encode()):
            raise HttpProblem(
                403, "token", "The address has no valid token",
                "open the address that allusion serve printed when it started",
            )  # fmt: skip

    async def _posted(self, request: Request) -> dict[str, str]:
        """Return the fields of a form that a page of this server sent.

        Raises:
            HttpProblem: If the origin or the token is another one.
        """
        body = await request.body()
        origin = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if request.headers.get("origin", "").lower() != origin.lower():
            raise HttpProblem(
                403, "origin", "The form was not sent by a page of this server",
                "the header Origin has to name this server",
            )  # fmt: skip
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        values = {name: several[-1] for name, several in found.items()}
        self._check(values.get("token", ""))
        return values

    async def _run(self, work: Callable[[], Response]) -> Response:
        """Run work in a thread, one at a time."""

        def alone() -> Response:
            with self._lock:
                return work()

        return await self._server().server.pages.run(alone)

    def _stored(self) -> CollectionContent:
        return read_collection(self._collection, self._concepts)

    def _written(self, plan: ImportPlan, title: str, notes: list[str]) -> None:
        change = plan.write(title)
        self._done = [*notes, title if change.after else "nothing was changed"]

    async def _changed(self, work: Callable[[], Response]) -> Response:
        """Run work that writes; after it, build the graph again."""
        response = await self._run(work)
        if response.status_code == 303:
            self._server().rebuild()
        return response

    def _back(self) -> Response:
        return RedirectResponse(f"../{self.path}", 303, _HEADERS)

    async def _list(self, request: Request) -> Response:
        self._check(request.query_params.get("token", ""))
        return await self._run(self._list_page)

    def _list_page(self, path: str = "edit", status: int = 200, alert: str = "") -> Response:
        content = self._stored().content
        rows = list(self._listed(content))
        try:
            last = str(last_change(self._collection))
        except ParameterError:
            last = ""
        return self._render(
            "collection", path, status, alert=alert, title=self._collection.name,
            rows=rows[:_MOST], more=max(len(rows) - _MOST, 0), last=last,
            sources=list(content.sources.values()),
        )  # fmt: skip

    def _listed(self, content: Content) -> Iterator[Listed]:
        kinds, language = self._concepts.kinds.concepts, self._collection.language
        for key, entry in entries(content, self._collection.namespace).items():
            connection, evidence = entry.connection, entry.evidence
            source = content.sources.get(evidence.source)
            yield Listed(
                key, self._label(connection.origin, content),
                kinds[connection.kind].label(language),
                self._label(connection.target, content), source.title.text if source else "",
                evidence.where, local_path(connection.origin),
            )  # fmt: skip

    def _label(self, iri: str, content: Content) -> str:
        thing = content.things.get(iri)
        return thing.names[0].text if thing and thing.names else self._names.label_of(iri)

    async def _form(self, request: Request) -> Response:
        self._check(request.query_params.get("token", ""))
        given = {name: value for name, value in request.query_params.items() if name != "token"}
        return await self._run(partial(self._empty_or_known, given))

    def _empty_or_known(self, given: Mapping[str, str]) -> Response:
        content = self._stored().content
        key = given.get("key", "")
        if key:
            entry = self._entry(content, key)
            known = form_of_entry(entry, content, self._collection, self._concepts, self._names)
            return self._form_page(content, known | {"key": key})
        return self._form_page(content, given)

    def _entry(self, content: Content, key: str) -> ConnectionEntry:
        entry = entries(content, self._collection.namespace).get(key)
        if entry is None:
            raise HttpProblem(
                404, "row", "The collection has no such connection (any more)",
                "it was changed or removed; open the list of its connections again",
            )  # fmt: skip
        return entry

    def _form_page(
        self, content: Content, values: Mapping[str, str], plan: ImportPlan | None = None
    ) -> Response:
        faults = plan.parsed.faults if plan else []
        language = self._collection.language
        connection = connection_fields(values, faults, content, self._concepts, language)
        source = source_fields(values, faults, self._concepts, language)
        work = work_fields(values, faults, self._concepts, language)
        return self._render(
            "connection_form", "edit/connection", 422 if faults else 200,
            title="Change a connection" if values.get("key") else "Add a connection",
            connection=connection, source=source, work=work, key=values.get("key", ""),
            elsewhere=connection.elsewhere, count=len(faults),
        )  # fmt: skip

    async def _save(self, request: Request) -> Response:
        values = await self._posted(request)
        return await self._changed(partial(self._save_now, values))

    def _save_now(self, values: Mapping[str, str]) -> Response:
        stored = self._stored()
        key = values.get("key", "")
        entry = self._entry(stored.content, key) if key else None
        rows = read_form(values, stored.content)
        connection = rows.connection
        if entry:
            before = form_of_entry(
                entry, stored.content, self._collection, self._concepts, self._names, hidden=True
            )
            connection = before | connection
        plan = plan_addition(
            connection, rows.source, stored, self._collection, self._concepts, self._names,
            self._checker, work=rows.work, replaced=entry,
        )  # fmt: skip
        if plan.parsed.faults:
            return self._form_page(stored.content, values, plan)
        verb = "change" if entry else "add"
        title = f"{verb} {connection['from']} -> {connection['to']}"
        self._written(plan, title, list(_matches(plan, stored.content)))
        return self._back()

    async def _remove(self, request: Request) -> Response:
        values = await self._posted(request)
        return await self._changed(partial(self._remove_now, values.get("key", "")))

    def _remove_now(self, key: str) -> Response:
        stored = self._stored()
        entry = self._entry(stored.content, key)
        plan = plan_removal(entry, stored, self._collection, self._concepts)
        ends = (entry.connection.origin, entry.connection.target)
        origin, target = (self._label(iri, stored.content) for iri in ends)
        self._written(plan, f"remove {origin} -> {target}", [])
        return self._back()

    async def _undo(self, request: Request) -> Response:
        await self._posted(request)
        return await self._changed(self._undo_now)

    def _undo_now(self) -> Response:
        try:
            self._done = [f"undone: {undo(self._collection).title}"]
        except AllusionError as error:
            self._done = []
            return self._list_page("edit/undo", 409, str(error))
        return self._back()


def _matches(plan: ImportPlan, stored: Content) -> Iterator[str]:
    """Yield what names of the row were matched with, and what is described for the first time.

    Args:
        plan: The addition.
        stored: Content of the collection before it.
    """
    for text, found in sorted(plan.parsed.matched.items()):
        yield f"{text} = {found}"
    for iri, thing in plan.parsed.content.things.items():
        if thing.cls and iri not in stored.things:
            yield f"described: {thing.names[0].text} ({thing.register})"
