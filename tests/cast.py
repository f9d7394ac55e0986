"""The standing cast: one person per role, in and outside the region assessed."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import Locality, Membership, Region, User
from accounts.roles import Role
from assessment.cycles.models import Cycle
from tests.factories import (
    NOW,
    CycleFactory,
    LocalityFactory,
    RegionFactory,
    UserFactory,
    participants,
)


@dataclass
class Cast:
    """Everybody, with the region, the cycle and the two localities they belong to."""

    region: Region
    other_region: Region
    cycle: Cycle
    locality: Locality
    neighbour: Locality
    contributor: User
    approver: User
    neighbour_contributor: User
    neighbour_approver: User
    coordinator: User
    other_coordinator: User
    reviewer: User
    other_reviewer: User
    auditor: User
    other_auditor: User
    system_administrator: User
    security_administrator: User
    audit_administrator: User

    def client(self, name: str) -> Client:
        """A signed-in browser of the person; ``visitor`` is not signed in."""
        client = Client()
        if name != "visitor":
            client.force_login(
                getattr(self, name), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client


def make_cast(prefix: str = "", document: dict[str, Any] | None = None) -> Cast:
    """The cast around one cycle with two participants (stage draft, no forms yet).

    ``prefix`` begins the user names; ``document`` is the framework, the tiny one if not given.
    """
    region, other = RegionFactory(), RegionFactory()
    cycle = CycleFactory(
        region=region, **({"framework_version__document": document} if document else {})
    )
    locality, neighbour = participants(cycle, 2)
    foreign = LocalityFactory()
    other.localities.add(foreign)
    memberships: list[Membership] = []

    def person(role: Role, username: str, **place: Any) -> User:
        user: User = UserFactory.build(username=f"{prefix}{username}")
        memberships.append(Membership(user=user, role=role, created_at=NOW, **place))
        return user

    cast = Cast(
        region=region,
        other_region=other,
        cycle=cycle,
        locality=locality,
        neighbour=neighbour,
        contributor=person(Role.CONTRIBUTOR, "contributor", locality=locality),
        approver=person(Role.APPROVER, "approver", locality=locality),
        neighbour_contributor=person(Role.CONTRIBUTOR, "neighbour", locality=neighbour),
        neighbour_approver=person(Role.APPROVER, "neighbourapprover", locality=neighbour),
        coordinator=person(Role.COORDINATOR, "coordinator", region=region),
        other_coordinator=person(Role.COORDINATOR, "othercoordinator", region=other),
        reviewer=person(Role.REVIEWER, "reviewer", region=region),
        other_reviewer=person(Role.REVIEWER, "otherreviewer", region=other),
        auditor=person(Role.AUDITOR, "auditor", region=region),
        other_auditor=person(Role.AUDITOR, "otherauditor", region=other),
        system_administrator=person(Role.SYSTEM_ADMINISTRATOR, "sysadmin"),
        security_administrator=person(Role.SECURITY_ADMINISTRATOR, "secadmin"),
        audit_administrator=person(Role.AUDIT_ADMINISTRATOR, "auditadmin"),
    )
    # Nearly every test begins with the cast: two statements make all its people.
    User.objects.bulk_create([membership.user for membership in memberships])
    Membership.objects.bulk_create(memberships)
    return cast
