"""Pure chart definitions and their rendering to SVG; no Django."""

from assessment.charts.definition import ChartDefinition
from assessment.charts.distribution import DistributionRow, indicator_distribution
from assessment.charts.heat_map import HeatRow, heat_map
from assessment.charts.parts import even_parts
from assessment.charts.profile import ProfileRow, dimension_profile
from assessment.charts.ranking import RankingRow, Threshold, ranking_bars

__all__ = [
    "ChartDefinition",
    "DistributionRow",
    "HeatRow",
    "ProfileRow",
    "RankingRow",
    "Threshold",
    "dimension_profile",
    "even_parts",
    "heat_map",
    "indicator_distribution",
    "ranking_bars",
]
