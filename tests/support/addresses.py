"""Addresses of the page at which every view has something to show."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

VIEWS = (
    "focus/chungking-express",
    "focus/chungking-express?as=list",
    "network/chungking-express",
    "timeline/chungking-express?all=1",
    "path/moonlight/chungking-express",
    "scene/chungking-express",
)
PHONE = ViewportSize(width=390, height=844)
