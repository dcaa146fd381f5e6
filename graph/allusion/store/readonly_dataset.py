"""An rdflib Dataset that can be read and not changed, and asks no other server."""

from __future__ import annotations

from typing import Any

import rdflib

from ..core.errors import QueryRefused
from ..sparql.guard import refuse_unsafe

_ADVICE = "the graph is read-only; copy it first: rdflib.Dataset() and addN(kg.dataset.quads())"


class ReadOnlyDataset(rdflib.Dataset):
    """The quads of a store for rdflib; every change and every SERVICE is refused."""

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        """Answer a query given as text; see `rdflib.Graph.query`.

        :raises QueryRefused: if it is an update, asks another server, or is already prepared.
        """
        if not isinstance(query_object, str):
            raise QueryRefused("give the query as text: a prepared one cannot be looked at")
        refuse_unsafe(query_object)
        return super().query(query_object, *args, **kwargs)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Refuse.

        :raises QueryRefused: always.
        """
        raise QueryRefused(_ADVICE)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse.

        :raises QueryRefused: always.
        """
        raise QueryRefused(_ADVICE)

    def addN(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (rdflib's name)
        """Refuse.

        :raises QueryRefused: always.
        """
        raise QueryRefused(_ADVICE)

    def remove(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse.

        :raises QueryRefused: always.
        """
        raise QueryRefused(_ADVICE)
