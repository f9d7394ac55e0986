"""Template tags of the reports room."""
