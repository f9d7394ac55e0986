"""How rubric scores are shown."""

from django import template
from django.utils.translation import get_language

from assessment.engine.document import Node
from assessment.reviews.levels import levels_of
from assessment.reviews.models import RubricScore

register = template.Library()


@register.filter
def scores_on(scores: dict[str, list[RubricScore]], node: Node) -> list[RubricScore]:
    """The scores given on one indicator; empty where there are none."""
    return scores.get(node.code, [])


@register.filter
def level_title(score: RubricScore, node: Node) -> str:
    """The words of the level in the reader's language."""
    level = levels_of(node).get(score.level) if score.level is not None else None
    return level.title.text(get_language() or "zh-hans") if level else ""
