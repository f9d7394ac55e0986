"""Forms as rows of a list: filtered, searched, sorted, exported."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.addresses import query_url
from assessment.cycles.demonstration import notice_of
from assessment.submissions.completeness import Progress
from assessment.submissions.models import Submission
from assessment.submissions.models.submission import STATE_LABELS
from assessment.submissions.queries import days_late, progress_for
from assessment.submissions.workflow import SubmissionState

OVERDUE = "overdue"
CSV_COLUMNS = (
    "cycle",
    "locality",
    "name_zh",
    "name_en",
    "state",
    "complete",
    "required",
    "last_day",
    "days_late",
    "notice",
)


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

    @property
    def state_shown(self) -> str:
        """Overdue where it is, else the state."""
        return OVERDUE if self.is_overdue else self.submission.state


SORTS: Mapping[str, Callable[[FormRow], Any]] = {
    "code": lambda row: row.submission.locality.code,
    "cycle": lambda row: row.submission.cycle.period_end_date,
    "state": lambda row: row.submission.state,
    "progress": lambda row: row.progress.percent,
    "last_day": lambda row: row.submission.end_date,
    "late": lambda row: row.days_late,
    "updated": lambda row: row.submission.updated_at,
}


def form_rows(submissions: Iterable[Submission], today: date) -> list[FormRow]:
    """The forms as rows; three queries beside the forms' own."""
    forms = list(submissions)
    found = progress_for(forms)
    return [FormRow(form, found[form.pk], days_late(form, today)) for form in forms]


def search_rows(rows: Sequence[FormRow], text: str) -> list[FormRow]:
    """Rows whose locality's or cycle's name (either language) or code contains the text."""
    wanted = text.strip().casefold()
    return [row for row in rows if wanted in _searched(row)]


def state_chips(rows: Sequence[FormRow], query: QueryDict) -> list[dict[str, Any]]:
    """The state filter with counts; keeps search and sort."""
    current = query.get("state", "")
    chips = [_chip(query, "", _("All"), len(rows), current)]
    for state in SubmissionState:
        count = sum(row.submission.state == state for row in rows)
        chips.append(_chip(query, state, str(STATE_LABELS[state]), count, current))
    late = sum(row.is_overdue for row in rows)
    chips.append(_chip(query, OVERDUE, _("Overdue"), late, current))
    return chips


def filter_rows(rows: Sequence[FormRow], state: str) -> list[FormRow]:
    """Rows in the state; ``overdue`` is one of them; an unknown state filters nothing."""
    if state == OVERDUE:
        return [row for row in rows if row.is_overdue]
    if state in set(SubmissionState):
        return [row for row in rows if row.submission.state == state]
    return list(rows)


def sort_rows(rows: Sequence[FormRow], sort: str) -> list[FormRow]:
    """Rows by the key, descending behind a minus; equal ones by the locality's code."""
    key = SORTS.get(sort.removeprefix("-"), SORTS["code"])
    by_code = sorted(rows, key=SORTS["code"])
    return sorted(by_code, key=key, reverse=sort.startswith("-"))


def csv_cells(row: FormRow) -> tuple[object, ...]:
    """The row for a spreadsheet in the order of ``CSV_COLUMNS``: codes, not labels."""
    form = row.submission
    return (
        form.cycle.code,
        form.locality.code,
        form.locality.name_zh,
        form.locality.name_en,
        form.state,
        row.progress.complete,
        row.progress.required,
        form.end_date.isoformat(),
        row.days_late,
        notice_of(form.cycle),
    )


def _searched(row: FormRow) -> str:
    place, cycle = row.submission.locality, row.submission.cycle
    texts = (place.code, place.name_zh, place.name_en, cycle.code, cycle.name_zh, cycle.name_en)
    return "\n".join(texts).casefold()


def _chip(query: QueryDict, state: str, label: str, count: int, current: str) -> dict[str, Any]:
    url = query_url(query, state=state)
    return {"label": label, "url": url, "is_current": current == state, "count": count}
