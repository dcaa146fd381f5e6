"""Old names of parameters and attributes, which work for one more version."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar

from .errors import ParameterError

_P = ParamSpec("_P")
_R = TypeVar("_R")


def renamed_parameters(**new_names: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return a decorator that accepts old names of parameters, with a DeprecationWarning.

    Args:
        new_names: New name by old name.

    >>> @renamed_parameters(most="limit")
    ... def search(*, limit: int) -> int:
    ...     return limit
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     search(most=3)
    3
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @functools.wraps(function)
        def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            for old in new_names.keys() & kwargs.keys():
                new = new_names[old]
                if new in kwargs:
                    raise ParameterError(f"{old} is the old name of {new}; use only {new}")
                warn_renamed(old, new)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate


def renamed_attributes(**new_names: str) -> Callable[[object, str], Any]:
    """Return a ``__getattr__`` that finds old names of attributes, with a DeprecationWarning.

    Args:
        new_names: New name by old name; a dotted name is an attribute of an attribute.
    """

    def get(owner: object, name: str) -> Any:
        if name not in new_names:
            raise AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")
        warn_renamed(name, new_names[name])
        return attrgetter(new_names[name])(owner)

    return get


def warn_renamed(old: str, new: str) -> None:
    """Warn, for the caller of the caller, that an old name was used."""
    warnings.warn(
        f"{old} is deprecated and will be removed in the next version; use {new}",
        DeprecationWarning,
        stacklevel=3,
    )
