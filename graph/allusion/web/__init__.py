"""Web site and SPARQL 1.1 endpoint of a graph.

`app` puts the parts together. `safety` checks every request, `negotiation` and `problems` are
shared by all parts. `protocol` reads SPARQL requests, `pool` runs them in workers within limits,
and `endpoint` answers them. `site` and `pages` write the pages for people.
"""
