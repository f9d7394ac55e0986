"""Indicator frameworks: versions, templates, import and export."""
