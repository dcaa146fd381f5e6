"""Tools of the graph for language models, over the Model Context Protocol.

`tools` defines the tools, `answers` writes their answers within a size, and `server` connects
them to the package ``mcp``, which the extra of that name installs.
"""
