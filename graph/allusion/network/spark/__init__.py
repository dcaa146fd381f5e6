"""Paths and rankings of a table of edges on Apache Spark.

Only Spark's own functions are used, so no Python runs on the cluster. The entities and edges that
are shown come back to this machine, which reads their records from the store.
"""
