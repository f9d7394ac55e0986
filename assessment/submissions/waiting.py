"""Whom forms wait for, the people who answer for what is still missing, and who is late."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.models import Membership, User
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.engine.texts import LocalizedText
from assessment.submissions.completeness import section_of
from assessment.submissions.division import Division, assignments_of, divide
from assessment.submissions.form_facts import facts_for, with_documents
from assessment.submissions.models import Assignment, Submission
from assessment.submissions.queries import document_of, missing_items, overdue_on


@dataclass(frozen=True)
class Waiting:
    """What a form lacks and whom it waits for.

    ``sections`` holds the titles of the sections with something missing by code, ``missing`` how
    many indicators that are. A complete form waits for its sign-off.
    """

    submission: Submission
    people: list[User]
    sections: dict[str, LocalizedText]
    missing: int


def waiting_for(submissions: Iterable[Submission]) -> dict[int, Waiting]:
    """By primary key; a constant number of queries.

    An indicator waits for the person it is assigned to, else for the contributors of its
    department, else for all contributors of the locality; every form for its approvers, who
    answer for it and sign it.
    """
    forms = with_documents(submissions)
    facts = facts_for(forms)
    rows: dict[int, list[Assignment]] = defaultdict(list)
    for each in assignments_of(forms):
        rows[each.submission_id].append(each)
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in _staff(forms):
        held[membership.locality_id or 0].append(membership)
    found = {}
    for form in forms:
        document = document_of(form)
        items = missing_items(document, facts[form.pk])
        division = divide(form, document, rows[form.pk])
        awaited = {
            member.user_id: member.user
            for member in held[form.locality_id]
            if member.role == Role.APPROVER
            or any(_answers_for(member, division, item.node.code) for item in items)
        }
        sections = (section_of(document, item.node) for item in items)
        found[form.pk] = Waiting(
            form,
            list(awaited.values()),
            {section.code: section.title for section in sections},
            len({item.node.code for item in items}),
        )
    return found


def late_and_not_urged(cycle: Cycle, today: date, since: datetime) -> int:
    """How many localities are overdue and were not urged since the moment."""
    lately = Q(urged_at__gt=since)
    return cycle.submissions.filter(overdue_on(today)).exclude(lately).count()


def _staff(forms: list[Submission]) -> Iterable[Membership]:
    held = Membership.objects.filter(
        locality__in={form.locality_id for form in forms},
        role__in=LOCALITY_ROLES,
        ended_at__isnull=True,
        user__is_active=True,
    )
    return held.select_related("user").order_by("user__full_name", "user", "role")


def _answers_for(member: Membership, division: Division, indicator: str) -> bool:
    responsible = division.of(indicator)
    if responsible is None or responsible.is_vacant:
        return True
    if responsible.person is not None:
        return responsible.person.pk == member.user_id
    department = responsible.department
    return department is not None and department.pk == member.department_id
