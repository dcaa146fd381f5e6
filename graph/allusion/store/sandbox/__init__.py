"""SPARQL queries in a separate process that can be killed.

``store`` is the interface, ``process`` starts and stops a worker process, ``worker`` is its
program, ``confinement`` drops its permissions, ``memory_limit`` limits its memory, and
``framing`` is the protocol between them. The worker imports only the standard library and the
engine.
"""
