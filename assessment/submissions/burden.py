"""What a collection costs those who fill it in: fields, what was there already, time.

The time of a form is measured at its saves, which the log keeps: for each person the minutes
from the first to the last save, without the pauses of more than ``PAUSE_MINUTES`` between two
of them; the persons' minutes are added. What was done before the first save of a sitting, or away
from the form, is not seen, and systems that send answers are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import Column, ListPage, Search, list_csv, read_computed
from accounts.models import Locality
from accounts.moments import time_text
from assessment.audit.models import Event
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.submissions.answers import reported_nodes, state_of
from assessment.submissions.models import Answer, Evidence, Submission
from assessment.submissions.prefill import is_changed

PAUSE_MINUTES = 30
_EDITS = (
    "submissions.save_answers",
    "submissions.attach_evidence",
    "submissions.remove_evidence",
    "submissions.date_evidence",
    "submissions.explain",
)
# What programs send comes through this channel.
_PROGRAMS = "api"


@dataclass(frozen=True)
class Edits:
    """When a form was edited, by whom: moments by person."""

    by_person: Mapping[int | None, Sequence[datetime]]

    @property
    def first(self) -> datetime | None:
        """The first save; none where nothing was saved."""
        return min((times[0] for times in self.by_person.values()), default=None)

    @property
    def last(self) -> datetime | None:
        """The last save."""
        return max((times[-1] for times in self.by_person.values()), default=None)

    @property
    def minutes(self) -> int:
        """Minutes at work, pauses left out, the persons' added; whole minutes, half to even."""
        return round(sum(map(_worked, self.by_person.values()), timedelta()).total_seconds() / 60)


@dataclass(frozen=True)
class Burden:
    """One form: what it asked, how it was answered, and how long that took."""

    form: int
    locality: Locality
    asked: int
    typed: int
    taken: int
    changed: int
    files: int
    linked: int
    people: int
    minutes: int
    first: datetime | None
    last: datetime | None

    @property
    def answered(self) -> int:
        """How many fields say anything."""
        return self.typed + self.taken + self.changed


CSV: Mapping[str, Callable[[Burden], object]] = {
    "locality": lambda row: row.locality.code,
    "name_zh": lambda row: row.locality.name_zh,
    "name_en": lambda row: row.locality.name_en,
    "asked": lambda row: row.asked,
    "answered": lambda row: row.answered,
    "typed": lambda row: row.typed,
    "prefilled": lambda row: row.taken,
    "prefilled_changed": lambda row: row.changed,
    "files_uploaded": lambda row: row.files - row.linked,
    "files_linked": lambda row: row.linked,
    "people": lambda row: row.people,
    "minutes": lambda row: row.minutes,
    "first_edit": lambda row: time_text(row.first) if row.first else "",
    "last_edit": lambda row: time_text(row.last) if row.last else "",
}


def burdens(cycle: Cycle) -> list[Burden]:
    """Every form of the cycle by locality; four SQL queries beside the framework's."""
    forms = list(cycle.submissions.select_related("locality__parent").order_by("locality__code"))
    asked = reported_nodes(cycle.framework_version.parsed)
    answers: dict[int, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(submission__cycle=cycle, indicator__in=asked):
        answers[answer.submission_id].append(answer)
    files: dict[int, list[bool]] = defaultdict(list)
    kept = Evidence.objects.filter(submission__cycle=cycle, removed_at__isnull=True)
    for form, source in kept.order_by().values_list("submission_id", "linked_from_id"):
        files[form].append(source is not None)
    edits = edits_of(forms)
    return [_burden(form, len(asked), answers[form.pk], files[form.pk], edits) for form in forms]


def edits_of(forms: Iterable[Submission]) -> dict[int, Edits]:
    """When people edited these forms, as the log has it; one SQL query."""
    keys = {str(form.pk): form.pk for form in forms}
    events: QuerySet[Event] = Event.objects.filter(
        target_type=Submission._meta.label_lower, target_id__in=keys, action__in=_EDITS
    ).exclude(channel=_PROGRAMS)
    found: dict[int, dict[int | None, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for target, person, at in events.order_by("sequence").values_list("target_id", "actor", "at"):
        found[keys[target]][person].append(at)
    return {
        form: Edits({person: sorted(times) for person, times in people.items()})
        for form, people in found.items()
    }


def read_burdens(rows: Sequence[Burden], chosen: QueryDict) -> ListPage[Burden]:
    """By locality; each count can lead."""

    def count(label: str, key: str, value: Callable[[Burden], int]) -> Column[Burden]:
        return Column(label, key, value=value, is_numeric=True, descending_first=True)

    return read_computed(
        rows,
        chosen,
        columns=[
            Column(_("Locality"), "code", value=lambda row: row.locality.code),
            count(_("Fields asked"), "asked", lambda row: row.asked),
            count(_("Typed"), "typed", lambda row: row.typed),
            count(_("Taken over"), "taken", lambda row: row.taken),
            count(_("Taken over, then changed"), "changed", lambda row: row.changed),
            count(_("Files"), "files", lambda row: row.files),
            count(_("of them linked"), "linked", lambda row: row.linked),
            count(_("People"), "people", lambda row: row.people),
            count(_("Minutes"), "minutes", lambda row: row.minutes),
        ],
        sort="code",
        search=Search(
            _("Search localities"),
            texts=lambda row: (row.locality.code, row.locality.name_zh, row.locality.name_en),
        ),
    )


def burden_csv(cycle: Cycle, listed: ListPage[Burden]) -> HttpResponse:
    """The rows found, with the moments of the first and the last edit."""
    return list_csv(f"{cycle.code}-burden.csv", listed.rows, CSV, notice=notice_of(cycle))


def _burden(
    form: Submission,
    asked: int,
    answers: Sequence[Answer],
    files: Sequence[bool],
    edits: Mapping[int, Edits],
) -> Burden:
    given = [answer for answer in answers if answer.status]
    taken = [answer for answer in given if answer.prefilled]
    changed = sum(is_changed(answer.prefilled or {}, state_of(answer)) for answer in taken)
    own = edits.get(form.pk, Edits({}))
    return Burden(
        form=form.pk,
        locality=form.locality,
        asked=asked,
        typed=len(given) - len(taken),
        taken=len(taken) - changed,
        changed=changed,
        files=len(files),
        linked=sum(files),
        people=len(own.by_person),
        minutes=own.minutes,
        first=own.first,
        last=own.last,
    )


def _worked(times: Sequence[datetime]) -> timedelta:
    """The time between saves in order, pauses left out."""
    pause = timedelta(minutes=PAUSE_MINUTES)
    gaps = (after - before for before, after in pairwise(times))
    return sum((gap for gap in gaps if gap <= pause), timedelta())
