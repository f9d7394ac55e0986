"""Who answers for which indicator of a form, and who may therefore fill it in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.compiled import CompiledQuery
from accounts.models import Department, Locality, Membership, User
from accounts.queries import memberships_of
from accounts.roles import FILLING_ROLES
from assessment.engine.document import FrameworkDocument
from assessment.submissions.answers import reported_nodes
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Assignment, Submission


@dataclass(frozen=True)
class Responsible:
    """Who answers for a part: a department, a person, or a person of a department.

    ``is_vacant``: it is a department in which nobody fills forms at present; the part keeps its
    name and is open to all.
    """

    department: Department | None = None
    person: User | None = None
    is_vacant: bool = False

    def __str__(self) -> str:
        parts = [str(each) for each in (self.person, self.department) if each is not None]
        return " · ".join(parts)

    @property
    def key(self) -> str:
        """The same for one person, whatever department stands beside; stands in addresses."""
        if self.person is not None:
            return f"person-{self.person.pk}"
        return f"department-{self.department.pk}" if self.department is not None else ""


def joint(responsibles: Iterable[Responsible]) -> Responsible:
    """One person's parts together, or one department's: with the department if it is but one."""
    known = list(responsibles)
    departments = {each.department for each in known if each.department is not None}
    return Responsible(departments.pop() if len(departments) == 1 else None, known[0].person)


@dataclass(frozen=True)
class Division:
    """Who answers for what in one form; indicators of nobody are absent, and open to all."""

    locality_id: int
    responsible: Mapping[str, Responsible] = field(default_factory=dict)

    def of(self, indicator: str) -> Responsible | None:
        """Who answers for the indicator; nobody in particular is ``None``."""
        return self.responsible.get(indicator)

    def names(self, indicator: str, user: User | AnonymousUser) -> bool:
        """Whether the indicator is assigned to the user or to their department."""
        found = self.of(indicator)
        if found is None:
            return False
        if found.person is not None and found.person.pk == user.pk:
            return True
        return found.department is not None and found.department.pk in _departments(
            user, self.locality_id
        )

    def opens(self, indicator: str, user: User | AnonymousUser) -> bool:
        """Whether the division, the role aside, lets the user fill the indicator in."""
        found = self.of(indicator)
        return found is None or found.is_vacant or self.names(indicator, user)

    def indicators_of(self, user: User | AnonymousUser) -> list[str]:
        """The indicators assigned to the user, in document order."""
        return [code for code in self.responsible if self.names(code, user)]


_ASSIGNED = CompiledQuery(
    lambda form: Assignment.objects.filter(submission_id=form).order_by().only("pk")[:1]
)


def assignments_of(submissions: Iterable[Submission]) -> QuerySet[Assignment]:
    """The assignments of the forms.

    ``is_held``: their person still contributes there; ``is_staffed``: somebody does in their
    department.
    """
    filling = Membership.objects.filter(
        locality=OuterRef("submission__locality"),
        role__in=FILLING_ROLES,
        ended_at__isnull=True,
        user__is_active=True,
    )
    return (
        Assignment.objects.filter(submission__in=submissions)
        .select_related("department", "person")
        .annotate(
            is_held=Exists(filling.filter(user=OuterRef("person"))),
            is_staffed=Exists(filling.filter(department=OuterRef("department"))),
        )
    )


def divide(
    submission: Submission, document: FrameworkDocument, assignments: Iterable[Assignment]
) -> Division:
    """The division the assignments make; an indicator's own goes before its section's.

    Somebody who no longer contributes holds nothing: their department remains, or the part is
    open to all, as is that of a department in which nobody does, so that no part is left to
    nobody.
    """
    assigned = {}
    for each in assignments:
        person = person_of(each)
        if person is not None or each.department is not None:
            is_vacant = person is None and not vars(each)["is_staffed"]
            assigned[each.code] = Responsible(each.department, person, is_vacant)
    found = {}
    for code, node in reported_nodes(document).items():
        held = assigned.get(code) or assigned.get(section_of(document, node).code)
        if held is not None:
            found[code] = held
    return Division(submission.locality_id, found)


def person_of(assignment: Assignment) -> User | None:
    """The person an assignment read by ``assignments_of`` names, while they contribute."""
    return assignment.person if vars(assignment)["is_held"] else None


def division_of(submission: Submission) -> Division:
    """The division of one form; one query, a second one where it is divided at all."""
    if not _ASSIGNED(submission.pk):
        return Division(submission.locality_id)  # as most forms are, at every save and page
    document = submission.cycle.framework_version.parsed
    return divide(submission, document, assignments_of([submission]))


def division_mark(submission: Submission) -> str:
    """A short mark of the division as stored, lead included: two that differ, differ in it."""
    rows = submission.assignments.values_list("code", "department", "person")
    said = repr((submission.lead_id, sorted(rows, key=str)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def contributors_of(locality: Locality) -> list[Membership]:
    """Who fills in forms of the locality, with person and department, by name; one query."""
    held = Membership.objects.filter(
        locality=locality,
        role__in=FILLING_ROLES,
        ended_at__isnull=True,
        user__is_active=True,
    )
    return list(held.select_related("user", "department").order_by("user__full_name", "user"))


def parts_of(document: FrameworkDocument) -> dict[str, list[str]]:
    """The parts of a form that can be assigned: each section with its indicators, by code."""
    parts: dict[str, list[str]] = {}
    for code, node in reported_nodes(document).items():
        parts.setdefault(section_of(document, node).code, []).append(code)
    return parts


def _departments(user: User | AnonymousUser, locality_id: int) -> set[int]:
    """The departments in which the user fills forms of the locality."""
    return {
        m.department_id
        for m in memberships_of(user)
        if m.role in FILLING_ROLES and m.locality_id == locality_id and m.department_id is not None
    }
