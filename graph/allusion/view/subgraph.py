"""What a picture of one entity takes of a large store, read when it is needed and no further."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from .selection import check_most, chosen, cut

if TYPE_CHECKING:
    import networkx as nx

    from ..network.neighborhood import Nearby

    Network = nx.MultiDiGraph[str]


def surroundings(
    near: Nearby,
    focus: str,
    layout: str,
    hops: int | None,
    most: int,
    kinds: Sequence[str],
    languages: Sequence[str],
) -> tuple[Network, Callable[[], Network]]:
    """The network that is drawn, and what reads the one that a page holds.

    The drawing has all within reach, unless that is more than ``most``: then it is drawn from
    what the page holds, as the plane is that has no end. Unlike `choosing.nearest` a page has
    nothing that no edge leads to.

    Raises:
        ParameterError: If ``most`` is none that a page can hold.
    """
    check_most(1, most)

    @cache
    def held() -> Network:
        kept = chosen(near.beside, near.degree, focus, most)
        return _told(cut(near.network(kept), kept, near.count()), near, kinds, languages)

    if layout == "scene":
        network = near.network([focus], beyond=True)
        # Of other works there are those scenes alone in which something of this one is.
        own = (scene for scene in network.graph["scenes"] if scene.work == focus)
        network.graph["scenes"] = tuple(own)
        return _told(network, near, kinds, languages), held
    if layout == "network" and hops is None:
        return held(), held
    focused = layout == "focus"
    # The focus view tells of its neighbours how many edges they have, and where these lead.
    core = near.within(focus, 1 if focused else hops or 1)
    if len(core) > most:
        return held(), held
    return _told(near.network(core, beyond=focused), near, kinds, languages), held


def _told(
    network: Network, near: Nearby, kinds: Sequence[str], languages: Sequence[str]
) -> Network:
    """The network with what of the whole is asked for: which kinds and languages it has."""
    if kinds:
        network.graph["kinds"] = near.kinds()
    if set(languages) - {"en"}:
        network.graph["tags"] = near.tags()
    return network
