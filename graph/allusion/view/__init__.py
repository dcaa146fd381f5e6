"""Pictures of the graph: static SVG in five layouts, and an interactive HTML page.

Everything here reads the ``networkx.MultiDiGraph`` of `allusion.network.networkx_graph`: a node is
the IRI of an entity and holds its record as attribute ``entity``; an edge holds its record
as attribute ``edge`` and points in the direction of the statement.

The steps of a picture: `subgraphs` selects nodes and edges, `layout` computes positions,
`svg` writes the drawing, `page` writes the HTML file, `picture` offers both to the user.
"""

from .options import LAYOUTS, Layout, PictureOptions, Theme

__all__ = ["LAYOUTS", "Layout", "PictureOptions", "Theme"]
