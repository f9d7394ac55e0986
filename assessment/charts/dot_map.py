"""Dot map: localities at their coordinates, each with the colour and shape of its grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, floor, log10, radians
from typing import Any, Final

from assessment.charts.axes import literal
from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import written
from assessment.charts.grades import GradeSign, grade_signs
from assessment.charts.labels import Box, placed_labels
from assessment.charts.measure import shortened, text_width
from assessment.charts.palette import FONT_SIZE, INK, MUTED, PAPER
from assessment.charts.texts import chart_text

_DOT: Final = 10
_LEGEND_ROW: Final = 20
_FOOT: Final = 34
_EDGE: Final = 16.0
_SMALL: Final = FONT_SIZE - 1
_LABEL_HEIGHT: Final = _SMALL + 3
# A map is at most as high as this part of its width, and as this many pixels.
_HIGH, _HIGHEST = 1.15, 660.0
# A name takes at most this part of the width: with half of it on either side, half is left for
# the map.
_LONGEST_NAME: Final = 0.5
# Degrees; one locality alone still has a map around it.
_LEAST_SPAN: Final = 0.5
# Mean length of a degree of latitude (WGS 84 at 37°), in km.
_KM_OF_DEGREE: Final = 111.0
# The name of a locality without a grade, whose dot is hollow.
_NO_GRADE: Final = ""


@dataclass(frozen=True)
class MapDot:
    """One locality at its coordinates in degrees of WGS 84, north and east positive."""

    label: str
    latitude: Decimal
    longitude: Decimal
    score: Decimal | None
    rank: int | None
    grade: str = ""


def dot_map(
    dots: Sequence[MapDot],
    grades: Sequence[tuple[str, str]],
    *,
    language: str,
    decimals: int,
    width: int = 640,
) -> ChartDefinition:
    """The localities on a map with north up and a scale bar; no boundaries are drawn.

    ``grades`` are code and name of each, best first. Equirectangular, true to scale along the
    middle parallel, which over a region of some hundred kilometres is all but equal in area. A name
    that finds no free place is left out and one longer than half the width is cut; the alternative
    text has them all, whole.
    """
    names = tuple(shortened(dot.label, width * _LONGEST_NAME, _SMALL) for dot in dots)
    signs = grade_signs([code for code, _name in grades])
    legend = _legend(dots, grades, width, language)
    top = legend[-1].y + _LEGEND_ROW if legend else 0.0
    frame = _Frame.around(dots, names, width, top)
    height = round(frame.bottom + _FOOT)
    points = tuple(frame.place(dot) for dot in dots)
    labels = placed_labels(
        points,
        tuple((text_width(name, _SMALL), float(_LABEL_HEIGHT)) for name in names),
        radius=_DOT / 2 + 1,
        area=Box(0, top, width, frame.bottom + 4),
    )
    option = {
        "grid": {"left": 0, "right": 0, "top": 0, "bottom": 0},
        "xAxis": _pixels(width),
        "yAxis": _pixels(height) | {"inverse": True},
        "series": [
            *(_line(label.leader) for label in labels if label and label.leader),
            {
                "type": "scatter",
                "silent": True,
                "data": [
                    *(
                        _symbol(point, signs.get(dot.grade))
                        for point, dot in zip(points, dots, strict=True)
                    ),
                    *(_symbol((item.x, item.y), signs.get(item.grade)) for item in legend),
                ],
            },
            _texts(
                [
                    *(
                        (label.box.left, (label.box.top + label.box.bottom) / 2, name)
                        for label, name in zip(labels, names, strict=True)
                        if label
                    ),
                    *((item.x + _DOT, item.y, item.text) for item in legend),
                ]
            ),
            *_scale_bar(frame, height),
            *_north(width, height, language),
        ],
    }
    title = _title(dots, grades, language)
    table = _table(dots, grades, language, decimals)
    alternative = _alternative(table, title, language)
    return ChartDefinition(option, title, alternative, width, height, table)


@dataclass(frozen=True)
class _Frame:
    """Degrees to pixels."""

    west: float
    north: float
    per_degree: float
    squeeze: float
    left: float
    top: float
    bottom: float

    @classmethod
    def around(cls, dots: Sequence[MapDot], names: Sequence[str], width: int, top: float) -> _Frame:
        """The largest map of all the dots with their names, in the middle of the width."""
        east_west = _span([float(dot.longitude) for dot in dots])
        south_north = _span([float(dot.latitude) for dot in dots])
        squeeze = max(cos(radians(sum(south_north) / 2)), 0.01)
        across = (east_west[1] - east_west[0]) * squeeze
        along = south_north[1] - south_north[0]
        # Room for half a name on either side.
        side = max([_EDGE, *(text_width(name, _SMALL) / 2 for name in names)])
        high = min(width * _HIGH, _HIGHEST) - 2 * _EDGE
        per_degree = min((width - 2 * side) / across, high / along)
        return cls(
            west=east_west[0],
            north=south_north[1],
            per_degree=per_degree,
            squeeze=squeeze,
            left=(width - across * per_degree) / 2,
            top=top + _EDGE,
            bottom=top + 2 * _EDGE + along * per_degree,
        )

    def place(self, dot: MapDot) -> tuple[float, float]:
        """The pixel of a dot, to a hundredth."""
        x = self.left + (float(dot.longitude) - self.west) * self.squeeze * self.per_degree
        y = self.top + (self.north - float(dot.latitude)) * self.per_degree
        return round(x, 2), round(y, 2)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    lacking = max(_LEAST_SPAN - (high - low), 0.0) / 2
    return low - lacking, high + lacking


@dataclass(frozen=True)
class _LegendItem:
    grade: str
    text: str
    x: float
    y: float


def _legend(
    dots: Sequence[MapDot], grades: Sequence[tuple[str, str]], width: int, language: str
) -> list[_LegendItem]:
    """Symbol, name and number of each grade, in as many rows as the width asks for."""
    x, y = float(_DOT), float(_LEGEND_ROW) / 2
    items: list[_LegendItem] = []
    for code, name, count in _counts(dots, grades, language):
        text = f"{name} {count}"
        room = _DOT + text_width(text, _SMALL)
        if items and x + room > width:
            x, y = float(_DOT), y + _LEGEND_ROW
        items.append(_LegendItem(code, text, x, y))
        x += room + 2 * _DOT
    return items


def _counts(
    dots: Sequence[MapDot], grades: Sequence[tuple[str, str]], language: str
) -> list[tuple[str, str, int]]:
    """Code, name and number of each grade, and of those without one where there are any."""
    named = [*grades, (_NO_GRADE, chart_text("no_score", language))]
    counts = [(code, name, sum(dot.grade == code for dot in dots)) for code, name in named]
    return [each for each in counts if each[0] or each[2]]


def _pixels(length: int) -> dict[str, Any]:
    return {"type": "value", "show": False, "min": 0, "max": length}


def _symbol(point: tuple[float, float], sign: GradeSign | None) -> dict[str, Any]:
    """The sign of a grade, a hollow circle without one."""
    if sign is None:
        style = {"color": "transparent", "borderColor": MUTED, "borderWidth": 1.5, "opacity": 1}
    else:
        style = {"color": sign.colour, "borderColor": PAPER, "borderWidth": 1, "opacity": 1}
    shape = "circle" if sign is None else sign.shape
    # A diamond of the same width would look smaller than the others.
    size = _DOT + 2 if shape in ("diamond", "triangle") else _DOT
    return {"value": list(point), "symbol": shape, "symbolSize": size, "itemStyle": style}


def _texts(texts: Sequence[tuple[float, float, str]]) -> dict[str, Any]:
    """Words that begin at a pixel, in the middle of their height."""
    return {
        "type": "scatter",
        "silent": True,
        # Of no size, it would be drawn in the corner where SVG becomes PDF.
        "symbolSize": 1,
        "itemStyle": {"color": "transparent"},
        "label": {
            "show": True,
            "position": "inside",
            "align": "left",
            "verticalAlign": "middle",
            "fontSize": _SMALL,
            "color": INK,
        },
        "data": [
            {"value": [round(x, 2), round(y, 2)], "label": {"formatter": literal(text)}}
            for x, y, text in texts
        ],
    }


def _line(points: Sequence[tuple[float, float]], width: float = 1) -> dict[str, Any]:
    return {
        "type": "line",
        "silent": True,
        "showSymbol": False,
        "lineStyle": {"color": MUTED, "width": width},
        "data": [[round(x, 2), round(y, 2)] for x, y in points],
    }


def _scale_bar(frame: _Frame, height: int) -> list[dict[str, Any]]:
    """A line as long as a round number of kilometres, at most a quarter of the map."""
    kilometres = _round_length(frame.bottom - frame.top, frame.per_degree)
    length = kilometres / _KM_OF_DEGREE * frame.per_degree
    y = float(height - _FOOT // 3)
    ticks = [(_EDGE, y - 4), (_EDGE, y), (_EDGE + length, y), (_EDGE + length, y - 4)]
    return [_line(ticks, 1.5), _texts([(_EDGE + length + 6, y - 2, f"{kilometres:g} km")])]


def _round_length(pixels: float, per_degree: float) -> float:
    most = pixels / 4 / per_degree * _KM_OF_DEGREE
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def _north(width: int, height: int, language: str) -> list[dict[str, Any]]:
    text, y = chart_text("north", language), float(height - _FOOT / 2)
    x = width - _EDGE - text_width(text, _SMALL)
    arrow = {
        "type": "scatter",
        "silent": True,
        "symbol": "arrow",
        "symbolSize": [9, 14],
        "itemStyle": {"color": MUTED, "opacity": 1},
        "data": [[round(x - 10, 2), y - 2]],
    }
    return [arrow, _texts([(x, y, text)])]


def _title(dots: Sequence[MapDot], grades: Sequence[tuple[str, str]], language: str) -> str:
    if not dots:
        return chart_text("map_empty", language)
    counts = chart_text("and", language).join(
        f"{name} {count}" for _code, name, count in _counts(dots, grades, language)
    )
    return chart_text("map_of", language, count=len(dots), grades=counts)


def _table(
    dots: Sequence[MapDot], grades: Sequence[tuple[str, str]], language: str, decimals: int
) -> list[list[str]]:
    """Name, coordinates and result of each locality under their heads."""
    names = dict(grades)
    absent = chart_text("no_score", language)
    heads = ("locality", "latitude", "longitude", "result")
    rows = [
        [
            dot.label,
            _degrees(dot.latitude, "N", "S"),
            _degrees(dot.longitude, "E", "W"),
            absent
            if dot.score is None
            else f"{names.get(dot.grade, dot.grade)} {written(dot.score, decimals)}".strip(),
        ]
        for dot in dots
    ]
    return [[chart_text(head, language) for head in heads], *rows]


def _alternative(table: Sequence[Sequence[str]], title: str, language: str) -> str:
    lines = [
        chart_text(
            "map_row", language, name=name, latitude=latitude, longitude=longitude, result=result
        )
        for name, latitude, longitude, result in table[1:]
    ]
    return chart_text(
        "map", language, title=title, rows=chart_text("separator", language).join(lines)
    )


def _degrees(value: Decimal, positive: str, negative: str) -> str:
    return f"{abs(value):.2f}° {negative if value < 0 else positive}"
