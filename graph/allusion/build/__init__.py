"""From files to a store, and back."""
