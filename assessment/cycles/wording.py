"""Sentences on the stages, days and deadlines of a cycle that rooms share."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.text import join_items, join_sentences
from assessment.cycles.calendar import WorkingCalendar
from assessment.cycles.models import STAGE_LABELS
from assessment.cycles.workflow import Stage


def stage_refusal(stage: str, possible: Collection[Stage]) -> str:
    """Where the cycle stands, when this is possible, and whose step would make it so.

    For the people of the region: of a form's own state its locality reads elsewhere.
    """
    text = _("The cycle is in the stage “%(stage)s”; this is possible in: %(stages)s.")
    labels = [str(STAGE_LABELS[each]) for each in Stage if each in possible]
    told = text % {
        "stage": STAGE_LABELS[Stage(stage)],
        "stages": join_items(labels),
    }
    # In Chinese the two sentences stand without a space.
    return _("%(told)s %(way)s") % {"told": told, "way": _way_there(Stage(stage), possible)}


def _way_there(stage: Stage, possible: Collection[Stage]) -> str:
    order = list(Stage)
    if stage == Stage.DRAFT:
        return _("A coordinator opens the collection first.")
    if stage == Stage.COLLECTING and Stage.REVIEWING in possible:
        return _("A coordinator starts the review first.")
    if stage == Stage.FINAL and any(order.index(each) < order.index(stage) for each in possible):
        return _("While they are not public, a coordinator can take the final results back.")
    if any(order.index(each) > order.index(stage) for each in possible):
        return _("The cycle has to come to that stage first.")
    if stage == Stage.REVIEWING and Stage.COLLECTING in possible:
        return _("A coordinator can reopen the collection.")
    if stage == Stage.PRELIMINARY and Stage.REVIEWING in possible:
        return _("A coordinator can withdraw the preliminary results; the review then goes on.")
    return _("Nobody can do it any more.")


def day_note(day: date, calendar: WorkingCalendar) -> str:
    """What whoever sets a last day should know of it: that it is a day off, or might be.

    Empty for a working day of a year whose holidays are known.
    """
    around = (calendar.working_day_before(day), calendar.working_day_after(day))
    sentences = []
    if not calendar.is_working(day):
        text = _(
            "%(day)s is a day off. The working day before it is %(before)s, the next one %(after)s."
        )
        sentences.append(text % {"day": day, "before": around[0], "after": around[1]})
    sentences.append(unknown_years_text(calendar.unknown_years(day)))
    return join_sentences(filter(None, sentences))


def unknown_years_text(years: Collection[int]) -> str:
    """That the holidays of the years are not known, and what was counted instead."""
    if not years:
        return ""
    text = _(
        "The holidays of %(years)s are not known here yet: besides weekends only 1 January, 1 and "
        "2 May and 1 to 3 October count as days off."
    )
    return text % {"years": join_items(map(str, years))}


def remaining_text(last: date, today: date, calendar: WorkingCalendar) -> str:
    """How far off the last day is, in working days, or how long over, in both kinds of days.

    Where holidays on the way are not known, it says so.
    """
    if today > last:
        late = calendar.working_days(last, today)
        days = ngettext("%(days)d day late", "%(days)d days late", (today - last).days)
        worked = ngettext("%(days)d working day", "%(days)d working days", late)
        said = _("%(days)s (%(working)s)") % {
            "days": days % {"days": (today - last).days},
            "working": worked % {"days": late},
        }
    elif today == last:
        return _("due today")
    else:
        left = calendar.working_days(today, last)
        text = ngettext("due in %(days)d working day", "due in %(days)d working days", left)
        said = text % {"days": left} if left else _("no working day left before the last day")
    unknown = calendar.unknown_years(last, today)
    if not unknown:
        return said
    return _("%(said)s, holidays of %(years)s not counted") % {
        "said": said,
        "years": join_items(map(str, unknown)),
    }
