"""The part of the page's address behind the "#": which picture of the page is meant.

The page keeps all that it shows there (``assets/url-state.js`` reads and writes it), so a picture
of Python is the page opened at one address. Names are those of `choosing.narrowed`: where all
of ``kinds`` are families they are the page's own filter, else they stand under ``of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ...core.vocabulary import BASE
from ..selection import narrowed, shown_families
from ..theme import CONNECTIONS, FAMILY_ORDER

if TYPE_CHECKING:
    import networkx as nx

    from ...network.paths import Chains

    Network = nx.MultiDiGraph[str]

_OPENED: Final = 8  # as many as the button "Two hops" of the page opens


def key(network: Network, iri: str) -> str:
    """An entity in an address: its slug, or "film:slug" where two have the same.

    >>> import networkx as nx
    >>> network = nx.MultiDiGraph()
    >>> network.add_nodes_from([f"{BASE}film/2046", f"{BASE}film/heat", f"{BASE}song/heat"])
    >>> key(network, f"{BASE}film/2046"), key(network, f"{BASE}song/heat")
    ('2046', 'song:heat')
    """
    path = iri.removeprefix(BASE)
    slug = path.rsplit("/", 1)[-1]
    alike = sum(other.endswith(f"/{slug}") for other in network)
    return slug if alike < 2 else path.replace("/", ":", 1)


def of_picture(
    network: Network,
    focus: str,
    layout: str,
    *,
    hops: int | None = None,
    kinds: Sequence[str] = (),
    scene: str = "",
    theme: str = "light",
) -> str:
    """The address of the picture of one entity; "" for what the page shows anyway."""
    query = _kinds(kinds)
    if hops == 2 and layout == "focus" and (opened := _opened(network, focus, kinds)):
        query["open"] = ",".join(opened)
    if scene and layout == "scene":
        query["scene"] = _scene(network, focus, scene)
    if theme == "dark":
        query["theme"] = theme
    if not query and layout == "focus":
        return ""
    return _written((layout, key(network, focus)), query)


def of_chains(network: Network, chains: Chains, theme: str = "light") -> str:
    """The address of the chains between two entities, found by the same rules."""
    rules = chains.rules
    query = _kinds(rules.via)
    if not rules.credits and not rules.via:
        query["kinds"] = ",".join(family for family in FAMILY_ORDER if family in CONNECTIONS)
    if rules.hubs:
        query["hubs"] = "1"
    if theme == "dark":
        query["theme"] = theme
    ends = (key(network, entity.iri) for entity in (chains.one, chains.other))
    return _written(("chain", *ends), query)


def _kinds(kinds: Sequence[str]) -> dict[str, str]:
    names = [kind.strip().replace(" ", "-") for kind in kinds]
    if not names:
        return {}
    if set(names) <= set(FAMILY_ORDER):
        return {"kinds": ",".join(family for family in FAMILY_ORDER if family in names)}
    return {"of": ",".join(names)}


def _opened(network: Network, focus: str, kinds: Sequence[str]) -> list[str]:
    """Whom the page opens to the second hop, as its own button does."""
    from ..neighbors import neighbours
    from ..svg.second_hop import further

    chosen = narrowed(network, kinds)
    families = shown_families(chosen, focus, kinds)
    beside = neighbours(chosen, focus, families=families)
    found = {iri for _, iri in further(chosen, focus, beside, families, ())}
    order = dict.fromkeys(item.entity.iri for item in beside)
    return [key(network, iri) for iri in order if iri in found][:_OPENED]


def _scene(network: Network, work: str, words: str) -> str:
    """The slug of the first scene with ``words`` in its name."""
    from ..layout.scene import scenes_of

    rows = (row for section in scenes_of(network, work, words) for row in section.rows)
    return next(row.scene.iri.rsplit("/", 1)[-1] for row in rows if row.scene)


def _written(path: Sequence[str], query: dict[str, str]) -> str:
    parts = "&".join(f"{name}={quote(value, safe=',:-_')}" for name, value in query.items())
    return f"#/{'/'.join(quote(part, safe=':') for part in path)}{'?' if parts else ''}{parts}"
