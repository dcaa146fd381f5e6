"""Static SVG drawings."""
