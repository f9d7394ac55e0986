"""The engine's version, written into every bundle."""

ENGINE_VERSION = "1.3.0"
