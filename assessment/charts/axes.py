"""Axes and lines that several charts share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from assessment.charts.measure import text_width, widest
from assessment.charts.palette import BRAND, FONT_SIZE, INK, LINE, MUTED

SMALL: Final = FONT_SIZE - 1
LINE_HEIGHT: Final = FONT_SIZE + 3

Texts = Sequence[str]
Marks = Sequence[bool]


def score_axis(highest: Decimal) -> dict[str, Any]:
    """The axis of scores from 0 to the highest possible, with fine vertical lines."""
    return {
        "type": "value",
        "min": 0,
        "max": float(highest),
        "interval": float(highest) / 5,
        "axisLabel": {"fontSize": SMALL, "color": MUTED, "hideOverlap": False},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": LINE}},
    }


def name_axis(labels: Texts, marked: Marks = (), *, offset: float = 0) -> dict[str, Any]:
    """The axis of names at the left, first one on top; every name is shown."""
    return _label_axis(labels, marked, "left", margin=8 + offset)


def figure_axis(
    figures: Texts, marked: Marks = (), *, position: str = "right", color: str = INK
) -> dict[str, Any]:
    """A column of figures beside the rows, aligned at their last digit."""
    margin = widest(figures) + 8 if position == "right" else 8
    return _label_axis(figures, marked, position, margin=margin, color=color)


def _label_axis(
    labels: Texts, marked: Marks, position: str, *, margin: float, color: str = INK
) -> dict[str, Any]:
    is_marked = list(marked) or [False] * len(labels)
    return {
        "type": "category",
        "inverse": True,
        "position": position,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {
            "interval": 0,
            "hideOverlap": False,
            "fontSize": FONT_SIZE,
            "lineHeight": LINE_HEIGHT,
            "margin": margin,
        },
        "data": [
            {
                "value": text,
                "textStyle": {
                    "align": "right",
                    "color": BRAND if bold else color,
                    "fontWeight": "bold" if bold else "normal",
                },
            }
            for text, bold in zip(labels, is_marked, strict=True)
        ],
    }


def literal(text: str) -> str:
    """The text where ECharts expects a template: its braces must not be taken for fields."""
    return text.replace("{", "\N{FULLWIDTH LEFT CURLY BRACKET}")


def threshold_lines(thresholds: Sequence[tuple[str, Decimal]], per_unit: float) -> dict[str, Any]:
    """Dashed lines where grades begin, each with its name on top.

    ``per_unit`` is the width of one unit of the axis in pixels: names that would run into
    each other stand in two rows.
    """
    ordered = sorted(thresholds, key=lambda pair: pair[1])
    rows = _rows([(label, float(score) * per_unit) for label, score in ordered])
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": MUTED, "type": "dashed", "width": 1},
        "label": {"position": "start", "fontSize": SMALL, "color": MUTED},
        "data": [
            {
                "xAxis": float(score),
                "label": {"formatter": literal(label), "distance": 4 + row * (SMALL + 3)},
            }
            for (label, score), row in zip(ordered, rows, strict=True)
        ],
    }


def _rows(labels: Sequence[tuple[str, float]]) -> list[int]:
    """The row (0 or 1) of each centred label, lowest first, so that none touch."""
    rows: list[int] = []
    end = float("-inf")
    for label, centre in labels:
        half = text_width(label, SMALL) / 2 + 3
        rows.append(1 - rows[-1] if rows and centre - half < end else 0)
        end = centre + half
    return rows
