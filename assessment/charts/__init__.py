"""Pure chart definitions and their rendering to SVG; no Django."""

from assessment.charts.annual_means import MeansPanel, annual_means
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
    "MeansPanel",
    "ProfileRow",
    "RankingRow",
    "Threshold",
    "annual_means",
    "dimension_profile",
    "dot_map",
    "even_parts",
    "heat_map",
    "indicator_distribution",
    "ranking_bars",
]
