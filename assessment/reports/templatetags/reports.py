"""Dates as documents write them."""

from datetime import date

from django import template

from assessment.reports.texts import values

register = template.Library()


@register.filter
def day_text(day: date, language: str) -> str:
    """The day as official documents in that language write it; see ``values.day_text``."""
    return values.day_text(day, language)
