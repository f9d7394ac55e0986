"""Frozen bundles of results that anyone can recompute."""
