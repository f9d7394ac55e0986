"""Roles that may not meet within one region: who judges never reports, who audits does neither."""

from itertools import product

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Locality, Membership, Region, User
from accounts.queries import memberships_of
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, Role
from accounts.services import end_membership, grant_membership, update_region
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory, RegionFactory, UserFactory, member

ASSESSING = sorted(LOCALITY_ROLES | REGION_ROLES)
# Every other pair may be held by one person in one region.
EXCLUDED = {
    frozenset(pair)
    for pair in [
        ("coordinator", "contributor"),
        ("coordinator", "approver"),
        ("reviewer", "contributor"),
        ("reviewer", "approver"),
        ("auditor", "contributor"),
        ("auditor", "approver"),
        ("auditor", "coordinator"),
        ("auditor", "reviewer"),
    ]
}

pytestmark = pytest.mark.django_db


def place(role: Role, region: Region, locality: Locality) -> dict[str, Region | Locality]:
    return {"locality": locality} if role in LOCALITY_ROLES else {"region": region}


def grant(user: User, role: Role, where: dict[str, Region | Locality]) -> Membership:
    return grant_membership(user=user, role=role, by=None, at=NOW, **where)  # type: ignore[arg-type]


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    region.localities.add(LocalityFactory(), LocalityFactory())
    return region


@pytest.mark.parametrize(
    ("held", "wanted"), [pair for pair in product(ASSESSING, ASSESSING) if pair[0] != pair[1]]
)
def test_two_roles_in_one_region(region: Region, held: Role, wanted: Role) -> None:
    user, locality = UserFactory(), region.localities.first()
    assert locality is not None
    first = grant(user, held, place(held, region, locality))
    if frozenset({str(held), str(wanted)}) not in EXCLUDED:
        grant(user, wanted, place(wanted, region, locality))
        return
    with pytest.raises(ValidationError) as refusal:
        grant(user, wanted, place(wanted, region, locality))
    (message,) = refusal.value.message_dict["role"]
    assert first.label in message
    assert memberships_of(user) == [first]


@pytest.mark.parametrize(("held", "wanted"), sorted(tuple(sorted(pair)) for pair in EXCLUDED))
def test_in_two_regions_the_same_roles_may_be_held(region: Region, held: str, wanted: str) -> None:
    other, foreign = RegionFactory(), LocalityFactory()
    other.localities.add(foreign)
    locality = region.localities.first()
    assert locality is not None
    user = UserFactory()
    grant(user, Role(held), place(Role(held), region, locality))
    grant(user, Role(wanted), place(Role(wanted), other, foreign))
    assert len(memberships_of(user)) == 2


def test_an_ended_role_no_longer_excludes(region: Region) -> None:
    locality = region.localities.first()
    assert locality is not None
    user = member(Role.APPROVER, locality=locality)
    end_membership(membership=user.memberships.get(), by=None, at=NOW)
    grant(user, Role.COORDINATOR, {"region": region})


def test_the_administration_says_which_role_stands_against_it(cast: Cast) -> None:
    form = {"user": cast.approver.pk, "role": "coordinator", "region": cast.region.pk}
    client = cast.client("security_administrator")
    response = client.post(
        "/admin/accounts/membership/add/", form, headers={"accept-language": "en"}
    )
    held = cast.approver.memberships.get().label
    assert held in str(response.context["adminform"].form.errors["role"])
    assert cast.approver.memberships.count() == 1


def test_no_locality_joins_a_region_where_one_of_its_people_judges(region: Region) -> None:
    joining = LocalityFactory()
    user = member(Role.CONTRIBUTOR, locality=joining)
    grant(user, Role.COORDINATOR, {"region": region})
    before = set(region.localities.all())
    with pytest.raises(ValidationError) as refusal:
        update_region(region=region, changes={}, localities=[*before, joining], by=None, at=NOW)
    assert str(user) in refusal.value.message_dict["localities"][0]
    assert set(region.localities.all()) == before
