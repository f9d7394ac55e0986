"""The standing cast: one person per role, in and outside the region assessed."""

from dataclasses import dataclass

from django.test import Client

from accounts.models import Locality, Region, User
from accounts.roles import Role
from assessment.cycles.models import Cycle
from tests.factories import CycleFactory, LocalityFactory, RegionFactory, member, participants


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
    coordinator: User
    other_coordinator: User
    reviewer: User
    auditor: User
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


def make_cast() -> Cast:
    """The cast around one cycle with two participants (stage draft, no forms yet)."""
    region, other = RegionFactory(), RegionFactory()
    cycle = CycleFactory(region=region)
    locality, neighbour = participants(cycle, 2)
    foreign = LocalityFactory()
    other.localities.add(foreign)
    return Cast(
        region=region,
        other_region=other,
        cycle=cycle,
        locality=locality,
        neighbour=neighbour,
        contributor=member(Role.CONTRIBUTOR, locality=locality, username="contributor"),
        approver=member(Role.APPROVER, locality=locality, username="approver"),
        neighbour_contributor=member(Role.CONTRIBUTOR, locality=neighbour, username="neighbour"),
        coordinator=member(Role.COORDINATOR, region=region, username="coordinator"),
        other_coordinator=member(Role.COORDINATOR, region=other, username="othercoordinator"),
        reviewer=member(Role.REVIEWER, region=region, username="reviewer"),
        auditor=member(Role.AUDITOR, region=region, username="auditor"),
        system_administrator=member(Role.SYSTEM_ADMINISTRATOR, username="sysadmin"),
        security_administrator=member(Role.SECURITY_ADMINISTRATOR, username="secadmin"),
        audit_administrator=member(Role.AUDIT_ADMINISTRATOR, username="auditadmin"),
    )
