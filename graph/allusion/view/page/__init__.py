"""The interactive page: one HTML file that needs no network."""
