"""Pages of verification and of rubric scoring."""
