"""Source: monitored annual means and their reduction."""
