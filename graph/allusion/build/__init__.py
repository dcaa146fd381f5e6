"""Build, check, load and export of stores."""
