"""Where heavy pollution begins; plain figures, usable without Django."""

from collections.abc import Mapping
from typing import Final

# HJ 633, daily means in µg/m³ of an IAQI of 200, in the editions of 2012 and 2026 alike. An IAQI
# is rounded up, so that whatever lies above them is above 200: heavy pollution.
DAILY_OF_IAQI_200: Final[Mapping[str, int]] = {"pm25": 150, "pm10": 350, "so2": 800, "no2": 280}
