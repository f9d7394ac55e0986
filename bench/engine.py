"""Cost of the scoring engine as ratios to a plain NumPy expression of the same arithmetic."""
