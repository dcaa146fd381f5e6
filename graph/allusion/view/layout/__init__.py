"""Where things are put in a picture."""
