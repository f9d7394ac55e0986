"""What a chart is: one ECharts option, a title that states the finding, a text in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Option = Mapping[str, Any]


@dataclass(frozen=True)
class ChartDefinition:
    """A chart for server and browser alike.

    ``option`` is plain JSON (no functions). ``title`` is the finding, for the caption above
    the chart; ``alternative_text`` says everything the picture shows. ``height`` is the
    height in pixels the chart was laid out for at the width it was asked for.
    """

    option: Option
    title: str
    alternative_text: str
    width: int
    height: int
