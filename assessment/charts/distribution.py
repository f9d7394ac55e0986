"""Indicator distribution: the values of all localities as stacked dots, one of them marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assessment.charts.axes import literal
from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import median_of, written
from assessment.charts.measure import text_width
from assessment.charts.palette import BRAND, FONT_SIZE, LINE, MEDIAN, MUTED, OTHERS
from assessment.charts.texts import chart_text

_DOT: Final = 9
_TOP, _BOTTOM, _LEAST_SIDE = 36, 26, 28


@dataclass(frozen=True)
class DistributionRow:
    """One locality's value; ``None`` where there is none."""

    label: str
    value: Decimal | None
    is_marked: bool = False


def indicator_distribution(
    rows: Sequence[DistributionRow],
    *,
    indicator: str,
    unit: str,
    language: str,
    decimals: int,
    width: int = 640,
) -> ChartDefinition:
    """Dots along the indicator's own scale, stacked where they would lie upon each other.

    The median is a line; the marked locality's dot is dark and carries its value.
    """
    title = _title(rows, indicator, unit, language, decimals)
    lines = [
        chart_text(
            "unranked" if row.value is None else "value_of",
            language,
            name=row.label,
            score=_with_unit(row.value, unit, decimals),
        )
        for row in rows
    ]
    flags = _flags(rows, unit, decimals, language)
    side = max([_LEAST_SIDE, *(text_width(flag.text) / 2 + 4 for flag in flags)])
    dots = _stacked(rows, width - 2 * side)
    tallest = max((level for _row, _x, level in dots), default=0)
    height = _TOP + _BOTTOM + _DOT * (tallest + 1) + 6
    option = {
        "grid": {"left": side, "right": side, "top": _TOP, "bottom": _BOTTOM},
        "xAxis": _value_axis(rows),
        "yAxis": {"type": "value", "show": False, "min": -0.6, "max": tallest + 0.6},
        "series": [_dots(dots, flags)],
    }
    text = chart_text("separator", language).join(lines)
    alternative = chart_text("dot_chart", language, title=title, rows=text)
    return ChartDefinition(option, title, alternative, width, height)


Dot = tuple[DistributionRow, float, int]


@dataclass(frozen=True)
class Flag:
    """A line at a value with its name on top, in the first or second row of names."""

    text: str
    value: float
    color: str
    row: int


def _bounds(rows: Sequence[DistributionRow]) -> tuple[float, float]:
    values = [float(row.value) for row in rows if row.value is not None] or [0.0]
    low, high = min(values), max(values)
    margin = (high - low) * 0.04 or max(abs(high) * 0.1, 1.0)
    return low - margin, high + margin


def _stacked(rows: Sequence[DistributionRow], pixels: float) -> list[Dot]:
    low, high = _bounds(rows)
    columns: dict[int, int] = defaultdict(int)
    dots: list[Dot] = []
    # The marked one first: it lies on the line, where the eye looks for it.
    for row in sorted(rows, key=lambda row: (not row.is_marked, row.value or 0, row.label)):
        if row.value is None:
            continue
        value = float(row.value)
        column = int((value - low) / (high - low) * pixels / (_DOT + 1))
        dots.append((row, value, columns[column]))
        columns[column] += 1
    return dots


def _value_axis(rows: Sequence[DistributionRow]) -> dict[str, Any]:
    low, high = _bounds(rows)
    return {
        "type": "value",
        "min": low,
        "max": high,
        "splitNumber": 6,
        "axisLabel": {
            "fontSize": FONT_SIZE - 1,
            "color": MUTED,
            "showMinLabel": False,
            "showMaxLabel": False,
        },
        "axisLine": {"show": True, "onZero": False, "lineStyle": {"color": MUTED}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": LINE}},
    }


def _flags(rows: Sequence[DistributionRow], unit: str, decimals: int, language: str) -> list[Flag]:
    flags = []
    middle = median_of(row.value for row in rows)
    if middle is not None:
        text = f"{chart_text('median', language)} {_with_unit(middle, unit, decimals)}"
        flags.append(Flag(text, float(middle), MEDIAN, row=1))
    for row in rows:
        if row.is_marked and row.value is not None:
            text = f"{row.label} {_with_unit(row.value, unit, decimals)}"
            flags.append(Flag(text, float(row.value), BRAND, row=0))
    return flags


def _dots(dots: Sequence[Dot], flags: Sequence[Flag]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": _DOT,
        "data": [
            {
                "value": [value, level],
                "symbolSize": _DOT + 3 * row.is_marked,
                "itemStyle": {"color": BRAND if row.is_marked else OTHERS, "opacity": 1},
            }
            for row, value, level in dots
        ],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "data": [_flag_line(flag) for flag in flags],
        },
    }


def _flag_line(flag: Flag) -> dict[str, Any]:
    return {
        "xAxis": flag.value,
        "lineStyle": {"color": flag.color, "type": "solid", "width": 1.5},
        "label": {
            "position": "end",
            "distance": 3 + 15 * flag.row,
            "formatter": literal(flag.text),
            "fontSize": FONT_SIZE,
            "fontWeight": "normal" if flag.row else "bold",
            "color": flag.color,
        },
    }


def _with_unit(value: Decimal | None, unit: str, decimals: int) -> str:
    number = written(value, decimals)
    return number if value is None or not unit else f"{number} {unit}"


def _title(
    rows: Sequence[DistributionRow], indicator: str, unit: str, language: str, decimals: int
) -> str:
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return chart_text("distribution_empty", language, indicator=indicator)
    marked = next((row for row in rows if row.is_marked), None)
    code = "distribution"
    if marked is None:
        code = "distribution_plain"
    elif marked.value is None:
        code = "distribution_of_none"
    return chart_text(
        code,
        language,
        indicator=indicator,
        name="" if marked is None else marked.label,
        value=_with_unit(None if marked is None else marked.value, unit, decimals),
        median=_with_unit(median_of(values), unit, decimals),
        low=_with_unit(min(values), unit, decimals),
        high=_with_unit(max(values), unit, decimals),
    )
