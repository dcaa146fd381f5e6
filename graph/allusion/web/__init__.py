"""Web site and SPARQL 1.1 endpoint of a graph.

`app` puts the parts together. `security` checks every request, `negotiation` and `problems` are
shared by all parts. `sparql_protocol` reads SPARQL requests, `worker_pool` runs them within limits,
and `endpoint` answers them. `site` writes the pages for people, `page_routes` serves them.
"""
