"""The engine's tests: no database, worked examples from published sources, properties."""
