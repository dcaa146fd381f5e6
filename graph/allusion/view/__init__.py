"""The picture of the graph: one page that needs no network, and static SVG in five layouts.

All take the ``networkx.MultiDiGraph`` of ``allusion.network``: a node is the IRI
of an entity with its record as attribute ``entity``; an edge has its record as
attribute ``edge`` and points the way the statement does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, get_args

# The first import of a subpackage sets an attribute of this package. These two are imported
# before the functions of the same names, so that a later import does not replace a function.
from . import page as _page  # noqa: F401
from . import svg as _svg  # noqa: F401

if TYPE_CHECKING:
    import networkx as nx

    from ..core.progress import Teller
    from ..network.paths import Chains

__all__ = ["LAYOUTS", "Layout", "Theme", "chain_svg", "page", "svg"]

Layout = Literal["focus", "network", "timeline", "chain", "scene"]
Theme = Literal["light", "dark", "auto"]
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)


def svg(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    layout: Layout = "focus",
    hops: int | None = None,
    kinds: Sequence[str] = (),
    scene: str = "",
    theme: Theme = "light",
    languages: Sequence[str] = ("en",),
    title: str | None = None,
    max_neighbours: int = 18,
) -> str:
    """A static picture of one entity, as the text of an SVG file.

    Args:
        network: All entities and edges.
        focus: The IRI of the entity in the middle.
        layout: "focus" has it between what it points to and what points to it; "network" is
            the whole plane with it marked; "timeline" sets things on their years; "scene"
            goes through a film scene by scene. A "chain" has two ends: see
            `allusion.knowledge.KnowledgeGraph.path`.
        hops: How far from the focus, 1 or 2. None means 1, and everything for "network".
        kinds: Families, kinds of edge or kinds of entity to show; () means the four families
            of connection, and what else belongs to such an entity.
        scene: For "scene": only the scenes with this in their name.
        theme: "auto" follows what the reader's system prefers.
        languages: Tags in order of preference; the first gives the main name,
            a second one the name below it.
        title: The heading; by default it is made from the name of the focus.
        max_neighbours: For "focus": how many entities stand on each side; the rest are counted,
            and of a hub, of which half as many are shown, told by decade.

    Raises:
        UnknownName: If ``focus`` is not in the network.
        ParameterError: If the layout cannot show this entity, or an option is none that it
            knows; the message says what is allowed.
    """
    from .neighbors import known
    from .selection import check_languages, check_options

    known(network, focus)
    check_options(layout, hops, theme, scene)
    check_languages(network, languages)
    match layout:
        case "timeline":
            from .svg.render import timeline

            return timeline(network, focus, hops or 1, kinds, theme, languages, title)
        case "network":
            from .svg.render import plane

            return plane(network, focus, hops, kinds, theme, languages, title)
        case "scene":
            from .svg.render import scenes

            return scenes(network, focus, scene, kinds, theme, languages, title)
        case _:
            from .svg.render import focused

            return focused(
                network, focus, hops or 1, kinds, theme, languages, title, max_neighbours
            )


def page(
    network: nx.MultiDiGraph[str],
    focus: str,
    *,
    title: str | None = None,
    languages: Sequence[str] = ("en",),
    start: str = "",
    still: str = "",
    tell: Teller | None = None,
) -> str:
    """The whole network as one self-contained HTML file that opens at ``focus``.

    Args:
        network: All entities and edges.
        focus: The IRI of the entity the page opens at.
        title: The heading; by default it is made from the name of the focus.
        languages: As for `svg`.
        start: What it shows where its address says nothing: "#/timeline/moonlight", as
            `allusion.view.address` writes it. "" is the focus view of ``focus``.
        still: What `svg` or `chain_svg` drew, for where no script runs; "" is the focus view.
        tell: Is told what is done, for it takes some seconds for thousands of entities.

    Raises:
        UnknownName: If ``focus`` is not in the network.
    """
    from .page.html import render_page

    return render_page(
        network,
        focus,
        title=title,
        languages=tuple(languages),
        start=start,
        still=still,
        tell=tell,
    )


def chain_svg(
    chains: Chains,
    *,
    theme: Literal["light", "dark", "auto"] = "light",
    languages: Sequence[str] = ("en",),
    width: int = 640,
    title: str | None = None,
) -> str:
    """The chains that `allusion.chains` found, as the text of an SVG file.

    Args:
        chains: At least one; each is a column, and columns wrap.
        theme: As for `svg`.
        languages: As for `svg`.
        width: In pixels; the height follows from what is said.
        title: The heading; by default it says what was found.

    Raises:
        ParameterError: If there is no chain, or ``width`` holds no sentence.
    """
    from .svg.path import chain_svg as draw

    return draw(chains, theme=theme, languages=languages, width=width, title=title)
