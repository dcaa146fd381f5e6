"""A process that answers SPARQL and may be killed: what runs inside it, and its language.

``serve`` is its program, ``confine`` what it gives up before it reads a query,
``frames`` what it and its owner say to each other. It is started by
`allusion.store.sandbox.process`, and imports nothing but the standard library and the engine.
"""
