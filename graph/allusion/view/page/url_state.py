"""The state of the page as the fragment of its URL.

The page reads and writes the fragment in ``assets/url-state.js``. This module writes the fragment
at which the page shows the same picture as Python. The parameter ``kinds`` has the families to
show, and ``of`` has the other names that `allusion.view.subgraphs.filter_by_kind` accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ...core.vocabulary import BASE
from ..options import PictureOptions, Theme
from ..subgraphs import filter_by_kind, visible_families
from ..theme import CONNECTION_FAMILIES, FAMILY_ORDER

if TYPE_CHECKING:
    import networkx as nx

    from ...network.paths.results import Paths

    Network = nx.MultiDiGraph[str]

_MAX_EXPANDED: Final = 8  # as many as the button "Two hops" of the page expands


def url_key(network: Network, iri: str) -> str:
    """Return the name of an entity in a URL: its slug, or "film:slug" if that is ambiguous.

    >>> import networkx as nx
    >>> network = nx.MultiDiGraph()
    >>> network.add_nodes_from([f"{BASE}film/2046", f"{BASE}film/heat", f"{BASE}song/heat"])
    >>> url_key(network, f"{BASE}film/2046"), url_key(network, f"{BASE}song/heat")
    ('2046', 'song:heat')
    """
    path = iri.removeprefix(BASE)
    slug = path.rsplit("/", 1)[-1]
    same_slug = sum(other.endswith(f"/{slug}") for other in network)
    return slug if same_slug < 2 else path.replace("/", ":", 1)


def picture_fragment(network: Network, focus: str, options: PictureOptions) -> str:
    """Return the fragment for the picture of one entity; "" for the default view of the page."""
    parameters = _kind_parameters(options.kinds)
    if options.hops == 2 and options.layout == "focus":
        expanded = _expanded_neighbors(network, focus, options.kinds)
        parameters |= {"open": ",".join(expanded)} if expanded else {}
    if options.scene and options.layout == "scene":
        parameters["scene"] = _scene_slug(network, focus, options.scene)
    if options.theme == "dark":
        parameters["theme"] = options.theme
    if not parameters and options.layout == "focus":
        return ""
    return _fragment((options.layout, url_key(network, focus)), parameters)


def path_fragment(network: Network, paths: Paths, theme: Theme = "light") -> str:
    """Return the fragment for the paths between two entities, found by the same rules."""
    rules = paths.rules
    parameters = _kind_parameters(rules.via)
    if not rules.credits and not rules.via:
        families = (family for family in FAMILY_ORDER if family in CONNECTION_FAMILIES)
        parameters["kinds"] = ",".join(families)
    if rules.hubs:
        parameters["hubs"] = "1"
    if theme == "dark":
        parameters["theme"] = theme
    ends = (url_key(network, entity.iri) for entity in (paths.start, paths.end))
    return _fragment(("path", *ends), parameters)


def _kind_parameters(kinds: Sequence[str]) -> dict[str, str]:
    names = [kind.strip().replace(" ", "-") for kind in kinds]
    if not names:
        return {}
    if set(names) <= set(FAMILY_ORDER):
        return {"kinds": ",".join(family for family in FAMILY_ORDER if family in names)}
    return {"of": ",".join(names)}


def _expanded_neighbors(network: Network, focus: str, kinds: Sequence[str]) -> list[str]:
    """Return the neighbors that the button "Two hops" expands."""
    from ..neighbors import find_neighbors
    from ..svg.second_hop import find_second_hop

    filtered = filter_by_kind(network, kinds)
    families = visible_families(filtered, focus, kinds)
    neighbors = find_neighbors(filtered, focus, families=families)
    second_hop = find_second_hop(filtered, focus, neighbors, families, ())
    with_second_hop = {iri for _, iri in second_hop}
    order = dict.fromkeys(item.entity.iri for item in neighbors)
    return [url_key(network, iri) for iri in order if iri in with_second_hop][:_MAX_EXPANDED]


def _scene_slug(network: Network, work: str, scene_name: str) -> str:
    """Return the slug of the first scene whose name contains ``scene_name``."""
    from ..layout.scene import scene_sections

    sections = scene_sections(network, work, scene_name)
    scenes = (row.scene for section in sections for row in section.rows if row.scene)
    return next(scenes).iri.rsplit("/", 1)[-1]


def _fragment(path: Sequence[str], parameters: dict[str, str]) -> str:
    query = "&".join(f"{name}={quote(value, safe=',:-_')}" for name, value in parameters.items())
    return f"#/{'/'.join(quote(part, safe=':') for part in path)}{'?' if query else ''}{query}"
