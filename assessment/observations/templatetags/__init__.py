"""Template tags of the observations room."""
