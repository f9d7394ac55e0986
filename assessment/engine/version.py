"""The engine's version, written into every bundle and kept with every run (ADR 17)."""

from typing import Final

ENGINE_VERSION: Final = "1.4.0"

# Versions whose arithmetic this one has, to the last published digit. A change of what is
# published from the same inputs makes a new version and empties this list of the others.
SAME_ARITHMETIC: Final = (ENGINE_VERSION,)
