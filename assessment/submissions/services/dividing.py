"""Dividing a form among the departments and people of its locality."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Department, User
from assessment.submissions.division import (
    Responsible,
    assignments_of,
    contributors_of,
    division_mark,
    division_of,
    parts_of,
    person_of,
)
from assessment.submissions.models import Assignment, Submission
from assessment.submissions.permissions import can_divide_submission, is_approver
from assessment.submissions.queries import document_of
from assessment.submissions.services.locking import lock_submission, record_change, touch
from assessment.submissions.workflow import (
    SubmissionAction,
    SubmissionState,
    next_state,
    require_open_stage,
)


@dataclass(frozen=True)
class PartInput:
    """Who is to answer for a part; neither is: open to every contributor."""

    department: Department | None = None
    person: User | None = None


@transaction.atomic
def divide_submission(
    *,
    submission: Submission,
    parts: Mapping[str, PartInput],
    lead: User | None,
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> bool:
    """Make ``parts``, by code of section or indicator, the whole division of the form.

    ``lead`` divides beside the approver. ``seen`` is the ``division_mark`` of what the writer
    saw: a division changed since is refused (``ValidationError`` on ``seen``), as are people
    who do not fill forms of the locality, departments in which nobody does, and parts the form
    has not (on the part's code, or ``lead``). Says whether anything changed.
    ``PermissionDenied`` for others than the locality's approvers and the lead, and where the
    lead would name another lead; ``NotAllowedNow`` while the form is not with its locality.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_divide_submission, by, submission)
        if lead != submission.lead:
            require(is_approver, by, submission)
    next_state(SubmissionState(submission.state), SubmissionAction.SAVE)
    require_open_stage(submission.cycle.stage, SubmissionAction.SAVE)
    if seen is not None and seen != division_mark(submission):
        message = _("The division was changed after you opened this page. Look at it again.")
        raise ValidationError({"seen": [message]})
    wanted = {code: part for code, part in parts.items() if part.department or part.person}
    _check(submission, wanted, lead)
    return _replace(submission, wanted, lead, by, at)


def _check(submission: Submission, parts: Mapping[str, PartInput], lead: User | None) -> None:
    known = parts_of(document_of(submission))
    codes = {*known, *(code for inside in known.values() for code in inside)}
    people = {m.user_id: m for m in contributors_of(submission.locality)}
    departments = {m.department_id for m in people.values()}
    faults: dict[str, list[str]] = {}
    for code, part in parts.items():
        if code not in codes:
            faults.setdefault(code, []).append(_("The form has no such part."))
        if part.person is not None and part.person.pk not in people:
            message = _("%(name)s fills in no forms of this locality.")
            faults.setdefault(code, []).append(message % {"name": part.person})
        if part.department is None:
            continue
        if part.department.locality_id != submission.locality_id:
            message = _("This department belongs to another locality.")
            faults.setdefault(code, []).append(message)
        elif part.person is None and part.department.pk not in departments:
            message = _("Nobody in “%(name)s” fills in forms. Name a person as well.")
            faults.setdefault(code, []).append(message % {"name": part.department})
    if lead is not None and lead.pk not in people:
        message = _("%(name)s fills in no forms of this locality.")
        faults["lead"] = [message % {"name": lead}]
    if faults:
        raise ValidationError(faults)


def _replace(
    submission: Submission,
    parts: Mapping[str, PartInput],
    lead: User | None,
    by: User | None,
    at: datetime,
) -> bool:
    stored = {each.code: each for each in assignments_of([submission])}
    before = {code: _recorded(each) for code, each in stored.items()}
    after = {code: _recorded(each) for code, each in parts.items()}
    ids = {code: (each.department_id, each.person_id) for code, each in stored.items()}
    wanted = {
        code: (
            each.department.pk if each.department else None,
            each.person.pk if each.person else None,
        )
        for code, each in parts.items()
    }
    changed = sorted(c for c in {*ids, *wanted} if ids.get(c) != wanted.get(c))
    old_lead = submission.lead
    if not changed and lead == old_lead:
        return False
    if lead != old_lead:
        submission.lead = lead
        submission.save(update_fields=["lead"])
    submission.assignments.filter(code__in=changed).delete()
    Assignment.objects.bulk_create(
        Assignment(
            submission=submission,
            code=code,
            department=parts[code].department,
            person=parts[code].person,
        )
        for code in changed
        if code in parts
    )
    # Who answers for what is part of what is signed: an approver's open page is out of date.
    touch(submission, at)
    leads = tuple(each.username if each else "" for each in (old_lead, lead))
    record_change(
        submission,
        "divide",
        by=by,
        at=at,
        before={code: before.get(code) for code in changed} | _lead(leads[0], leads),
        after={code: after.get(code) for code in changed} | _lead(leads[1], leads),
    )
    return True


def _recorded(part: Assignment | PartInput) -> dict[str, str | None]:
    """Who answers for a part, in codes: names are read in the language of who reads the log."""
    return {
        "department": part.department.code if part.department else None,
        "person": part.person.username if part.person else None,
    }


def _lead(name: str, leads: tuple[str, ...]) -> dict[str, str]:
    return {"lead": name} if leads[0] != leads[1] else {}


def carry_division(forms: Collection[Submission], *, by: User | None, at: datetime) -> None:
    """Give new forms the division of the last form of the same locality in the same region.

    What the new framework no longer asks is left out, as is who contributes no longer.
    """
    new = {form.locality_id: form for form in forms}
    earlier = _forms_before(forms)
    found: dict[int, dict[str, PartInput]] = {}
    for each in assignments_of(earlier.values()).select_related("submission"):
        part = PartInput(each.department, person_of(each))
        found.setdefault(each.submission.locality_id, {})[each.code] = part
    for locality_id, form in new.items():
        before = earlier.get(locality_id)
        if before is not None and (before.lead is not None or locality_id in found):
            _carry(form, found.get(locality_id, {}), before.lead, by, at)


def _forms_before(forms: Collection[Submission]) -> dict[int, Submission]:
    """The form that each locality had before in the same region, by locality."""
    found: dict[int, Submission] = {}
    for form in (
        Submission.objects.filter(
            locality__in={form.locality_id for form in forms},
            cycle__region__in={form.cycle.region_id for form in forms},
        )
        .exclude(pk__in=[form.pk for form in forms])
        .select_related("lead")
        .order_by("-cycle__period_end_date", "-pk")
    ):
        found.setdefault(form.locality_id, form)
    return found


def _carry(
    form: Submission,
    parts: Mapping[str, PartInput],
    lead: User | None,
    by: User | None,
    at: datetime,
) -> None:
    known = parts_of(document_of(form))
    codes = {*known, *(code for inside in known.values() for code in inside)}
    kept = {c: p for c, p in parts.items() if c in codes and (p.department or p.person)}
    if kept or lead is not None:
        _replace(form, kept, lead, by, at)


def part_fault(submission: Submission, indicator: str, by: User | None) -> str | None:
    """Why the person may not fill the indicator in: it is somebody else's part."""
    if by is None:
        return None
    division = division_of(submission)
    return None if division.opens(indicator, by) else whose(division.of(indicator))


def whose(responsible: Responsible | None) -> str:
    """Who answers for a part, told to somebody who may not fill it in."""
    text = _("%(name)s answers for this indicator. Ask the approver if it should be you.")
    return text % {"name": responsible}
