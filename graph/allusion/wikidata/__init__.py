"""Wikidata: client, snapshot, comparison, export, linking and dump filter.

The package sends queries to Wikidata and never edits it. Nothing from Wikidata is written to
the curated files, except links that `allusion wikidata link` adds to ``wikidata.sssom.tsv``.
"""
