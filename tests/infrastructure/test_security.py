"""What holds for every answer, and ids that belong elsewhere."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.services import update_user
from assessment.cycles.workflow import Stage
from assessment.scores.models import Adjustment, ScoreRun
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, UserFactory
from tests.observations.scene import at_stage

LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    "address", ["/", "/static/img/favicon.ico", "/nowhere/", "/account/login/", "/api/v1/docs/"]
)
def test_every_answer_is_under_a_policy(cast: Cast, address: str) -> None:
    policy = cast.client("visitor").get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_run_of_another_cycle_is_not_found_under_this_one(cast: Cast) -> None:
    other = CycleFactory(region=cast.region)
    ScoreRun.objects.create(
        cycle=other, number=7, framework={}, trace={}, snapshot_sha256="0" * 64, made_at=NOW
    )
    for page in ("run", "export", "differences"):
        address = reverse(f"scores:{page}", args=[cast.cycle.code, 7])
        assert cast.client("coordinator").get(address).status_code == 404


def test_an_adjustment_of_another_cycle_is_not_withdrawn_through_this_one(cast: Cast) -> None:
    other = CycleFactory(region=cast.region)
    at_stage(cast.cycle, Stage.REVIEWING)
    adjustment = Adjustment.objects.create(
        cycle=other,
        locality=cast.locality,
        node="S1",
        points=Decimal(1),
        article_zh="一",
        article_en="1",
        reason_zh="一",
        reason_en="1",
        made_at=NOW,
    )
    address = reverse("scores:withdraw", args=[cast.cycle.code, adjustment.pk])
    answer = cast.client("coordinator").post(address, {"reason": "none", "confirmed": "1"})
    assert answer.status_code == 404
    adjustment.refresh_from_db()
    assert adjustment.withdrawn_at is None


@pytest.mark.parametrize("name", ["security_administrator", "audit_administrator"])
def test_a_system_administrator_cannot_turn_anothers_reset_links_to_themselves(
    cast: Cast, name: str
) -> None:
    person = getattr(cast, name)
    before = person.email
    with pytest.raises(ValidationError) as refusal:
        update_user(
            user=person,
            changes={"email": "mine@example.org"},
            by=cast.system_administrator,
            at=LATER,
        )
    assert list(refusal.value.message_dict) == ["email"]
    person.refresh_from_db()
    assert person.email == before


def test_their_own_and_the_e_mail_of_who_holds_no_role_is_the_system_administrators_to_change(
    cast: Cast,
) -> None:
    for person in (UserFactory(), cast.system_administrator):
        changes = {"email": f"{person.username}@elsewhere.example.org"}
        update_user(user=person, changes=changes, by=cast.system_administrator, at=LATER)
        person.refresh_from_db()
        assert person.email == changes["email"]


@pytest.mark.django_db
@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["lianping.example.org"])
@pytest.mark.parametrize(("host", "status"), [("lianping.example.org", 301), ("evil.example", 400)])
def test_answers_before_any_page_are_under_the_policy_too(
    client: Client, host: str, status: int
) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=1)
def test_the_log_tells_the_address_the_proxy_saw(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/nowhere/", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
    (line,) = [record.getMessage() for record in caplog.records if "nowhere" in record.getMessage()]
    assert "203.0.113.9" in line
    assert "198.51.100.1" not in line


@pytest.mark.django_db
def test_an_address_cannot_begin_a_line_of_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/nowhere%0a2017-03-01 00:00:00 ERROR forged%0d%e2%80%a8/")
    (line,) = [record.getMessage() for record in caplog.records if "forged" in record.getMessage()]
    assert len(line.splitlines()) == 1
