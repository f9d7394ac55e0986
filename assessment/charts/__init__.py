"""Pure chart definitions and their rendering to SVG; no Django."""

from assessment.charts.definition import ChartDefinition
from assessment.charts.distribution import DistributionRow, indicator_distribution
from assessment.charts.dot_map import MapDot, dot_map
from assessment.charts.heat_map import HeatRow, heat_map
from assessment.charts.parts import even_parts
from assessment.charts.profile import ProfileRow, dimension_profile
from assessment.charts.ranking import RankingRow, Threshold, ranking_bars

__all__ = [
    "ChartDefinition",
    "DistributionRow",
    "HeatRow",
    "MapDot",
    "ProfileRow",
    "RankingRow",
    "Threshold",
    "dimension_profile",
    "dot_map",
    "even_parts",
    "heat_map",
    "indicator_distribution",
    "ranking_bars",
]
