"""What a chart is: one ECharts option, a title that states the finding, a text in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Option = Mapping[str, Any]
# Rows of equal length; the first names the columns, the first of each row what it is about.
Table = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ChartDefinition:
    """A chart for server and browser alike.

    ``option`` is plain JSON (no functions). ``title`` is the finding, for the caption above
    the chart; ``alternative_text`` says everything the picture shows. ``height`` is the
    height in pixels the chart was laid out for at the width it was asked for. ``table`` are the
    figures as a table; empty where the words alone say them.
    """

    option: Option
    title: str
    alternative_text: str
    width: int
    height: int
    table: Table = ()
