"""What Wikidata says of entities, and how that stands to what is said here.

`service` asks, politely and through a cache; `pulling` and `pulled` keep what it says as a
source of its own; `beside`, `checking` and `comparing` set the two sides beside each other.
Nothing is ever sent to Wikidata but questions, and nothing it says is written into curated
files.
"""
