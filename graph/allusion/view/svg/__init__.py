"""SVG drawings: `render` selects a layout, one module draws each layout."""
