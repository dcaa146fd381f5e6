"""The graph in memory as a networkx graph, and what is computed on it."""
