"""Pure chart definitions and their rendering to SVG; no Django."""

from assessment.charts.definition import ChartDefinition
from assessment.charts.distribution import DistributionRow, indicator_distribution
from assessment.charts.profile import ProfileRow, dimension_profile
from assessment.charts.ranking import RankingRow, Threshold, ranking_bars

__all__ = [
    "ChartDefinition",
    "DistributionRow",
    "ProfileRow",
    "RankingRow",
    "Threshold",
    "dimension_profile",
    "indicator_distribution",
    "ranking_bars",
]
