"""What the accounts room announces becomes an event, in the same transaction."""

from unittest.mock import patch

import pytest

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_department, create_user, grant_membership
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import NOW, UserFactory


@pytest.mark.django_db
def test_events_belong_to_the_place_of_the_change(cast: Cast) -> None:
    by, user = cast.security_administrator, UserFactory()
    grant_membership(user=UserFactory(), role=Role.AUDITOR, region=cast.region, by=by, at=NOW)
    grant_membership(user=user, role=Role.APPROVER, locality=cast.locality, by=by, at=NOW)
    create_department(
        locality=cast.locality, code="x", name_zh="局", name_en="Bureau", by=None, at=NOW
    )
    places = Event.objects.order_by("sequence").values_list("region", "locality", "actor")
    assert list(places) == [
        (cast.region.pk, None, by.pk),
        (None, cast.locality.pk, by.pk),
        (None, cast.locality.pk, None),
    ]


@pytest.mark.django_db
def test_a_change_that_cannot_be_recorded_is_not_made() -> None:
    with (
        patch("assessment.audit.receivers.record_event", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        create_user(
            username="zhangsan",
            email="z@example.org",
            full_name="张三",
            password=None,
            by=None,
            at=NOW,
        )
    assert not User.objects.exists()
