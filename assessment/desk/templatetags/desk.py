"""The tab bar that every page of a cycle carries."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.queries import has_role
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle

register = template.Library()


@register.simple_tag(takes_context=True)
def cycle_tabs(context: Context, cycle: Cycle, current: str) -> list[dict[str, object]]:
    """The tabs the reader may open, as the tabs component takes them."""
    user = context["request"].user
    oversees = has_role(user, Role.COORDINATOR, Role.AUDITOR, region_id=cycle.region_id)
    reviews = has_role(user, Role.REVIEWER, region_id=cycle.region_id)
    reports_in_place = has_role(user, *LOCALITY_ROLES)
    tabs = [
        ("overview", _("Overview"), "desk:cycle", True),
        ("board", _("Forms"), "submissions:board", oversees),
        ("reviews", _("Verification"), "reviews:list", oversees),
        ("rubric", _("Expert scores"), "reviews:rubric", oversees or reviews),
        ("observations", _("Observations"), "observations:matrix", oversees),
        ("runs", _("Score runs"), "scores:list", oversees),
        ("publication", _("Publication"), "publication:detail", oversees),
        ("reports", _("Reports"), "reports:list", oversees or reports_in_place),
    ]
    return [
        {"label": label, "url": reverse(name, args=[cycle.code]), "is_current": code == current}
        for code, label, name, is_open in tabs
        if is_open
    ]
