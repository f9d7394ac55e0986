"""Jobs through a real Redis and real worker processes, on PostgreSQL."""
