"""Shows results in tables."""

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.translation import get_language

from assessment.engine.document import FrameworkDocument
from assessment.scores.models import Result

register = template.Library()


@register.filter
def published_of(results: Mapping[str, Result], code: str) -> Decimal | None:
    """The published score of a node among a locality's results."""
    result = results.get(code)
    return None if result is None else result.published


@register.filter
def grade_title(framework: FrameworkDocument, code: str) -> str:
    """The framework's word for a grade code; empty for none."""
    return framework.grade(code).title.text(get_language() or "zh-hans") if code else ""
