"""Annual means: small bars side by side, one picture for each pollutant, with its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import written
from assessment.charts.measure import widest
from assessment.charts.palette import BRAND, FONT_SIZE, INK, LINE, MEDIAN, MUTED, OTHERS
from assessment.charts.texts import chart_text

_ROW: Final = 165
_TOP, _BOTTOM, _GAP = 52, 20, 16
# Between two figures beside each other.
_APART: Final = 3
_SMALL: Final = FONT_SIZE - 1
_DECIMALS: Final = 1
UNIT: Final = "µg/m³"


@dataclass(frozen=True)
class MeansPanel:
    """The means of one pollutant in µg/m³, one for each year, ``None`` where there is none.

    ``limit`` is the one of the last year; ``None`` where none is known.
    """

    label: str
    limit: Decimal | None
    means: Sequence[Decimal | None]


def annual_means(
    panels: Sequence[MeansPanel],
    years: Sequence[int],
    *,
    name: str,
    language: str,
    width: int = 640,
) -> ChartDefinition:
    """Bars by year, the last one dark, and a dashed line at the limit; each its own scale.

    As many panels stand beside each other as leave every bar the room of its figures; the others
    stand below.
    """
    across = _across(panels, years, width)
    room = _room(across, width)
    corners = [
        (round(place % across * (room + _GAP), 2), place // across * (_ROW + _GAP))
        for place in range(len(panels))
    ]
    option = {
        "title": [
            {
                "text": panel.label,
                "subtext": _limit_said(panel, language),
                "itemGap": 3,
                "subtextStyle": {"fontSize": _SMALL, "color": MEDIAN},
                "left": left,
                "top": top,
                "padding": 0,
                "textStyle": {"fontSize": FONT_SIZE, "color": INK, "fontWeight": "bold"},
            }
            for panel, (left, top) in zip(panels, corners, strict=True)
        ],
        "grid": [
            {
                "left": left,
                "width": round(room, 2),
                "top": top + _TOP,
                "height": _ROW - _TOP - _BOTTOM,
            }
            for left, top in corners
        ],
        "xAxis": [_years(years, place) for place in range(len(panels))],
        "yAxis": [_scale(panel, place) for place, panel in enumerate(panels)],
        "series": [_bars(panel, place) for place, panel in enumerate(panels)],
    }
    title = _title(panels, years, name, language)
    rows = chart_text("separator", language).join(_row(panel, years, language) for panel in panels)
    alternative = chart_text("bar_chart", language, title=title, rows=rows)
    down = max(-(-len(panels) // across), 1)
    height = down * _ROW + (down - 1) * _GAP
    return ChartDefinition(option, title, alternative, width, height)


def _across(panels: Sequence[MeansPanel], years: Sequence[int], width: int) -> int:
    """How many panels fit beside each other, in rows as even as possible."""
    texts = [str(year) for year in years]
    texts += [written(mean, _DECIMALS) for panel in panels for mean in panel.means]
    bar = widest(texts, _SMALL) + _APART
    rows = 1
    while rows < len(panels) and _room(-(-len(panels) // rows), width) < bar * len(years):
        rows += 1
    return max(-(-len(panels) // rows), 1)


def _room(across: int, width: int) -> float:
    """Pixels of one panel of so many beside each other."""
    return (width - _GAP * (across - 1)) / across


def _years(years: Sequence[int], place: int) -> dict[str, Any]:
    return {
        "gridIndex": place,
        "type": "category",
        "data": [str(year) for year in years],
        "axisLine": {"lineStyle": {"color": MUTED}},
        "axisTick": {"show": False},
        "axisLabel": {
            "interval": 0,
            "hideOverlap": False,
            "fontSize": _SMALL,
            "color": MUTED,
            "margin": 6,
        },
    }


def _scale(panel: MeansPanel, place: int) -> dict[str, Any]:
    known = [float(value) for value in (*panel.means, panel.limit) if value is not None]
    return {
        "gridIndex": place,
        "type": "value",
        "show": False,
        "min": 0,
        "max": max(known, default=1.0),
        "splitLine": {"show": False, "lineStyle": {"color": LINE}},
    }


def _bars(panel: MeansPanel, place: int) -> dict[str, Any]:
    last = len(panel.means) - 1
    lines = {} if panel.limit is None else {"markLine": _limit(panel.limit)}
    return {
        "type": "bar",
        "silent": True,
        "xAxisIndex": place,
        "yAxisIndex": place,
        "barMaxWidth": 30,
        "label": {"show": True, "position": "top", "fontSize": _SMALL, "color": INK},
        "data": [
            {
                # A year without a mean has no bar, but the sign for nothing in its place.
                "value": 0 if mean is None else float(mean),
                "label": {"formatter": written(mean, _DECIMALS)},
                "itemStyle": {"color": BRAND if number == last else OTHERS},
            }
            for number, mean in enumerate(panel.means)
        ],
        **lines,
    }


def _limit(limit: Decimal) -> dict[str, Any]:
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": MEDIAN, "type": "dashed", "width": 1.5},
        "label": {"show": False},
        "data": [{"yAxis": float(limit)}],
    }


def _title(panels: Sequence[MeansPanel], years: Sequence[int], name: str, language: str) -> str:
    if not panels or not years or panels[0].means[-1] is None:
        return chart_text("means_of_none", language, name=name, year=years[-1] if years else "")
    first = panels[0]
    facts = {
        "name": name,
        "year": years[-1],
        "pollutant": first.label,
        "mean": written(first.means[-1], _DECIMALS),
        "unit": UNIT,
    }
    if first.limit is None:
        return chart_text("means", language, **facts)
    return chart_text("means_and_limit", language, **facts, limit=first.limit)


def _limit_said(panel: MeansPanel, language: str) -> str:
    return "" if panel.limit is None else f"{chart_text('limit', language)} {panel.limit}"


def _row(panel: MeansPanel, years: Sequence[int], language: str) -> str:
    absent = chart_text("not_available", language)
    means = chart_text("and", language).join(
        chart_text("mean_of", language, year=year, mean=written(mean, _DECIMALS, absent))
        for year, mean in zip(years, panel.means, strict=True)
    )
    said = _limit_said(panel, language)
    code = "means_of_limited" if said else "means_of"
    return chart_text(code, language, pollutant=panel.label, means=means, limit=said)
