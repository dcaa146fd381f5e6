"""Basic modules: terms, namespaces, errors, labels, paths and files."""
