"""Template tags of the scores room."""
