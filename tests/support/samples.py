"""Samples of sweeps: some cases run by default, and all of them with the slow tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def every_nth(cases: Iterable[Any], step: int = 5) -> list[Any]:
    """Return all cases as parameters of a test; those between each nth are slow."""
    return [
        case if number % step == 0 else pytest.param(case, marks=pytest.mark.slow)
        for number, case in enumerate(cases)
    ]
