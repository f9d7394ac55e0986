"""Dimension profile: one locality's scores against the median of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assessment.charts.axes import LINE_HEIGHT, figure_axis, name_axis, score_axis
from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import written
from assessment.charts.measure import widest, wrapped
from assessment.charts.palette import BRAND, FONT_SIZE, INK, MEDIAN, PAPER, TRACK
from assessment.charts.texts import chart_text

_ROW: Final = 38
_TOP, _BOTTOM, _GAP = 30, 22, 8
_LABEL_WIDTH: Final = 170.0
# The place of the cycle before in the legend.
_BEFORE: Final = 2


@dataclass(frozen=True)
class ProfileRow:
    """One dimension: the locality's score, the median of all scored, its score a cycle before.

    ``before`` is ``None`` where there is no cycle to compare with.
    """

    label: str
    score: Decimal | None
    median: Decimal | None
    before: Decimal | None = None


def dimension_profile(
    rows: Sequence[ProfileRow],
    *,
    name: str,
    language: str,
    decimals: int,
    highest: Decimal = Decimal(100),
    width: int = 640,
) -> ChartDefinition:
    """Bars of one locality called ``name`` with a tick where the median lies.

    A ring marks its score of the cycle before, where a row has one.
    """
    labels = [wrapped(row.label, _LABEL_WIDTH) for row in rows]
    absent = chart_text("no_score", language)
    figures = [written(row.score, decimals, absent) for row in rows]
    legend = [chart_text(code, language) for code in ("this_locality", "median", "before")]
    has_before = any(row.before is not None for row in rows)
    option = {
        "legend": _legend(legend[: 2 + has_before], widest(labels) + _GAP),
        "grid": {
            "left": widest(labels) + _GAP,
            "right": widest(figures) + 2 * _GAP,
            "top": _TOP,
            "bottom": _BOTTOM,
        },
        "xAxis": score_axis(highest),
        "yAxis": [name_axis(labels), figure_axis(figures)],
        "series": [
            _bars(rows, legend[0]),
            _medians(rows, legend[1]),
            *([_earlier(rows, legend[2])] if has_before else []),
        ],
    }
    title = _title(rows, name, language, decimals)
    alternative = _alternative(rows, title, language, decimals)
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    height = _TOP + _BOTTOM + max(_ROW, LINE_HEIGHT * lines + _GAP) * max(len(rows), 1)
    table = [[chart_text("dimension", language), *legend[: 2 + has_before]]]
    for row in rows:
        scores = (row.score, row.median, row.before)[: 2 + has_before]
        table.append([row.label, *(written(score, decimals, absent) for score in scores)])
    return ChartDefinition(option, title, alternative, width, height, table)


def _legend(names: Sequence[str], left: float) -> dict[str, Any]:
    return {
        "show": True,
        "left": left,
        "top": 0,
        "padding": 0,
        "itemGap": 24,
        "itemWidth": 12,
        "itemHeight": 12,
        "selectedMode": False,
        "textStyle": {"fontSize": FONT_SIZE, "color": INK},
        "data": [
            {"name": name, "icon": "circle" if place == _BEFORE else "rect"}
            for place, name in enumerate(names)
        ],
    }


def _bars(rows: Sequence[ProfileRow], name: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "silent": True,
        "barWidth": 14,
        "showBackground": True,
        "backgroundStyle": {"color": TRACK},
        "itemStyle": {"color": BRAND},
        "data": [None if row.score is None else float(row.score) for row in rows],
    }


def _medians(rows: Sequence[ProfileRow], name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "silent": True,
        "symbol": "rect",
        "symbolSize": [3, 22],
        "itemStyle": {"color": MEDIAN, "opacity": 1},
        "z": 3,
        "data": [
            [float(row.median), place] for place, row in enumerate(rows) if row.median is not None
        ],
    }


def _earlier(rows: Sequence[ProfileRow], name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "silent": True,
        "symbol": "circle",
        "symbolSize": 9,
        "itemStyle": {"color": PAPER, "borderColor": INK, "borderWidth": 1.5, "opacity": 1},
        "z": 4,
        "data": [
            [float(row.before), place] for place, row in enumerate(rows) if row.before is not None
        ],
    }


def _title(rows: Sequence[ProfileRow], name: str, language: str, decimals: int) -> str:
    scored = [(row.score, row) for row in rows if row.score is not None]
    if not scored:
        return chart_text("profile_of_none", language, name=name)
    best = max(scored, key=lambda pair: pair[0])
    worst = min(scored, key=lambda pair: pair[0])
    above = [row for score, row in scored if row.median is not None and score > row.median]
    return chart_text(
        "profile" if len(scored) > 1 else "profile_of_one",
        language,
        name=name,
        count=len(scored),
        above=len(above),
        best=best[1].label,
        worst=worst[1].label,
        score=written(best[0], decimals),
    )


def _alternative(rows: Sequence[ProfileRow], title: str, language: str, decimals: int) -> str:
    lines = [
        chart_text(
            "unranked" if row.score is None else "against_median",
            language,
            name=row.label,
            score=written(row.score, decimals),
            median=written(row.median, decimals),
        )
        + _earlier_text(row, language, decimals)
        for row in rows
    ]
    text = chart_text("separator", language).join(lines)
    return chart_text("bar_chart", language, title=title, rows=text)


def _earlier_text(row: ProfileRow, language: str, decimals: int) -> str:
    if row.before is None:
        return ""
    return chart_text("and_before", language, score=written(row.before, decimals))
