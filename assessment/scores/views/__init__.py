"""Pages of the scores room."""
