"""The version of the package and its day; the one place where they are written."""

__version__ = "0.1.0"

#: The day of that version, which a description of the data gives as its date of issue.
RELEASED = "2026-11-22"
