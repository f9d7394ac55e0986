"""What is wrong with a cycle as it would be stored, by field."""

import re
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality, Region
from accounts.text import join_items
from assessment.cycles.models import Cycle
from assessment.cycles.timetable import DATES, date_faults, reminder_faults
from assessment.cycles.workflow import Stage
from assessment.engine import FrameworkError
from assessment.engine.texts import inner_quotes

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)
_RESERVED = frozenset({"new"})

Errors = dict[str, Any]


def cycle_faults(cycle: Cycle, *, is_settled: bool = False) -> Errors:
    """Dates, names, reminders, code, predecessor and framework.

    ``is_settled``: period, framework and predecessor stand and are not asked again.
    """
    errors: Errors = dict(date_faults({name: getattr(cycle, name) for name in DATES}))
    for name, value in (("name_zh", cycle.name_zh), ("name_en", cycle.name_en)):
        if not value:
            errors[name] = _("Write the name in this language, too.")
        elif len(value) > 200:
            errors[name] = _("The name has more than 200 characters. Shorten it.")
    errors |= reminder_faults(cycle.reminders_before, cycle.reminder_interval)
    errors |= _code_faults(cycle)
    if is_settled:
        return errors
    errors |= _previous_faults(cycle) | _following_faults(cycle)
    return errors | _framework_faults(cycle)


def opening_faults(cycle: Cycle, today: date) -> Errors:
    """What is open has begun: its first day does not move to a day that is still to come.

    Forms would stay open before the day the timetable opens them on, and closing them would
    take from localities what they were given.
    """
    first = cycle.collection_start_date
    if first <= today:
        return {}
    sentence = _(
        "Found %(found)s; expected a day up to today, %(today)s: the collection is open already. "
        "To give localities more time, change the last day to submit."
    )
    found = {"found": first.isoformat(), "today": today.isoformat()}
    return {"collection_start_date": sentence % found}


def announced_faults(cycle: Cycle, announced: date) -> Errors:
    """Who reads preliminary results has the time that was announced with them, or more.

    Final results say whether that time was over when they were made: it moves no more.
    """
    if cycle.objection_end_date != announced and cycle.stage == Stage.FINAL:
        sentence = _("Final results are made: %(day)s stands. Reopen them to give more time.")
        return {"objection_end_date": sentence % {"day": announced.isoformat()}}
    if cycle.objection_end_date >= announced:
        return {}
    sentence = _(
        "Found %(found)s; expected %(announced)s or a later day: that day was announced with the "
        "preliminary results. Withdraw them to announce another."
    )
    found = {"found": cycle.objection_end_date.isoformat(), "announced": announced.isoformat()}
    return {"objection_end_date": sentence % found}


def _code_faults(cycle: Cycle) -> Errors:
    code = cycle.code
    if code in _RESERVED:
        sentence = _("“%(code)s” stands in addresses of the site itself. Choose another one.")
        return {"code": sentence % {"code": code}}
    if not _CODE.fullmatch(code):
        sentence = _("“%(code)s” cannot be a code. Use up to 60 small letters, digits and hyphens.")
        return {"code": sentence % {"code": code[:60]}}
    if Cycle.objects.filter(code=code).exclude(pk=cycle.pk).exists():
        return {"code": _("The code “%(code)s” is taken. Choose another one.") % {"code": code}}
    return {}


def _previous_faults(cycle: Cycle) -> Errors:
    previous = cycle.previous
    if previous is None:
        return {}
    if previous.region_id != cycle.region_id:
        return {"previous": _("The previous cycle belongs to another region.")}
    if previous.period_end_date >= cycle.period_end_date:
        sentence = _("Its period ends on %(day)s, not before this one. Choose an earlier cycle.")
        return {"previous": sentence % {"day": previous.period_end_date}}
    return {}


def _following_faults(cycle: Cycle) -> Errors:
    """A cycle that names this one as its previous ends after it: none is its own predecessor."""
    if cycle.pk is None:
        return {}
    first = cycle.following.order_by("period_end_date").first()
    if first is None or first.period_end_date > cycle.period_end_date:
        return {}
    sentence = _(
        "Found %(found)s; expected a day before %(day)s: “%(name)s” follows this cycle, and its "
        "period ends then. Choose an earlier day, or another previous cycle there."
    )
    found = {
        "found": cycle.period_end_date.isoformat(),
        "day": first.period_end_date.isoformat(),
        "name": first.name,
    }
    return {"period_end_date": sentence % found}


def _framework_faults(cycle: Cycle) -> Errors:
    """Of the region, and with parameters for the day the cycle is scored on.

    The framework of a cycle that is open cannot be changed any more, and a score that lacks
    parameters cannot be computed: it would be noticed when all is filled in and reviewed.
    """
    version = cycle.framework_version
    if version.framework.region_id != cycle.region_id:
        return {"framework_version": _("This framework belongs to another region.")}
    try:
        nodes = version.parsed.weighted_nodes
    except FrameworkError:
        return {}  # what is wrong with it is told when it is to be frozen
    uncovered = [
        f"“{inner_quotes(node.title.text(get_language() or 'zh-hans'))}”"
        for node in nodes
        if node.normalisation is not None and node.normalisation.parameters_on(cycle.on) is None
    ]
    if not uncovered:
        return {}
    sentence = _(
        "On %(day)s, the last day of the period, these indicators have no parameters: %(names)s. "
        "Add an edition for that day to the framework, or choose another period."
    )
    names = join_items(uncovered)
    return {"framework_version": sentence % {"day": cycle.on.isoformat(), "names": names}}


def locality_faults(region: Region, chosen: list[Locality]) -> Errors:
    """Whether somebody takes part, and all of them belong to the region."""
    if not chosen:
        return {"localities": _("Choose at least one locality.")}
    own = set(region.localities.values_list("pk", flat=True))
    foreign = [one for one in chosen if one.pk not in own]
    if foreign:
        names = join_items(f"{one.code} {one.name}" for one in foreign)
        sentence = _("Not in this region: %(names)s. Take them out.")
        return {"localities": sentence % {"names": names}}
    return {}
