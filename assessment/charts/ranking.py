"""Ranking bars: every locality by its score, one of them marked if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assessment.charts.axes import figure_axis, name_axis, score_axis, threshold_lines
from assessment.charts.definition import ChartDefinition
from assessment.charts.figures import median_of, written
from assessment.charts.measure import widest
from assessment.charts.palette import BRAND, GRADES, MUTED, OTHERS
from assessment.charts.parts import ALL_ROWS
from assessment.charts.texts import chart_text

_ROW: Final = 16
_TOP, _BOTTOM, _GAP = 34, 22, 8


@dataclass(frozen=True)
class RankingRow:
    """One locality, best first; without score and rank where it could not be scored."""

    label: str
    score: Decimal | None
    rank: int | None
    grade: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Threshold:
    """A score from which a grade begins."""

    label: str
    score: Decimal


def ranking_bars(
    rows: Sequence[RankingRow],
    *,
    language: str,
    decimals: int,
    highest: Decimal = Decimal(100),
    thresholds: Sequence[Threshold] = (),
    width: int = 640,
    shown: slice = ALL_ROWS,
) -> ChartDefinition:
    """Bars of the rows in the order given.

    A marked row stands out against the others; without one, bars take their grade's colour.
    The title says the marked locality's place, or who leads. ``shown`` are the rows that this
    picture draws; title, colours and the width of the columns are those of all of them.
    """
    names = [row.label for row in rows]
    ranks = ["" if row.rank is None else str(row.rank) for row in rows]
    figures = [written(row.score, decimals, chart_text("no_score", language)) for row in rows]
    marked = [row.is_marked for row in rows][shown]
    rank_column = widest(ranks) + _GAP
    left = widest(names) + rank_column + 2 * _GAP
    right = widest(figures) + 2 * _GAP
    per_unit = (width - left - right) / float(highest)
    lines = threshold_lines([(t.label, t.score) for t in thresholds], per_unit)
    option = {
        "grid": {"left": left, "right": right, "top": _TOP, "bottom": _BOTTOM},
        "xAxis": score_axis(highest),
        "yAxis": [
            name_axis(names[shown], marked, offset=rank_column),
            figure_axis(figures[shown], marked),
            figure_axis(ranks[shown], marked, position="left", color=MUTED),
        ],
        "series": [_bars(rows[shown], lines, has_mark=any(row.is_marked for row in rows))],
    }
    title = _title(rows, language, decimals)
    height = _TOP + _BOTTOM + _ROW * max(len(rows[shown]), 1)
    heads = [chart_text(code, language) for code in ("locality", "rank", "score")]
    return ChartDefinition(
        option,
        title,
        _alternative(rows[shown], title, language, decimals),
        width,
        height,
        table=[heads, *zip(names[shown], ranks[shown], figures[shown], strict=True)],
    )


def _bars(rows: Sequence[RankingRow], lines: dict[str, Any], *, has_mark: bool) -> dict[str, Any]:
    return {
        "type": "bar",
        "silent": True,
        "barWidth": "62%",
        "data": [_bar(row, has_mark) for row in rows],
        "markLine": lines,
    }


def _bar(row: RankingRow, has_mark: bool) -> dict[str, Any]:
    plain = OTHERS if has_mark else GRADES.get(row.grade, BRAND)
    return {
        "value": None if row.score is None else float(row.score),
        "itemStyle": {"color": BRAND if row.is_marked else plain},
    }


def _title(rows: Sequence[RankingRow], language: str, decimals: int) -> str:
    ranked = [row for row in rows if row.rank is not None]
    marked = next((row for row in rows if row.is_marked), None)
    if marked is not None and marked.rank is None:
        return chart_text("ranking_of_none", language, name=marked.label)
    if not ranked:
        return chart_text("ranking_empty", language)
    best = min(row.rank or 0 for row in ranked)
    leaders = [row for row in ranked if row.rank == best]
    leading = "ranking_leader" if len(leaders) == 1 else "ranking_leaders"
    code, row = (leading, leaders[0]) if marked is None else ("ranking_of_one", marked)
    names = chart_text("and", language).join(row.label for row in leaders)
    return chart_text(
        code,
        language,
        name=names if marked is None else row.label,
        score=written(row.score, decimals),
        rank=row.rank,
        count=len(ranked),
        median=written(median_of(row.score for row in ranked), decimals),
    )


def _alternative(rows: Sequence[RankingRow], title: str, language: str, decimals: int) -> str:
    lines = [
        chart_text(
            "unranked" if row.rank is None else "ranked",
            language,
            name=row.label,
            rank=row.rank,
            score=written(row.score, decimals),
        )
        for row in rows
    ]
    text = chart_text("separator", language).join(lines)
    return chart_text("bar_chart", language, title=title, rows=text)
