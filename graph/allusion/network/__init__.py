"""The graph in memory, and what is computed on it."""
