"""What surrounds one entity, for people to look at: a page, a drawing, a notebook's cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Picture:
    """What surrounds one entity, as a page or a drawing.

    ``options`` are those of `allusion.view.svg` and `allusion.view.page`.
    """

    network: Callable[[], nx.MultiDiGraph[str]]
    focus: str
    options: dict[str, Any]

    def svg(self) -> str:
        """The static picture."""
        from .view import svg

        return svg(self.network(), self.focus, **self.options)

    def html(self) -> str:
        """The interactive page, one file that needs no network."""
        from .view import page

        return page(self.network(), self.focus, **self.options)

    def save(self, path: str | Path) -> Path:
        """Write the picture: ``.svg`` or ``.html`` by the ending of ``path``.

        :raises ParameterError: if the ending is neither.
        :raises OutputError: if the file cannot be written.
        """
        from .files import write_atomically

        target = Path(path)
        makers = {".svg": self.svg, ".html": self.html, ".htm": self.html}
        if target.suffix.lower() not in makers:
            raise ParameterError(f"{target.name!r} is neither .svg nor .html")
        write_atomically(target, makers[target.suffix.lower()]())
        return target

    def _repr_svg_(self) -> str:
        return self.svg()
