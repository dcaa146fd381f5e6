"""Explanation of a canned query without rows, loaded only if there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .results import Result

if TYPE_CHECKING:
    from ..search.name_index import NameIndex
    from ..store.interface import Store
    from .bound_query import BoundQuery


def explain_if_empty(
    result: Result, bound: BoundQuery, store: Store, names: Callable[[], NameIndex]
) -> Result:
    """Return the result of a query; without rows, with their `Result.explanation`."""
    if result.rows:
        return result
    from .empty_answers import explained

    return explained(result, bound, store, names)
