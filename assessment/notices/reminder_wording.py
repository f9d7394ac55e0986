"""The reminders of a day in the reader's words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.audit.models import Event
from assessment.cycles.calendar import WorkingCalendar
from assessment.cycles.models import Cycle
from assessment.cycles.queries import working_calendar
from assessment.cycles.wording import remaining_text
from assessment.notices.digests import form_key
from assessment.submissions.models import Submission


class Reminders:
    """What the reminders among the events name, read together: three queries, or none."""

    def __init__(self, events: Sequence[Event]) -> None:
        said = [event for event in events if event.action == "notices.remind"]
        keys = {each["form"] for event in said for each in _list(event, "forms")}
        codes = {
            each["cycle"]
            for event in said
            for name in ("cycles", "rubrics")
            for each in _list(event, name)
        }
        self.calendar = working_calendar() if said else WorkingCalendar({})
        self.forms = {form_key(form): form for form in _forms(keys)}
        cycles = Cycle.objects.filter(code__in=codes)
        self.cycles = {cycle.code: cycle for cycle in cycles}

    def text(self, event: Event) -> str:
        """The sentence: how many forms, else the localities or the scores that are awaited."""
        forms = len(_list(event, "forms"))
        if forms:
            text = ngettext(
                "Reminder: %(count)d form waits for you",
                "Reminder: %(count)d forms wait for you",
                forms,
            )
            return text % {"count": forms}
        rubrics = _list(event, "rubrics")
        if rubrics and not _list(event, "cycles"):
            left = sum(each["left"] for each in rubrics)
            text = ngettext(
                "Reminder: %(count)d score is still to be given",
                "Reminder: %(count)d scores are still to be given",
                left,
            )
            return text % {"count": left}
        awaited = sum(each["open"] for each in _list(event, "cycles"))
        text = ngettext(
            "Reminder: %(count)d form has not been handed in",
            "Reminder: %(count)d forms have not been handed in",
            awaited,
        )
        return text % {"count": awaited}

    def lines(self, event: Event) -> str:
        """One line for each form with its last day as on that day, then one for each cycle, and
        one for each cycle whose rubrics are scored.
        """
        day = date.fromisoformat(event.after["day"])
        lines = [self._form_line(each, day) for each in _list(event, "forms")]
        lines += [self._cycle_line(each) for each in _list(event, "cycles")]
        lines += [self._rubric_line(each, day) for each in _list(event, "rubrics")]
        return "\n".join(lines)

    def url(self, event: Event) -> str:
        """The form, the board or the rubric, where it is one; else the start page."""
        forms, cycles = _list(event, "forms"), _list(event, "cycles")
        rubrics = _list(event, "rubrics")
        if len(forms) + len(cycles) + len(rubrics) != 1:
            return reverse("desk:start")
        if cycles:
            board = reverse("submissions:board", args=[cycles[0]["cycle"]])
            return f"{board}?sort=-late"
        if rubrics:
            return reverse("reviews:rubric", args=[rubrics[0]["cycle"]])
        form = self.forms.get(forms[0]["form"])
        return reverse("submissions:form", args=[form.pk]) if form else reverse("desk:start")

    def _form_line(self, said: dict[str, Any], day: date) -> str:
        form = self.forms.get(said["form"])
        names = (form.locality.name, form.cycle.name) if form is not None else ("", said["form"])
        text = _("%(locality)s · %(cycle)s: last day %(day)s, %(when)s")
        if said["last_day"] < day.isoformat():
            text = _(
                "%(locality)s · %(cycle)s: last day %(day)s, %(when)s. The form is locked: ask the "
                "coordinating body for more time."
            )
        return text % {
            "locality": names[0],
            "cycle": names[1],
            "day": said["last_day"],
            "when": remaining_text(date.fromisoformat(said["last_day"]), day, self.calendar),
        }

    def _cycle_line(self, said: dict[str, Any]) -> str:
        cycle = self.cycles.get(said["cycle"])
        text = ngettext(
            "%(cycle)s: %(open)d form not handed in, %(late)d overdue",
            "%(cycle)s: %(open)d forms not handed in, %(late)d of them overdue",
            said["open"],
        )
        return text % {
            "cycle": cycle.name if cycle is not None else said["cycle"],
            "open": said["open"],
            "late": said["late"],
        }

    def _rubric_line(self, said: dict[str, Any], day: date) -> str:
        cycle = self.cycles.get(said["cycle"])
        text = ngettext(
            "%(cycle)s: %(left)d of %(asked)d score still to be given, last day %(day)s, %(when)s",
            "%(cycle)s: %(left)d of %(asked)d scores still to be given, last day %(day)s, %(when)s",
            said["asked"],
        )
        return text % {
            "cycle": cycle.name if cycle is not None else said["cycle"],
            "left": said["left"],
            "asked": said["asked"],
            "day": said["last_day"],
            "when": remaining_text(date.fromisoformat(said["last_day"]), day, self.calendar),
        }


def _forms(keys: Iterable[str]) -> QuerySet[Submission]:
    places = [key.partition("/") for key in keys]
    return Submission.objects.select_related("cycle", "locality").filter(
        cycle__code__in={cycle for cycle, _slash, _code in places},
        locality__code__in={code for _cycle, _slash, code in places},
    )


def _list(event: Event, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = event.after.get(name, [])
    return found
