"""The engine's version, written into every bundle."""

ENGINE_VERSION = "1.2.0"
