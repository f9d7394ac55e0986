"""How a moment is written wherever a template's own filter cannot be used."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime


def time_text(at: datetime) -> str:
    """Local time to the minute, as ``2017-03-01 10:00``: what ``date:"Y-m-d H:i"`` writes."""
    return date_format(localtime(at), "Y-m-d H:i")
