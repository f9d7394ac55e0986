"""PDF evaluation reports."""
