"""A dump of Wikidata -> the films, series and what they name, by one file of rules.

`rules` reads what is kept, `grammar` what a line of N-Triples is, `dumps` opens files
however they are packed. On one machine `reading` finds the links between items,
`selecting` which items stay, `picking` their lines, `sorting` puts them in order and
`single` runs these as steps that a killed run need not repeat. `spark` does the same
on a cluster, from the same rules and the same grammar, and gives the same bytes.
"""
