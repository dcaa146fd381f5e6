"""Picture of an entity or of paths: drawing, notebook output, or interactive page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.deprecation import renamed_attributes, renamed_parameters
from ..core.errors import ParameterError
from .options import DEFAULT_OPTIONS, PictureOptions

if TYPE_CHECKING:
    import networkx as nx

    from ..core.progress import Progress
    from ..network.paths.results import Paths

FRAME_HEIGHT: Final = 760
_OMITTED: Final = re.compile(r'^<svg [^>]* data-omitted="(\d+)"')
_DESCRIPTION: Final = re.compile(r"<desc [^>]*>(.*?)</desc>", re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """An entity and its surroundings, as a drawing or as the interactive page.

    A notebook shows the drawing as ``image/svg+xml``. JupyterLab, VS Code, nbviewer and
    GitHub all show that, and the notebook need not be trusted. There is no HTML output:
    GitHub and nbviewer would prefer it and remove its style.

    Attributes:
        network: The network that is drawn.
        focus: IRI of the entity in the middle.
        options: What is shown, and how.
        load_page_network: Reads the network of the page if that is larger; None means that
            the page holds ``network``.
    """

    network: nx.MultiDiGraph[str]
    focus: str
    options: PictureOptions = DEFAULT_OPTIONS
    load_page_network: Callable[[], nx.MultiDiGraph[str]] | None = None

    if not TYPE_CHECKING:
        __getattr__ = renamed_attributes(held="page_network", fragment="url_fragment")

    @property
    def page_network(self) -> nx.MultiDiGraph[str]:
        """The network of the page; read from the store when it is first needed."""
        return self.network if self.load_page_network is None else self.load_page_network()

    @cached_property
    def _drawing(self) -> str:
        from .svg.render import render_svg

        return render_svg(self.network, self.focus, self.options)

    def svg(self) -> str:
        """Return the drawing as the text of an SVG file.

        Raises:
            ParameterError: If the layout cannot show what was asked for.
        """
        return self._drawing

    @property
    def omitted(self) -> int:
        """Number of entities that the drawing leaves out or only counts."""
        found = _OMITTED.search(self.svg())
        return int(found[1]) if found else 0

    def png(self, scale: float = 2.0) -> bytes:
        """Return the drawing as the bytes of a PNG file.

        Args:
            scale: Pixels of the PNG for each pixel of the SVG.

        Raises:
            OutputError: If neither resvg nor Chromium is installed.
        """
        from .png import render_png

        return render_png(self.svg(), scale=scale)

    @renamed_parameters(tell="progress")
    def html(self, progress: Progress | None = None) -> str:
        """Return the interactive page, which opens with this picture.

        Args:
            progress: Receives the steps of the work.
        """
        from .page.html import render_page

        return render_page(
            self.page_network,
            self.focus,
            self.options,
            start=self.url_fragment,
            static_svg=self._static_svg(),
            progress=progress,
        )

    def _static_svg(self) -> str:
        """Return the drawing to show without JavaScript; "" for that of the page itself."""
        if self.options.layout == "focus":
            return ""
        try:
            return self.svg()
        except ParameterError:  # for example no entity has a year; the page explains it
            return ""

    @property
    def url_fragment(self) -> str:
        """The URL fragment at which the page shows this picture; "" for its first picture.

        >>> import networkx as nx
        >>> film = "https://w3id.org/allusion/film/manhattan"
        >>> options = PictureOptions("timeline", kinds=("reference",))
        >>> Picture(nx.MultiDiGraph(), film, options).url_fragment
        '#/timeline/manhattan?kinds=reference'
        """
        from .page.url_state import picture_fragment

        return picture_fragment(self.page_network, self.focus, self.options)

    @renamed_parameters(tell="progress")
    def save(
        self, path: str | Path, *, scale: float = 2.0, progress: Progress | None = None
    ) -> Path:
        """Write the picture to a file: ``.svg``, ``.png`` or ``.html``.

        Args:
            path: The suffix selects the format.
            scale: For ``.png``, see `png`.
            progress: For ``.html``: receives the steps of the work, which takes some
                seconds for thousands of entities.

        Raises:
            ParameterError: If the suffix is none of these.
            OutputError: If the file cannot be written, or no program for PNG is installed.
        """
        from ..core.atomic_files import write_atomically

        target = Path(path)
        match target.suffix.lower():
            case ".svg":
                write_atomically(target, self.svg())
            case ".png":
                write_atomically(target, self.png(scale))
            case ".html" | ".htm":
                write_atomically(target, self.html(progress))
            case _:
                raise ParameterError(
                    f"{target.name!r} has no suffix of a picture; allowed: .svg, .png, .html"
                )
        return target

    def interactive(self, height: int = FRAME_HEIGHT) -> NotebookFrame:
        """Return the interactive page for a notebook.

        The page runs in a sandboxed frame: its scripts cannot access the notebook, and its
        links open new windows. The output has the size of the page (some megabytes). Only
        trusted notebooks show it; GitHub does not.

        Args:
            height: Height of the frame in pixels.
        """
        return NotebookFrame(self.html(), height, _description(self.svg()))

    def _repr_mimebundle_(
        self,
        include: Sequence[str] | None = None,  # noqa: ARG002 - IPython passes both
        exclude: Sequence[str] | None = None,  # noqa: ARG002
    ) -> dict[str, str]:
        svg = self.svg()
        return {"image/svg+xml": svg, "text/plain": _description(svg)}

    def _repr_svg_(self) -> str:
        return self.svg()


@dataclass(frozen=True)
class PathPicture(Picture):
    """The shortest paths from ``focus`` to another entity, as a drawing or as the page.

    Attributes:
        paths: The paths to draw; at least one.
        width: Width of the drawing in pixels.
    """

    paths: Paths | None = None
    width: int = 640

    @cached_property
    def _drawing(self) -> str:
        from .svg.path import draw_paths

        assert self.paths is not None
        attribution = self.network.graph.get("attribution", "")
        options = replace(self.options, attribution=attribution)
        return draw_paths(self.paths, options, width=self.width)

    @property
    def url_fragment(self) -> str:
        """The URL fragment at which the page shows these paths."""
        from .page.url_state import path_fragment

        assert self.paths is not None
        return path_fragment(self.network, self.paths, self.options.theme)


@dataclass(frozen=True)
class NotebookFrame:
    """A page in a sandboxed frame, for a notebook."""

    page: str
    height: int
    description: str

    def _repr_html_(self) -> str:
        # Without allow-same-origin the page has an opaque origin. Windows that its links
        # open are not sandboxed.
        return (
            '<iframe sandbox="allow-scripts allow-downloads allow-popups '
            'allow-popups-to-escape-sandbox" '
            f'width="100%" height="{int(self.height)}" title="{html.escape(self.description)}" '
            f'style="border:0" loading="lazy" srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"NotebookFrame(height={self.height}): {self.description}"


def _description(svg: str) -> str:
    """Return the text of the <desc> element of a drawing; "" if it has none."""
    found = _DESCRIPTION.search(svg)
    return html.unescape(found[1]) if found else ""
