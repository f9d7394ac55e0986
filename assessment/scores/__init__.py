"""Score runs, adjustments, traces."""
