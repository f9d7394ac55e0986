"""Template filters of the public area."""
