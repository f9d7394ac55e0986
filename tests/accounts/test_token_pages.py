"""The pages of tokens: issued with the secret shown once, listed, revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken, Membership
from accounts.roles import Role
from tests.cast import Cast
from tests.factories import NOW, member
from tests.queries import assert_same_queries
from tests.submissions.test_form_page import english

LIST, NEW = "/account/tokens/", "/account/tokens/new/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def system(cast: Cast) -> Membership:
    """A system of the cast's locality."""
    user = member(Role.INTEGRATOR, locality=cast.locality, username="platform")
    return Membership.objects.get(user=user)


def issue(client: Client, system: Membership, **more: str) -> Any:
    sent = {"membership": system.pk, "name": "Nightly", "last_day": "2017-06-30", **more}
    return client.post(NEW, sent)


def test_the_secret_is_shown_once(cast: Cast, system: Membership) -> None:
    client = english(cast.client("security_administrator"))
    page = issue(client, system)
    secret = page.context["secret"]
    assert secret.startswith("lp_")
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    token = ApiToken.objects.get()
    assert f"{token.last_day:%Y-%m-%d}" == "2017-06-30"
    again = client.get(LIST)
    assert secret not in again.content.decode()
    assert "2017-06-30" in again.content.decode()
    assert secret not in str(dict(client.session))


def test_a_token_sent_twice_is_issued_once_and_leads_to_the_list(
    cast: Cast, system: Membership
) -> None:
    client = cast.client("security_administrator")
    assert issue(client, system, form_key="a" * 32).status_code == 201
    again = issue(client, system, form_key="a" * 32)
    assert (again.status_code, again.headers["Location"]) == (302, LIST)
    assert ApiToken.objects.count() == 1


def test_what_is_wrong_stands_at_its_field(cast: Cast, system: Membership) -> None:
    client = english(cast.client("security_administrator"))
    late = issue(client, system, last_day="2018-06-30")
    assert list(late.context["form"].errors) == ["last_day"]
    nobody = issue(client, Membership.objects.get(user=cast.contributor))
    assert list(nobody.context["form"].errors) == ["membership"]
    assert not ApiToken.objects.exists()


def test_the_approver_sees_and_revokes_the_tokens_of_the_locality(
    cast: Cast, system: Membership
) -> None:
    issue(cast.client("security_administrator"), system)
    client = english(cast.client("approver"))
    page = client.get(LIST)
    assert [(token.name, state) for token, state in page.context["rows"]] == [("Nightly", "valid")]
    assert "New token" not in page.content.decode()
    assert cast.client("neighbour_approver").get(LIST).context["list"].count == 0
    (line,) = client.get(f"{LIST}?format=csv").content.decode().splitlines()[1:]
    assert line.startswith("Nightly,lp_")
    answer = client.post(f"{LIST}{ApiToken.objects.get().pk}/revoke/", follow=True)
    assert "opens nothing any more" in answer.content.decode()
    assert [state for _token, state in answer.context["rows"]] == ["revoked"]
    assert client.get(f"{LIST}?state=valid").context["list"].count == 0


def test_list_asks_equally_often(cast: Cast, system: Membership) -> None:
    client = cast.client("security_administrator")
    issue(client, system)
    client.get(LIST)

    def more() -> None:
        for number in range(2):
            user = member(Role.INTEGRATOR, locality=cast.neighbour, username=f"system{number}")
            issue(client, Membership.objects.get(user=user))
            client.get(LIST)

    assert_same_queries(lambda: client.get(LIST), more)
