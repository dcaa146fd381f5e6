"""Authoring: collections of one's own, and the sheets that they are written in.

`collection` is the folder. `tables` reads a sheet cell by cell; `columns` names what may stand in
it; `parsing` makes records of the rows, with names resolved by `resolver`; `to_rdf` and `from_rdf`
convert records to Turtle and back; `importing` compares and writes.
"""
