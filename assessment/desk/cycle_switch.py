"""The cycle switch of the bar: to another cycle, staying on the same tab where there is one."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import ResolverMatch

from accounts.models import User
from assessment.cycles.queries import visible_to
from assessment.desk.tabs import OVERVIEW, tab_of, tab_url

# The list of cycles has the rest.
MOST_OFFERED = 50


@dataclass(frozen=True)
class CycleChoice:
    """One entry of the switch."""

    code: str
    name: str
    stage: str
    url: str
    is_current: bool


def cycle_choices(user: User | AnonymousUser, match: ResolverMatch | None) -> list[CycleChoice]:
    """The cycles the user sees, newest first; one query without the frameworks' documents.

    Each leads to the tab the reader is on now, or to the overview where that tab is closed
    to them in the cycle's region. Current is the cycle named by the page's own address.
    """
    tab = tab_of(match)
    current = match.kwargs.get("cycle") if match is not None else None
    fields = ("code", "name_zh", "name_en", "stage", "region_id")
    cycles = visible_to(user).select_related(None).only(*fields)
    return [
        CycleChoice(
            code=cycle.code,
            name=cycle.name,
            stage=cycle.stage,
            url=tab_url(tab if tab.is_open_to(user, cycle.region_id) else OVERVIEW, cycle.code),
            is_current=cycle.code == current,
        )
        for cycle in cycles.order_by("-period_end_date", "code")[:MOST_OFFERED]
    ]
