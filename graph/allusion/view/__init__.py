"""The picture of the graph: one page that needs no network, and one static SVG.

Both take the ``networkx.MultiDiGraph`` of ``allusion.network``: a node is the IRI
of an entity with its record as attribute ``entity``; an edge has its record as
attribute ``edge`` and points the way the statement does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import networkx as nx

    from ..chains import Chains

__all__ = ["chain_svg", "page", "svg"]


def svg(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    theme: Literal["light", "dark", "auto"] = "light",
    languages: Sequence[str] = ("en",),
    max_neighbours: int = 18,
) -> str:
    """The focus picture of one entity, as the text of an SVG file.

    Args:
        network: All entities and edges.
        focus: The IRI of the entity in the middle.
        theme: "auto" follows what the reader's system prefers.
        languages: Tags in order of preference; the first gives the main name,
            a second one the name below it.
        max_neighbours: How many entities stand on each side; the rest are counted.

    Raises:
        UnknownName: If ``focus`` is not in the network.
    """
    from .drawing import render
    from .focus import arrange
    from .neighbours import known, neighbours

    entity = known(network, focus)
    beside = neighbours(network, focus, languages=languages)
    return render(arrange(entity, beside, most=max_neighbours, languages=languages), theme) + "\n"


def page(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    title: str | None = None,
    languages: Sequence[str] = ("en",),
) -> str:
    """The whole network as one self-contained HTML file that opens at ``focus``.

    Args:
        network: All entities and edges.
        focus: The IRI of the entity the page opens at.
        title: The heading; by default it is made from the name of the focus.
        languages: As for `svg`.

    Raises:
        UnknownName: If ``focus`` is not in the network.
    """
    from .document import render_page

    return render_page(network, focus, title=title, languages=tuple(languages))


def chain_svg(
    chains: Chains,
    *,
    theme: Literal["light", "dark", "auto"] = "light",
    languages: Sequence[str] = ("en",),
    width: int = 640,
) -> str:
    """The chains that `allusion.chains` found, as the text of an SVG file.

    Args:
        chains: At least one; each is a column, and columns wrap.
        theme: As for `svg`.
        languages: As for `svg`.
        width: In pixels; the height follows from what is said.

    Raises:
        ParameterError: If there is no chain, or ``width`` holds no sentence.
    """
    from .chain import chain_svg as draw

    return draw(chains, theme=theme, languages=languages, width=width)
