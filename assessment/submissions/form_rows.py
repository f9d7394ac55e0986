"""Lists of forms: the columns and filters they share, their rows and their file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
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
from assessment.cycles.demonstration import notice_of
from assessment.submissions.completeness import Progress
from assessment.submissions.models import Submission
from assessment.submissions.models.submission import STATE_LABELS
from assessment.submissions.queries import ASKS_UNLOCK, days_late, overdue_on, progress_for

OVERDUE, UNLOCK = "overdue", "unlock"


@dataclass(frozen=True)
class FormRow:
    """One form with how far and how late it is."""

    submission: Submission
    progress: Progress
    days_late: int

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
    "notice": lambda row: notice_of(row.submission.cycle),
}


def read_forms(
    forms: QuerySet[Submission],
    chosen: QueryDict,
    today: date,
    *,
    columns: Sequence[str],
    sort: str,
    with_actions: bool = False,
) -> ListPage[Submission]:
    """The forms with these of the columns: ``cycle code state progress last_day updated``.

    Searched by locality and cycle, filtered by state; ``overdue`` and ``unlock`` count as one.
    """
    known = _columns()
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
        filters=[Filter("state", _("State"), [*choices, late, asked])],
    )


def form_rows(submissions: Iterable[Submission], today: date) -> list[FormRow]:
    """The forms as rows; three queries beside the forms' own."""
    forms = list(submissions)
    found = progress_for(forms)
    return [FormRow(form, found[form.pk], days_late(form, today)) for form in forms]


def forms_csv(name: str, listed: ListPage[Submission], today: date) -> HttpResponse:
    """The forms found as a file: codes, not labels."""
    return list_csv(name, form_rows(listed.rows, today), CSV)


def _columns() -> dict[str, Column[Submission]]:
    columns: list[Column[Submission]] = [
        Column(_("Cycle"), "cycle", ("cycle__period_end_date",), descending_first=True),
        Column(_("Locality"), "code", ("locality__code",)),
        Column(_("State"), "state", ("state",)),
        Column(_("Complete"), "progress", computed=_percents),
        Column(_("Last day"), "last_day", ("last_day",)),
        Column(_("Last change"), "updated", ("updated_at",), descending_first=True),
    ]
    return {column.key: column for column in columns}


def _percents(forms: Sequence[Submission]) -> Mapping[Any, Any]:
    """How far each form is: the framework says it, not the database."""
    return {pk: progress.percent for pk, progress in progress_for(forms).items()}
