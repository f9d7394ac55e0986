"""The tab bar that every page of a cycle carries."""

from django import template
from django.template import Context

from assessment.cycles.models import Cycle
from assessment.desk.tabs import TABS, tab_url

register = template.Library()


@register.simple_tag(takes_context=True)
def cycle_tabs(context: Context, cycle: Cycle, current: str) -> list[dict[str, object]]:
    """The tabs the reader may open, as the tabs component takes them."""
    user = context["request"].user
    return [
        {"label": tab.label, "url": tab_url(tab, cycle.code), "is_current": tab.code == current}
        for tab in TABS
        if tab.is_open_to(user, cycle.region_id)
    ]
