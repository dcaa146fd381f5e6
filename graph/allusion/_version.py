"""Version of the package and its release date, which are written only here."""

__version__ = "0.1.0"

#: The day of that version, which a description of the data gives as its date of issue.
RELEASED = "2026-11-22"
