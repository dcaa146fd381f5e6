"""What a page of the network view shows, for tests in a browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


def expect_focus(page: Any, name: str) -> None:
    """Wait until the focus view is about an entity; its name may be broken into lines."""
    words = r"\s*".join(map(re.escape, name.split()))
    expect(page.locator("#picture .card")).to_contain_text(re.compile(words))
