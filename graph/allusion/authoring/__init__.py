"""Authoring: collections of users, and the sheets in which they are written.

`collection` is the folder. `tables` reads a sheet cell by cell; `columns` lists its columns;
`parsing` makes records of the rows, with names resolved by `resolver`; `to_rdf` and `from_rdf`
convert records to Turtle and back; `importing` compares and writes.
"""
