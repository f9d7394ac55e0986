"""A form counts once, and who works stays signed in."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import sending
from accounts.models import SentForm
from accounts.sending import COOKIE, RENEWED, claim
from assessment.cycles.workflow import Stage
from assessment.scores.models import Adjustment
from tests.cast import Cast
from tests.observations.scene import at_stage

KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba9876543210fedcba9876543210"


def adjustment(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "locality": cast.locality.pk,
        "node": "sharing",
        "points": "1",
        "article_zh": "第二条",
        "article_en": "Article 2",
        "reason_zh": "联合行动",
        "reason_en": "A joint action",
        "confirmed": "1",
        "form_key": KEY,
        **more,
    }


@pytest.fixture
def adjust(cast: Cast) -> str:
    at_stage(cast.cycle, Stage.REVIEWING)
    return f"/desk/cycles/{cast.cycle.code}/runs/adjustments/"


def test_two_forms_of_the_same_content_both_count(cast: Cast, adjust: str) -> None:
    client = cast.client("coordinator")
    client.post(adjust, adjustment(cast))
    seen = client.get(adjust).context["seen"]
    client.post(adjust, adjustment(cast, form_key=OTHER_KEY, seen=seen))
    assert Adjustment.objects.count() == 2


def test_a_page_taken_back_and_sent_with_other_words_counts(cast: Cast, adjust: str) -> None:
    client = cast.client("coordinator")
    client.post(adjust, adjustment(cast))
    stale = client.post(adjust, adjustment(cast, points="2"))
    assert stale.status_code == 422  # it does not show the first adjustment: read, then sent again
    client.post(adjust, adjustment(cast, points="2", seen=stale.context["seen"]))
    assert sorted(Adjustment.objects.values_list("points", flat=True)) == [1, 2]


def test_what_was_refused_may_be_sent_again(cast: Cast, adjust: str) -> None:
    client = cast.client("coordinator")
    body = adjustment(cast, reason_en="")
    for _turn in range(2):
        assert client.post(adjust, body).status_code == 422
    assert not SentForm.objects.exists()
    assert COOKIE not in client.cookies


def test_a_second_click_is_told_when_the_first_is_not_done(
    cast: Cast, adjust: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client("coordinator")
    monkeypatch.setattr(sending, "_PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sending, "digest_of", lambda request: "d")
    claim(user=cast.coordinator, key=KEY, digest="d", at=timezone.now())
    client.cookies["django_language"] = "en"
    response = client.post(adjust, adjustment(cast), follow=True)
    assert "still being carried out" in str(*response.context["messages"])
    assert not Adjustment.objects.exists()


def test_a_second_click_is_carried_out_when_the_first_was_refused(
    cast: Cast, adjust: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two clicks the browser shows the answer to the second: it must be the true one."""
    monkeypatch.setattr(sending, "digest_of", lambda request: "d")
    first = claim(user=cast.coordinator, key=KEY, digest="d", at=timezone.now())
    assert first is not None
    monkeypatch.setattr(sending.time, "sleep", lambda _seconds: first.delete())
    response = cast.client("coordinator").post(adjust, adjustment(cast, reason_en=""))
    assert response.status_code == 422


def test_the_question_carries_the_key_of_the_form(cast: Cast, adjust: str) -> None:
    client = cast.client("coordinator")
    body = {name: value for name, value in adjustment(cast).items() if name != "confirmed"}
    asked = client.post(adjust, body)
    assert asked.status_code == 200
    assert f'name="form_key" value="{KEY}"' in asked.content.decode()


def test_every_page_has_a_new_key(cast: Cast, adjust: str) -> None:
    client = cast.client("coordinator")
    pages = [client.get(adjust).content.decode() for _turn in range(2)]
    keys = [re.findall(r'name="form_key" value="([0-9a-f]{32})"', page)[-1] for page in pages]
    assert keys[0] != keys[1]


def test_the_key_of_one_person_is_free_for_another(cast: Cast) -> None:
    at = timezone.now()
    first = claim(user=cast.coordinator, key=KEY, digest="a", at=at)
    assert first is not None
    assert claim(user=cast.coordinator, key=KEY, digest="a", at=at) is None
    assert claim(user=cast.reviewer, key=KEY, digest="a", at=at) is not None


def test_claims_are_forgotten_after_a_week(cast: Cast) -> None:
    at = timezone.now()
    claim(user=cast.coordinator, key=KEY, digest="a", at=at)
    claim(user=cast.coordinator, key=OTHER_KEY, digest="a", at=at + timedelta(days=8))
    assert [each.key for each in SentForm.objects.all()] == [OTHER_KEY]


def test_a_failure_gives_the_form_back(
    cast: Cast, adjust: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**arguments: object) -> None:
        raise OSError("disk")

    client = cast.client("coordinator")
    client.raise_request_exception = False
    monkeypatch.setattr("assessment.scores.views.adjustments.make_adjustment", fail)
    assert client.post(adjust, adjustment(cast)).status_code == 500
    monkeypatch.undo()
    assert client.post(adjust, adjustment(cast)).status_code == 302
    assert Adjustment.objects.count() == 1


@pytest.mark.parametrize(("hours", "is_renewed"), [(3, False), (5, True)])
def test_who_works_stays_signed_in(cast: Cast, hours: int, is_renewed: bool) -> None:
    """Of eight hours half must be over: an early page costs no write."""
    client = cast.client("coordinator")
    session = client.session
    then = int(timezone.now().timestamp()) - hours * 3600
    session[RENEWED] = then
    session.save()
    client.get("/desk/")
    assert (client.session[RENEWED] > then) is is_renewed
    assert settings.SESSION_COOKIE_AGE == 8 * 3600


def test_signing_in_starts_the_time(cast: Cast) -> None:
    assert abs(cast.client("reviewer").session[RENEWED] - timezone.now().timestamp()) < 60
