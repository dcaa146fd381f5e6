"""Filter of Wikidata dumps: films, series and what they mention, by one file of rules.

`rules` reads the rules, `ntriples` parses lines, `files` opens dumps in any compression. On
one machine, `link_extractor` collects links between items (first pass), `selection` selects
the items, `line_filter` filters their lines (second pass), `external_sort` sorts them, and
`local` runs these steps with `checkpoints`. `spark` does the same on a cluster, with the same
rules and grammar, and writes the same bytes.
"""
