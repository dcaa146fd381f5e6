"""Canned queries and their results."""
