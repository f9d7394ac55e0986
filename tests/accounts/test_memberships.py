"""Roles: the places they fit, what excludes what, who grants and ends them."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Membership, User
from accounts.queries import memberships_of
from accounts.roles import ADMINISTRATOR_ROLES, LOCALITY_ROLES, REGION_ROLES, SYSTEM_ROLES, Role
from accounts.services import end_membership, grant_membership
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import NOW, DepartmentFactory, LocalityFactory, RegionFactory, UserFactory


def place_for(role: Role) -> dict[str, object]:
    if role in LOCALITY_ROLES:
        return {"locality": LocalityFactory()}
    return {"region": RegionFactory()} if role in REGION_ROLES | SYSTEM_ROLES else {}


def grant(user: User, role: Role, **place: object) -> Membership:
    return grant_membership(user=user, role=role, by=None, at=NOW, **place)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_grant_membership_in_the_fitting_place(role: Role) -> None:
    user = UserFactory()
    assert memberships_of(user) == []
    membership = grant(user, role, **place_for(role))
    assert memberships_of(user) == [membership]
    event = Event.objects.get()
    assert (event.action, event.after["role"]) == ("accounts.grant_membership", role)
    assert event.after["user"] == user.username
    assert (event.region, event.locality) == (membership.region, membership.locality)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", ["none", "region", "locality", "both"])
def test_rules_and_database_agree_on_the_place_of_a_role(role: Role, place: str) -> None:
    user = UserFactory()
    where = {
        "region": RegionFactory() if place in {"region", "both"} else None,
        "locality": LocalityFactory() if place in {"locality", "both"} else None,
    }
    fitting = {
        **dict.fromkeys(LOCALITY_ROLES, ("locality",)),
        **dict.fromkeys(REGION_ROLES, ("region",)),
        **dict.fromkeys(SYSTEM_ROLES, ("locality", "region")),
    }
    if place in fitting.get(role, ("none",)):
        grant(user, role, **where)
        return
    with pytest.raises(ValidationError) as refusal:
        grant(user, role, **where)
    assert set(refusal.value.message_dict) <= {"region", "locality"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role=role, created_at=NOW, **where)


@pytest.mark.django_db
@pytest.mark.parametrize(("held", "wanted"), list(product(Role, Role)))
def test_administrators_exclude_every_role_and_systems_every_role_of_people(
    held: Role, wanted: Role
) -> None:
    user = UserFactory()
    grant(user, held, **place_for(held))
    is_one_a_system = (held in SYSTEM_ROLES) != (wanted in SYSTEM_ROLES)
    if is_one_a_system or held in ADMINISTRATOR_ROLES or wanted in ADMINISTRATOR_ROLES:
        with pytest.raises(ValidationError) as refusal:
            grant(user, wanted, **place_for(wanted))
        assert list(refusal.value.message_dict) == ["role"]
        assert Membership.objects.count() == 1
    else:
        grant(user, wanted, **place_for(wanted))
        assert Membership.objects.count() == 2


@pytest.mark.django_db
def test_an_ended_role_excludes_nothing_any_more() -> None:
    user = UserFactory()
    held = grant(user, Role.SYSTEM_ADMINISTRATOR)
    end_membership(membership=held, by=None, at=NOW)
    grant(user, Role.SECURITY_ADMINISTRATOR)
    assert [m.role for m in memberships_of(user)] == [Role.SECURITY_ADMINISTRATOR]


@pytest.mark.django_db
def test_the_same_role_in_the_same_place_is_held_once() -> None:
    user, locality = UserFactory(), LocalityFactory()
    grant(user, Role.CONTRIBUTOR, locality=locality)
    with pytest.raises(ValidationError):
        grant(user, Role.CONTRIBUTOR, locality=locality)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=user, role=Role.CONTRIBUTOR, locality=locality, created_at=NOW
        )
    grant(user, Role.CONTRIBUTOR, locality=LocalityFactory())


@pytest.mark.django_db
def test_the_database_holds_one_administrator_role_a_person() -> None:
    user = UserFactory()
    grant(user, Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role=Role.AUDIT_ADMINISTRATOR, created_at=NOW)


@pytest.mark.django_db
def test_grant_membership_refuses_what_does_not_fit() -> None:
    user, locality = UserFactory(), LocalityFactory()
    foreign = DepartmentFactory()
    with pytest.raises(ValidationError) as refusal:
        grant(user, Role.CONTRIBUTOR, locality=locality, department=foreign)
    assert list(refusal.value.message_dict) == ["department"]
    with pytest.raises(ValidationError) as refusal:
        grant(user, "emperor")  # type: ignore[arg-type]
    assert list(refusal.value.message_dict) == ["role"]
    with pytest.raises(ValidationError) as refusal:
        grant(UserFactory(is_active=False), Role.APPROVER, locality=locality)
    assert list(refusal.value.message_dict) == ["user"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["system_administrator", "audit_administrator", "coordinator", "auditor"]
)
def test_roles_are_the_security_administrators_business(cast: Cast, name: str) -> None:
    by = getattr(cast, name)
    membership = cast.contributor.memberships.get()
    with pytest.raises(PermissionDenied):
        grant_membership(
            user=cast.contributor, role=Role.APPROVER, locality=cast.locality, by=by, at=NOW
        )
    with pytest.raises(PermissionDenied):
        end_membership(membership=membership, by=by, at=NOW)


@pytest.mark.django_db
def test_end_membership_once_and_never_ones_own(cast: Cast) -> None:
    by = cast.security_administrator
    membership = cast.contributor.memberships.get()
    end_membership(membership=membership, by=by, at=NOW)
    end_membership(membership=membership, by=by, at=NOW)
    membership.refresh_from_db()
    assert membership.ended_at == NOW
    assert Event.objects.filter(action="accounts.end_membership").count() == 1
    with pytest.raises(ValidationError):
        end_membership(membership=by.memberships.get(), by=by, at=NOW)
