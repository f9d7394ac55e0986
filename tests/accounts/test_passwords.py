"""Passwords: changed, and reset by e-mail from the first page to signing in."""

import re
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

from accounts.forms import PasswordForm
from accounts.models import User
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import UserFactory

NEW = "entirely-new-2017"
LETTERS = {
    "zh-hans": ("联评：设置新密码", "申请设置新密码"),
    "en": ("Lianping: set a new password", "asked for a new password"),
}


def ask_for_link(client: Client, email: str, accept: str = "en") -> None:
    response = client.post(
        "/account/password/reset/", {"email": email}, headers={"accept-language": accept}
    )
    assert (response.status_code, response.url) == (302, "/account/password/reset/done/")
    assert client.get(response.url).status_code == 200


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(/account/password/reset/key/\S+)", body)
    assert found is not None
    return found.group(1)


def test_a_refused_password_is_refused_in_chinese_throughout() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as caught:
        validate_password("12345678")
    assert len(caught.value.messages) == 3
    assert not [text for text in caught.value.messages if re.search("[A-Za-z]", text)]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("is_preference", [True, False])
def test_reset_by_e_mail_end_to_end(client: Client, language: str, is_preference: bool) -> None:
    other = {"zh-hans": "en", "en": "zh-hans"}[language]
    user = UserFactory(
        username="zhangsan", full_name="O'Brien & 张", language=language if is_preference else ""
    )
    ask_for_link(client, user.email.upper(), accept=other if is_preference else language)
    (letter,) = mail.outbox
    subject, sentence = LETTERS[language]
    assert (letter.subject, letter.to) == (subject, [user.email])
    assert sentence in letter.body
    assert "O'Brien & 张" in letter.body

    response = client.get(link_in(letter.body))
    form_page = response.url
    assert form_page.endswith("-set-password/")
    assert client.get(form_page).status_code == 200
    response = client.post(form_page, {"password1": NEW, "password2": NEW + "x"})
    assert list(response.context["form"].errors) == ["password2"]
    response = client.post(form_page, {"password1": "short", "password2": "short"})
    assert "password1" in response.context["form"].errors
    response = client.post(form_page, {"password1": NEW, "password2": NEW})
    assert (response.status_code, response.url) == (302, "/account/password/reset/key/done/")
    assert client.get(response.url).status_code == 200

    response = client.post("/account/login/", {"login": "zhangsan", "password": NEW})
    assert (response.status_code, response.url) == (302, "/desk/")
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == [
        "accounts.request_password_reset",
        "accounts.reset_password",
        "accounts.sign_in",
    ]

    used = Client().get(link_in(letter.body))
    assert used.status_code == 200
    assert used.context["token_fail"] is True


@pytest.mark.django_db
@pytest.mark.parametrize("is_switched_off", [True, False])
def test_unknown_and_known_addresses_are_answered_alike(
    client: Client, is_switched_off: bool
) -> None:
    if is_switched_off:
        UserFactory(email="off@example.org", is_active=False)
    ask_for_link(client, "off@example.org")
    (letter,) = mail.outbox
    assert letter.subject == "Lianping: no account with this address"
    assert "/key/" not in letter.body
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_is_said(client: Client) -> None:
    user = UserFactory()
    with patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=SMTPServerDisconnected("gone"),
    ):
        response = client.post("/account/password/reset/", {"email": user.email})
    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert response.context["form"]["email"].value() == user.email


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["1-abc", "zzzz-set-password", "1-set-password"])
def test_a_link_that_is_not_complete_offers_a_new_one(client: Client, key: str) -> None:
    response = client.get(f"/account/password/reset/key/{key}/")
    assert response.status_code == 200
    assert response.context["token_fail"] is True


@pytest.mark.django_db
def test_change_password_keeps_the_session(cast: Cast) -> None:
    client = cast.client("contributor")
    page = "/account/password/change/"
    assert client.get(page).status_code == 200
    fields = {"oldpassword": "pass-word-1234", "password1": NEW, "password2": NEW}
    response = client.post(page, {**fields, "oldpassword": "wrong"})
    assert list(response.context["form"].errors) == ["oldpassword"]
    assert NEW not in response.content.decode()
    response = client.post(page, fields)
    assert (response.status_code, response.url) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    assert User.objects.get(username="contributor").check_password(NEW)
    event = Event.objects.get()
    assert (event.action, event.actor) == ("accounts.change_password", cast.contributor)
    assert (event.before, event.after) == ({}, {})


def test_the_present_password_is_no_new_one() -> None:
    same = "present-2017"
    user = UserFactory.build()
    user.set_password(same)
    typed = dict.fromkeys(("oldpassword", "password1", "password2"), same)
    with translation.override("en"):
        form = PasswordForm(user=user, data=typed)
        assert form.errors == {"password1": ["This is your present password. Choose another one."]}


@pytest.mark.django_db
def test_an_account_without_password_is_led_to_the_link(cast: Cast) -> None:
    cast.contributor.set_unusable_password()
    cast.contributor.save()
    client = cast.client("contributor")
    response = client.get("/account/password/change/", follow=True)
    assert response.redirect_chain[-1] == ("/account/password/reset/", 302)
    assert response.status_code == 200


@pytest.mark.django_db
def test_changing_the_password_ends_the_other_sessions(cast: Cast) -> None:
    own, other = cast.client("contributor"), cast.client("contributor")
    fields = {"oldpassword": "pass-word-1234", "password1": NEW, "password2": NEW}
    own.post("/account/password/change/", fields)
    assert own.get("/account/").status_code == 200
    assert other.get("/account/").url == "/account/login/?next=/account/"


@pytest.mark.django_db
def test_setting_a_new_password_by_the_link_ends_every_session(cast: Cast) -> None:
    signed_in = cast.client("contributor")
    ask_for_link(Client(), cast.contributor.email)
    visitor = Client()
    form_page = visitor.get(link_in(mail.outbox[0].body)).url
    visitor.post(form_page, {"password1": NEW, "password2": NEW})
    assert signed_in.get("/account/").url == "/account/login/?next=/account/"


@pytest.mark.django_db
@override_settings(ALLOWED_HOSTS=["lianping.example.org"])
@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}],
)
def test_the_link_leads_to_the_host_itself(
    client: Client, cast: Cast, headers: dict[str, str]
) -> None:
    headers |= {"host": "lianping.example.org"}
    client.post("/account/password/reset/", {"email": cast.contributor.email}, headers=headers)
    assert re.findall(r"https?://([^/]+)/", mail.outbox[0].body) == ["lianping.example.org"]


@pytest.mark.django_db
@override_settings(ALLOWED_HOSTS=["lianping.example.org"])
@pytest.mark.parametrize("host", ["evil.example", "lianping.example.org@evil.example"])
def test_no_link_is_sent_for_a_host_that_is_not_ours(client: Client, cast: Cast, host: str) -> None:
    sent = {"email": cast.contributor.email}
    answer = client.post("/account/password/reset/", sent, headers={"host": host})
    assert answer.status_code == 400
    assert not mail.outbox
