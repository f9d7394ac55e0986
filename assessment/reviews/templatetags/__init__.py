"""Template filters of the reviews room."""
