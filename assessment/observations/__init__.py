"""The hub: values with status and provenance."""
