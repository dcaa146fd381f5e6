"""Shortest paths between two entities: rules and costs, search, results.

`search` finds paths in a network that was read as a whole, `indexed_search` in the adjacency
index of a store. `frontier_search` is the common part of searches that read only some edges:
`allusion.network.endpoint.path_search` and `allusion.network.spark.path_search`.
"""
