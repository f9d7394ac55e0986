"""Long work: job table, progress, heartbeat, reaper."""
