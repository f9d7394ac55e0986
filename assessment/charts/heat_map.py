"""Heat map: every locality's score in every dimension, the darker the higher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assessment.charts.axes import LINE_HEIGHT, name_axis
from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import median_of, written
from assessment.charts.measure import widest, wrapped
from assessment.charts.palette import FONT_SIZE, HEAT, INK, PAPER
from assessment.charts.parts import ALL_ROWS
from assessment.charts.texts import chart_text

_ROW: Final = 19
_GAP, _BOTTOM = 8, 4


@dataclass(frozen=True)
class HeatRow:
    """One locality's scores, one for each column; ``None`` where there is none."""

    label: str
    scores: Sequence[Decimal | None]


def heat_map(
    rows: Sequence[HeatRow],
    columns: Sequence[str],
    *,
    language: str,
    decimals: int,
    highest: Decimal = Decimal(100),
    width: int = 640,
    shown: slice = ALL_ROWS,
) -> ChartDefinition:
    """Cells of localities (rows, in the order given) × dimensions, each with its score.

    The title says where the median is highest and where it is lowest. ``shown`` are the rows
    that this picture draws; title, shades and the width of the columns are those of all of them.
    """
    names = [row.label for row in rows]
    left = widest(names) + 2 * _GAP
    heads = [wrapped(column, (width - left) / max(len(columns), 1) - _GAP) for column in columns]
    top = LINE_HEIGHT * max((head.count("\n") + 1 for head in heads), default=1) + 2 * _GAP
    option = {
        "grid": {"left": left, "right": 1, "top": top, "bottom": _BOTTOM},
        "xAxis": _columns(heads),
        "yAxis": name_axis(names[shown]),
        "visualMap": {
            "show": False,
            "min": 0,
            "max": float(highest),
            "inRange": {"color": list(HEAT)},
        },
        "series": [_cells(rows[shown], decimals)],
    }
    title = _title(rows, columns, language, decimals)
    height = top + _BOTTOM + _ROW * max(len(rows[shown]), 1)
    alternative = _alternative(rows[shown], columns, title, language, decimals)
    absent = chart_text("no_score", language)
    table = [
        [chart_text("locality", language), *columns],
        *(
            [row.label, *(written(score, decimals, absent) for score in row.scores)]
            for row in rows[shown]
        ),
    ]
    return ChartDefinition(option, title, alternative, width, height, table)


def _columns(heads: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "category",
        "position": "top",
        "data": list(heads),
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {
            "interval": 0,
            "hideOverlap": False,
            "fontSize": FONT_SIZE,
            "lineHeight": LINE_HEIGHT,
            "color": INK,
        },
    }


def _cells(rows: Sequence[HeatRow], decimals: int) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "silent": True,
        "label": {"show": True, "fontSize": FONT_SIZE - 1, "color": INK},
        "itemStyle": {"borderColor": PAPER, "borderWidth": 1},
        "data": [
            {
                "value": [column, place, float(score)],
                "label": {"formatter": written(score, decimals)},
            }
            for place, row in enumerate(rows)
            for column, score in enumerate(row.scores)
            if score is not None
        ],
    }


def _title(rows: Sequence[HeatRow], columns: Sequence[str], language: str, decimals: int) -> str:
    medians = [
        (middle, column)
        for place, column in enumerate(columns)
        if (middle := median_of(row.scores[place] for row in rows)) is not None
    ]
    if not medians:
        return chart_text("ranking_empty", language)
    best, worst = max(medians, key=lambda m: m[0]), min(medians, key=lambda m: m[0])
    return chart_text(
        "heat_map_of",
        language,
        best=best[1],
        high=written(best[0], decimals),
        worst=worst[1],
        low=written(worst[0], decimals),
    )


def _alternative(
    rows: Sequence[HeatRow], columns: Sequence[str], title: str, language: str, decimals: int
) -> str:
    absent = chart_text("no_score", language)
    lines = [
        chart_text(
            "heat_row",
            language,
            name=row.label,
            scores=chart_text("and", language).join(
                f"{column} {written(score, decimals, absent)}"
                for column, score in zip(columns, row.scores, strict=True)
            ),
        )
        for row in rows
    ]
    text = chart_text("separator", language).join(lines)
    return chart_text("heat_map", language, title=title, rows=text)
