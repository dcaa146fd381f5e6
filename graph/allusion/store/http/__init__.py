"""HTTP for every remote server."""
