"""Forms of the designer."""
