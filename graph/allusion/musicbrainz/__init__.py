"""MusicBrainz: covers and samples of the songs of the graph.

The core data of MusicBrainz is in the public domain (CC0).
Source: https://musicbrainz.org/doc/MusicBrainz_API
"""
