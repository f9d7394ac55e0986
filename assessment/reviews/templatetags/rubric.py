"""How rubric scores are shown."""

from django import template
from django.utils.translation import get_language

from assessment.engine.document import Node
from assessment.reviews.models import RubricScore

register = template.Library()


@register.filter
def scores_on(scores: dict[str, list[RubricScore]], node: Node) -> list[RubricScore]:
    """The scores given on one indicator; empty where there are none."""
    return scores.get(node.code, [])


@register.filter
def level_title(score: RubricScore, node: Node) -> str:
    """The words of the level in the reader's language."""
    levels = node.value.levels if node.value else ()
    for level in levels:
        if level.value == score.level:
            return level.title.text(get_language() or "zh-hans")
    return ""
