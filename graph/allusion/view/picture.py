"""A picture of an entity, to save, to show in a notebook, or to explore."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ..core.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

    from ..core.progress import Teller
    from ..network.paths import Chains
    from . import Layout

ENDINGS: Final = (".svg", ".png", ".html", ".htm")
HEIGHT: Final = 760
_DESCRIPTION: Final = re.compile(r"<desc [^>]*>(.*?)</desc>", re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """What surrounds one entity, as a drawing or as the interactive page.

    A notebook shows the drawing: as ``image/svg+xml`` alone, which JupyterLab, VS Code,
    nbviewer and GitHub all show, and which needs no trust in the notebook. (HTML beside it
    would come first on GitHub and nbviewer, and lose its style there.)

    The options are those of `allusion.view.draw_svg`; ``focus`` is an IRI. ``network`` is what is
    drawn; ``reading`` reads what the page holds, where that is more.
    """

    network: nx.MultiDiGraph[str]
    focus: str
    layout: Layout = "focus"
    hops: int | None = None
    kinds: tuple[str, ...] = ()
    scene: str = ""
    languages: tuple[str, ...] = ("en",)
    theme: Literal["light", "dark", "auto"] = "light"
    title: str | None = None
    max_neighbours: int = 18
    reading: Callable[[], nx.MultiDiGraph[str]] | None = None

    @property
    def held(self) -> nx.MultiDiGraph[str]:
        """What the page holds; of a large store it is read now."""
        return self.network if self.reading is None else self.reading()

    def svg(self) -> str:
        """The drawing, as the text of an SVG file."""
        from . import draw_svg

        return draw_svg(
            self.network,
            self.focus,
            layout=self.layout,
            hops=self.hops,
            kinds=self.kinds,
            scene=self.scene,
            theme=self.theme,
            languages=self.languages,
            title=self.title,
            max_neighbours=self.max_neighbours,
        )

    def png(self, scale: float = 2.0) -> bytes:
        """The drawing as the bytes of a PNG file; ``scale`` 2 is sharp on today's screens.

        :raises OutputError: if there is neither resvg nor a Chromium; it says how to get one.
        """
        from .png import png

        return png(self.svg(), scale=scale)

    def html(self, tell: Teller | None = None) -> str:
        """The interactive page, one file that needs no network; it opens as this picture.

        ``tell`` is told what is done.
        """
        from . import render_page

        return render_page(
            self.held,
            self.focus,
            title=self.title,
            languages=self.languages,
            start=self.fragment,
            still=self._still(),
            tell=tell,
        )

    def _still(self) -> str:
        """The drawing for a page without script; "" where the page has it, or it has none."""
        if self.layout == "focus":
            return ""
        try:
            return self.svg()
        except ParameterError:  # without years, scenes or chains the page says so itself
            return ""

    @property
    def fragment(self) -> str:
        """The address of this picture in the page, which opens there by itself.

        >>> import networkx as nx
        >>> film = "https://w3id.org/allusion/film/manhattan"
        >>> Picture(nx.MultiDiGraph(), film, "timeline", kinds=("reference",)).fragment
        '#/timeline/manhattan?kinds=reference'
        """
        from .page.url_state import of_picture

        return of_picture(
            self.held,
            self.focus,
            self.layout,
            hops=self.hops,
            kinds=self.kinds,
            scene=self.scene,
            theme=self.theme,
        )

    def save(self, path: str | Path, *, scale: float = 2.0, tell: Teller | None = None) -> Path:
        """Write the picture: ``.svg``, ``.png`` or ``.html`` by the ending of ``path``.

        ``tell`` is told what is done: a page of thousands takes some seconds.

        :raises ParameterError: if the ending is none of these.
        :raises OutputError: if the file cannot be written, or nothing here draws PNG.
        """
        from ..core.atomic_files import write_atomically

        target = Path(path)
        match target.suffix.lower():
            case ".svg":
                write_atomically(target, self.svg())
            case ".png":
                write_atomically(target, self.png(scale))
            case ".html" | ".htm":
                write_atomically(target, self.html(tell))
            case _:
                raise ParameterError(f"{target.name!r} is neither .svg, .png nor .html")
        return target

    def interactive(self, height: int = HEIGHT) -> Frame:
        """The interactive page in a frame ``height`` pixels high, for a notebook.

        The frame is a sandbox: the page runs its own scripts, sees nothing of the notebook,
        and its links open in new windows. It is about as large as the page (some megabytes),
        and only trusted notebooks show it; on GitHub there is only a drawing to see.
        """
        return Frame(self.html(), height, self._said())

    def _said(self) -> str:
        found = _DESCRIPTION.search(self.svg())
        return html.unescape(found[1]) if found else ""

    def _repr_mimebundle_(
        self,
        include: Sequence[str] | None = None,  # noqa: ARG002 - IPython calls with both
        exclude: Sequence[str] | None = None,  # noqa: ARG002
    ) -> dict[str, str]:
        drawn = self.svg()
        found = _DESCRIPTION.search(drawn)
        said = html.unescape(found[1]) if found else ""
        return {"image/svg+xml": drawn, "text/plain": said}

    def _repr_svg_(self) -> str:
        return self.svg()


@dataclass(frozen=True)
class ChainPicture(Picture):
    """The shortest chains from ``focus`` to another entity, as a drawing or as the page."""

    chains: Chains | None = None
    width: int = 640

    def svg(self) -> str:
        """The drawing of every chain that was found, ``width`` pixels wide."""
        from . import chain_svg

        assert self.chains is not None
        return chain_svg(
            self.chains,
            theme=self.theme,
            languages=self.languages,
            width=self.width,
            title=self.title,
        )

    @property
    def fragment(self) -> str:
        """The address of these chains in the page, which opens there by itself."""
        from .page.url_state import of_chains

        assert self.chains is not None
        return of_chains(self.network, self.chains, self.theme)


@dataclass(frozen=True)
class Frame:
    """A page in a sandboxed frame, as a notebook shows it."""

    page: str
    height: int
    description: str

    def _repr_html_(self) -> str:
        # Without allow-same-origin the page has an origin of its own, whatever it runs; what
        # its links open is a page like any other, not part of the sandbox.
        return (
            '<iframe sandbox="allow-scripts allow-downloads allow-popups '
            'allow-popups-to-escape-sandbox" '
            f'width="100%" height="{int(self.height)}" title="{html.escape(self.description)}" '
            f'style="border:0" loading="lazy" srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Frame(height={self.height}): {self.description}"
