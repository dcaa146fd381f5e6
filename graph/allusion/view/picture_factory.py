"""Make the picture of an entity, of paths, or of a query result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import ParameterError
from .picture import PathPicture, Picture
from .result_picture import result_picture
from .store_subgraph import read_surroundings
from .subgraphs import check_languages, filter_by_kind, nearest_subgraph

if TYPE_CHECKING:
    import networkx as nx

    from ..network.neighborhood import StoreNeighborhood
    from ..network.paths.results import Paths
    from ..query.results import Result, TripleResult
    from .options import PictureOptions

    Network = nx.MultiDiGraph[str]


def picture_of_entity(
    focus: str,
    neighborhood: StoreNeighborhood | None,
    network: Callable[[], Network],
    options: PictureOptions,
) -> Picture:
    """Return the picture of an entity and its surroundings.

    Args:
        focus: IRI of the entity.
        neighborhood: Reader for a large store; None reads the whole network.
        network: Reads the whole network.
        options: What is shown, and how.

    Raises:
        ParameterError: If an option is not allowed.
    """
    if neighborhood:
        part, load_page_network = read_surroundings(neighborhood, focus, options)
    else:
        part, load_page_network = network(), None
    check_languages(part, options.languages)
    filter_by_kind(part, options.kinds)  # raises for unknown kinds now, not while drawing
    if load_page_network is None:
        part = nearest_subgraph(part, focus, options.max_entities)
    return Picture(part, focus, options, load_page_network)


def picture_of_paths(paths: Paths, network: Network, options: PictureOptions) -> Picture:
    """Return the picture of paths between two entities."""
    check_languages(network, options.languages)
    on_paths = {paths.end.iri, *(entity.iri for path in paths for entity in path.entities)}
    start = paths.start.iri
    part = nearest_subgraph(network, start, options.max_entities, on_paths)
    return PathPicture(part, start, replace(options, kinds=paths.rules.via), paths=paths)


def picture_of_result(
    result: Result | TripleResult, network: Network, options: PictureOptions, *, star: bool
) -> Picture:
    """Return the picture of the entities of a result, see `result_picture`.

    Raises:
        ParameterError: If an option is only for entities, or nothing can be drawn.
    """
    if options.hops is not None or options.scene:
        raise ParameterError("hops and scene are options for an entity, not for a result")
    check_languages(network, options.languages)
    return result_picture(result, network, options, star=star)
