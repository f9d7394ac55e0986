"""Tokens of systems: who issues and revokes them, and what opens the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.membership_rules import membership_problems
from accounts.models import ApiToken, Membership, User
from accounts.roles import Role
from accounts.services import create_token, end_membership, grant_membership, revoke_token
from assessment.audit.models import Event
from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW, UserFactory, member

FORMS = "/api/v1/submissions/"
LATER = NOW + timedelta(days=90)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))
    cache.clear()


@pytest.fixture
def system(cast: Cast) -> Membership:
    """A system of the cast's locality."""
    user = member(Role.INTEGRATOR, locality=cast.locality, username="platform")
    return Membership.objects.get(user=user)


@pytest.fixture
def form(cast: Cast) -> Submission:
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return Submission.objects.get(cycle=cast.cycle, locality=cast.locality)


def issue(cast: Cast, system: Membership, name: str = "Nightly") -> tuple[ApiToken, str]:
    return create_token(
        membership=system, name=name, expires_at=LATER, by=cast.security_administrator, at=NOW
    )


def ask(secret: str, address: str = FORMS, *, client: Client | None = None, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **more}
    return (client or Client()).get(address, headers=headers)


def test_a_token_opens_the_forms_of_its_place(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    assert [each["id"] for each in ask(secret).json()["results"]] == [form.pk]
    foreign = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    assert ask(secret, f"{FORMS}{foreign.pk}/").status_code == 404


def test_only_the_hash_is_kept_and_the_event_does_not_tell(cast: Cast, system: Membership) -> None:
    token, secret = issue(cast, system)
    assert len(secret) == len("lp_") + 43  # 256 bits in base64
    event = Event.objects.get(action="accounts.create_token")
    assert secret not in f"{vars(token)}{event.after}"
    assert (event.after["name"], event.locality) == ("Nightly", cast.locality)
    assert secret.startswith(token.beginning)


def test_a_token_that_opens_nothing_is_refused_with_the_cause(
    cast: Cast, system: Membership, form: Submission
) -> None:
    token, secret = issue(cast, system)

    def refused() -> str:
        answer = ask(secret)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Lianping"'
        return str(answer.json()["detail"])

    unknown = ask("lp_unknown")
    assert unknown.status_code == 401
    assert unknown.json()["detail"].startswith("This token is not known.")
    ApiToken.objects.update(created_at=NOW - timedelta(days=2), expires_at=NOW)
    assert refused() == (
        "This token expired at 2017-03-01 10:00. Ask the security administrator for another."
    )
    ApiToken.objects.update(expires_at=LATER)
    User.objects.filter(username="platform").update(is_active=False)
    assert refused() == "The system of this token holds its role no longer."
    User.objects.filter(username="platform").update(is_active=True)
    revoke_token(token=token, by=cast.approver, at=NOW)
    assert refused() == (
        "This token was revoked at 2017-03-01 10:00. Ask the security administrator for another."
    )
    assert "令牌" in ask(secret, **{"Accept-Language": "zh-CN"}).json()["detail"]


def test_the_end_of_the_role_ends_its_tokens(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    end_membership(membership=system, by=cast.security_administrator, at=NOW)
    assert ask(secret).status_code == 401


def test_a_token_opens_the_one_role_it_was_issued_for(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    Membership.objects.create(
        user=system.user, role=Role.INTEGRATOR, locality=cast.neighbour, created_at=NOW
    )
    assert ask(secret).json()["count"] == 1


def test_the_token_is_read_from_the_header_alone(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    for address in (f"{FORMS}?token={secret}", f"{FORMS}?access_token={secret}"):
        assert Client().get(address).status_code == 401
    client = Client()
    client.cookies["token"] = secret
    assert client.get(FORMS).status_code == 401
    assert client.get(FORMS, headers={"Authorization": secret}).status_code == 401
    desk = ask(secret, "/desk/")
    assert (desk.status_code, desk.url.startswith("/account/login/")) == (302, True)


def test_a_request_with_a_token_is_judged_by_it_whatever_session_comes_with_it(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = cast.client("coordinator").cookies
    assert ask(secret, client=strict).json()["count"] == 1
    assert ask("lp_wrong", client=strict).status_code == 401
    body = {"answers": {"S1": {"value": "80"}}}
    saved = strict.patch(
        f"{FORMS}{form.pk}/answers/",
        body,
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert saved.status_code == 200
    assert form.answers.get().updated_by == system.user
    event = Event.objects.get(action="submissions.save_answers")
    assert (event.actor, event.channel) == (system.user, "api")


def test_the_use_is_noted_once_a_minute(cast: Cast, system: Membership, form: Submission) -> None:
    token, secret = issue(cast, system)
    ask(secret)
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(hours=1)
    earlier = NOW + timedelta(minutes=59, seconds=30)
    ApiToken.objects.update(last_used_at=earlier)
    ask(secret)
    token.refresh_from_db()
    assert token.last_used_at == earlier


def test_guessing_is_slowed_by_address_and_a_good_token_is_not(
    cast: Cast, system: Membership, form: Submission
) -> None:
    _token, secret = issue(cast, system)
    answers = [ask("lp_wrong").status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert ask(secret).status_code == 200


@pytest.mark.parametrize(
    "name", ["approver", "coordinator", "system_administrator", "audit_administrator"]
)
def test_the_security_administrator_alone_issues(cast: Cast, system: Membership, name: str) -> None:
    with pytest.raises(PermissionDenied):
        create_token(
            membership=system, name="Mine", expires_at=LATER, by=getattr(cast, name), at=NOW
        )


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("security_administrator", True),
        ("approver", True),
        ("contributor", False),
        ("neighbour_approver", False),
        ("coordinator", False),
        ("system_administrator", False),
    ],
)
def test_who_answers_for_the_place_revokes(
    cast: Cast, system: Membership, name: str, may: bool
) -> None:
    token, _secret = issue(cast, system)
    if may:
        revoke_token(token=token, by=getattr(cast, name), at=NOW)
        revoke_token(token=token, by=getattr(cast, name), at=NOW)
        assert Event.objects.filter(action="accounts.revoke_token").count() == 1
        return
    with pytest.raises(PermissionDenied):
        revoke_token(token=token, by=getattr(cast, name), at=NOW)


def test_what_a_token_needs(cast: Cast, system: Membership) -> None:
    issue(cast, system)
    contributor = Membership.objects.get(user=cast.contributor)
    for more, part in (
        ({"membership": contributor}, "membership"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + timedelta(days=367)}, "expires_at"),
        ({"name": " "}, "name"),
        ({"name": "Nightly"}, "__all__"),
    ):
        asked = {"membership": system, "name": "Other", "expires_at": LATER, **more}
        with pytest.raises(ValidationError) as refused:
            create_token(by=cast.security_administrator, at=NOW, **asked)  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == [part]


def test_a_system_has_an_account_of_its_own_and_one_place(cast: Cast) -> None:
    def grant(user: User, role: Role, **place: Any) -> Membership:
        by = cast.security_administrator
        return grant_membership(user=user, role=role, by=by, at=NOW, **place)

    with pytest.raises(ValidationError):
        grant(cast.contributor, Role.INTEGRATOR, locality=cast.locality)
    system: User = UserFactory()
    for place in ({}, {"locality": cast.locality, "region": cast.region}):
        with pytest.raises(ValidationError):
            grant(system, Role.INTEGRATOR, **place)
    grant(system, Role.INTEGRATOR, region=cast.region)
    assert "role" in membership_problems(
        user=system, role=Role.APPROVER, region=None, locality=cast.locality, department=None
    )


def test_a_system_does_not_sign_in(cast: Cast, system: Membership) -> None:
    client = Client(headers={"Accept-Language": "en"})
    sent = {"login": "platform", "password": "pass-word-1234"}
    answer = client.post("/account/login/", sent)
    assert answer.status_code == 403
    assert "This account belongs to a system" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert cast_page(system.user).status_code == 403


def cast_page(user: User) -> Any:
    """The start page in a session from before the role was given."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/desk/")
