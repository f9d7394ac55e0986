"""Composite-indicator arithmetic: framework documents in, traced scores out; no Django."""
