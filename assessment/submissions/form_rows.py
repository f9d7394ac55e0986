"""Lists of forms: the columns and filters they share, their rows and their file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    field_choices,
    list_csv,
    read_stored,
)
from accounts.moments import time_text
from accounts.text import join_items
from assessment.cycles.demonstration import notice_of
from assessment.cycles.queries import working_calendar
from assessment.engine.document import FrameworkDocument
from assessment.submissions.completeness import Progress
from assessment.submissions.division import parts_of
from assessment.submissions.models import Submission
from assessment.submissions.models.submission import STATE_LABELS
from assessment.submissions.queries import ASKS_UNLOCK, days_late, overdue_on, progress_for
from assessment.submissions.waiting import Waiting, waiting_for
from assessment.submissions.wording import read
from assessment.submissions.workflow import EDITABLE

OVERDUE, UNLOCK = "overdue", "unlock"


@dataclass(frozen=True)
class FormRow:
    """One form with how far and how late it is, in calendar and in working days.

    ``waiting``, where it was asked for, says what a form with its locality lacks, and of whom.
    """

    submission: Submission
    progress: Progress
    days_late: int
    working_days_late: int = 0
    waiting: Waiting | None = None

    @property
    def waiting_sections(self) -> str:
        """The sections in which something is missing."""
        return join_items(map(read, self.waiting.sections.values())) if self.waiting else ""

    @property
    def waiting_people(self) -> str:
        """The people the form waits for."""
        return join_items(map(str, self.waiting.people)) if self.waiting else ""

    @property
    def is_overdue(self) -> bool:
        """Still with its locality after its last day."""
        return self.days_late > 0


CSV: Mapping[str, Callable[[FormRow], object]] = {
    "cycle": lambda row: row.submission.cycle.code,
    "locality": lambda row: row.submission.locality.code,
    "name_zh": lambda row: row.submission.locality.name_zh,
    "name_en": lambda row: row.submission.locality.name_en,
    "state": lambda row: row.submission.state,
    "complete": lambda row: row.progress.complete,
    "required": lambda row: row.progress.required,
    "last_day": lambda row: row.submission.end_date.isoformat(),
    "days_late": lambda row: row.days_late,
    "working_days_late": lambda row: row.working_days_late,
    "notice": lambda row: notice_of(row.submission.cycle),
}
BOARD_CSV: Mapping[str, Callable[[FormRow], object]] = {
    **{name: read for name, read in CSV.items() if name != "notice"},
    "missing_sections": lambda row: " ".join(row.waiting.sections) if row.waiting else "",
    "waits_for": lambda row: "; ".join(map(str, row.waiting.people)) if row.waiting else "",
    "urged_at": lambda row: time_text(row.submission.urged_at) if row.submission.urged_at else "",
    "notice": CSV["notice"],
}


def read_forms(
    forms: QuerySet[Submission],
    chosen: QueryDict,
    today: date,
    *,
    columns: Sequence[str],
    sort: str,
    more_filters: Sequence[Filter[Submission]] = (),
    with_actions: bool = False,
) -> ListPage[Submission]:
    """The forms with these of the columns: ``cycle code state progress last_day late waiting
    urged updated``.

    Searched by locality and cycle, filtered by state; ``overdue`` and ``unlock`` count as one.
    """
    known = _columns(today)
    heads = [known[key] for key in columns]
    choices = field_choices("state", STATE_LABELS)
    late: Choice[Submission] = Choice(OVERDUE, _("Overdue"), where=overdue_on(today))
    asked: Choice[Submission] = Choice(UNLOCK, _("Unlocking requested"), where=ASKS_UNLOCK)
    return read_stored(
        forms.annotate(last_day=Coalesce(F("extended_end_date"), F("cycle__collection_end_date"))),
        chosen,
        columns=[*heads, Column(_("Actions"), is_unseen=True)] if with_actions else heads,
        sort=sort,
        ties=("locality__code", "pk"),
        search=Search(
            _("Search forms"),
            tuple(
                f"{thing}__{name}"
                for thing in ("locality", "cycle")
                for name in ("code", "name_zh", "name_en")
            ),
        ),
        filters=[Filter("state", _("State"), [*choices, late, asked]), *more_filters],
    )


def section_filter(forms: QuerySet[Submission], document: FrameworkDocument) -> Filter[Submission]:
    """The forms still with their locality that lack something in a section; three queries."""
    awaited = list(forms.filter(state__in=EDITABLE))
    lacking: dict[str, list[int]] = defaultdict(list)
    for pk, progress in progress_for(awaited).items():
        for code, (complete, required) in progress.by_section.items():
            if complete < required:
                lacking[code].append(pk)
    choices: list[Choice[Submission]] = [
        Choice(code, read(document.node(code).title), where=Q(pk__in=lacking[code]))
        for code in parts_of(document)
    ]
    return Filter("section", _("Missing in"), choices, hides_empty=True)


def form_rows(
    submissions: Iterable[Submission], today: date, *, with_waiting: bool = False
) -> list[FormRow]:
    """The forms as rows; a constant number of queries beside the forms' own."""
    forms = list(submissions)
    found, calendar = progress_for(forms), working_calendar()
    awaited = [form for form in forms if form.is_editable_state] if with_waiting else []
    waiting = waiting_for(awaited) if awaited else {}
    return [
        FormRow(
            form,
            found[form.pk],
            days_late(form, today),
            calendar.working_days(form.end_date, today) if days_late(form, today) else 0,
            waiting.get(form.pk),
        )
        for form in forms
    ]


def forms_csv(name: str, listed: ListPage[Submission], today: date) -> HttpResponse:
    """The forms found as a file: codes, not labels."""
    return list_csv(name, form_rows(listed.rows, today), CSV)


def board_csv(name: str, listed: ListPage[Submission], today: date) -> HttpResponse:
    """The forms found, with what they lack, whom they wait for and when they were urged."""
    return list_csv(name, form_rows(listed.rows, today, with_waiting=True), BOARD_CSV)


def _columns(today: date) -> dict[str, Column[Submission]]:
    def lateness(forms: Sequence[Submission]) -> Mapping[Any, Any]:
        return {form.pk: days_late(form, today) for form in forms}

    columns: list[Column[Submission]] = [
        Column(_("Cycle"), "cycle", ("cycle__period_end_date",), descending_first=True),
        Column(_("Locality"), "code", ("locality__code",)),
        Column(_("State"), "state", ("state",)),
        Column(_("Complete"), "progress", computed=_percents),
        Column(_("Last day"), "last_day", ("last_day",)),
        Column(_("Late"), "late", computed=lateness, descending_first=True),
        Column(_("Waits for")),
        Column(_("Last urged"), "urged", ("urged_at",), descending_first=True),
        Column(_("Last change"), "updated", ("updated_at",), descending_first=True),
    ]
    return {column.key or "waiting": column for column in columns}


def _percents(forms: Sequence[Submission]) -> Mapping[Any, Any]:
    """How far each form is: the framework says it, not the database."""
    return {pk: progress.percent for pk, progress in progress_for(forms).items()}
