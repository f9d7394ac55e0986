"""What happened that concerns a person, and what of it they have read."""
