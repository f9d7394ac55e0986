"""Template filters of frameworks."""
