"""Shortest paths between two entities: rules and costs, search, results.

`search` finds paths in a network that was read as a whole, `indexed_search` in the adjacency
index of a store, and `allusion.network.endpoint.path_search` in an endpoint.
"""
