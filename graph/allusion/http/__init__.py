"""HTTP client for remote servers."""
