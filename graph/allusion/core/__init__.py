"""What every other package uses: types, namespaces, errors, labels, paths, files."""
