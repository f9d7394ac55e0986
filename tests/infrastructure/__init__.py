"""The commands, lock files and the state of the repository."""
