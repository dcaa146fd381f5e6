"""Paths, cards and rankings of a SPARQL endpoint, without reading its whole graph.

Queries name the entities they are about, in batches of limited size, and a command sends a
limited number of them. What they return is read by the same code as an embedded store.
"""
