"""The localities of a publication on a map, at the coordinates its run keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.charts import ChartDefinition, MapDot, dot_map
from assessment.engine import FrameworkDocument
from assessment.portal.drawing import Chart, draw
from assessment.portal.text import reader_language, said
from assessment.scores.queries import RankingRow


@dataclass(frozen=True)
class LocalitiesMap:
    """The drawing, None where it cannot be drawn, and the names of those without coordinates."""

    chart: Chart | None
    absent: list[str]


def read_map(framework: FrameworkDocument, rows: Sequence[RankingRow]) -> LocalitiesMap | None:
    """The map of a ranking's rows; None where no locality has coordinates. No SQL query."""
    dots = [
        MapDot(
            label=row.locality.name,
            latitude=position.latitude,
            longitude=position.longitude,
            score=row.published,
            rank=row.rank,
            grade=row.grade,
        )
        for row in rows
        if (position := row.locality.position) is not None
    ]
    if not dots:
        return None

    def definition(width: int) -> ChartDefinition:
        return dot_map(
            dots,
            [(grade.code, said(grade.title)) for grade in framework.grades],
            language=reader_language(),
            decimals=framework.decimals,
            width=width,
        )

    absent = [row.locality.name for row in rows if row.locality.position is None]
    return LocalitiesMap(draw(definition), absent)
