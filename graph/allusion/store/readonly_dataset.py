"""Read-only rdflib Dataset without access to other servers."""

from __future__ import annotations

from typing import Any

import rdflib

from ..core.errors import QueryRefused
from ..sparql.guard import refuse_unsafe

_ADVICE = "the graph is read-only; copy it first: rdflib.Dataset() and addN(kg.dataset.quads())"


class ReadOnlyDataset(rdflib.Dataset):
    """Quads of a store for rdflib; it refuses every change and every SERVICE."""

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        """Run a query; see `rdflib.Graph.query`.

        Raises:
            QueryRefused: If it is an update, accesses another server, or is a prepared query.
        """
        if not isinstance(query_object, str):
            raise QueryRefused("give the query as text: a prepared one cannot be looked at")
        refuse_unsafe(query_object)
        return super().query(query_object, *args, **kwargs)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Refuse the update.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def addN(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (rdflib's name)
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)

    def remove(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse the change.

        Raises:
            QueryRefused: Always.
        """
        raise QueryRefused(_ADVICE)
