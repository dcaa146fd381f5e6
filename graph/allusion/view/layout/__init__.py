"""Layouts: positions and sizes of everything a drawing shows, in pixels."""

from typing import Final

DRAWING_MARGIN: Final = 20
"""Margin around the drawings of all layouts except "focus", in pixels."""
