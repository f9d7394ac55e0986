"""The language of a page: switch, preference, browser; and how a preference is kept."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import UserFactory

COOKIE = settings.LANGUAGE_COOKIE_NAME


def language_of(client: Client, accept: str = "") -> str:
    response = client.get("/account/password/reset/", headers={"accept-language": accept})
    assert f'<html lang="{"zh-Hans" if response["Content-Language"] == "zh-hans" else "en"}"' in (
        response.content.decode()
    )
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    return str(response["Content-Language"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-Hans", "zh-hans"),
        ("en-GB", "en"),
        ("fr,en;q=0.5", "en"),
        ("fr", "en"),
        ("", "zh-hans"),
    ],
)
def test_the_browser_decides_for_visitors(client: Client, accept: str, language: str) -> None:
    assert language_of(client, accept) == language


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "preference", "accept", "language"),
    [
        ("en", "zh-hans", "zh-CN", "en"),
        ("zh-hans", "en", "en", "zh-hans"),
        ("", "en", "zh-CN", "en"),
        ("", "zh-hans", "en", "zh-hans"),
        ("", "", "en", "en"),
        ("fr", "", "en", "en"),
        ("<x>", "en", "zh-CN", "en"),
    ],
)
def test_switch_then_preference_then_browser(
    client: Client, cookie: str, preference: str, accept: str, language: str
) -> None:
    client.force_login(
        UserFactory(language=preference), backend=settings.AUTHENTICATION_BACKENDS[1]
    )
    if cookie:
        client.cookies[COOKIE] = cookie
    assert language_of(client, accept) == language


@pytest.mark.django_db
def test_the_switch_keeps_the_page(client: Client) -> None:
    response = client.post("/account/language/", {"language": "en", "next": "/account/signup/"})
    assert response.url == "/account/signup/"
    assert language_of(client, "zh-CN") == "en"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("preference", "cookie_after"), [("en", "en"), ("zh-hans", "zh-hans"), ("", "zh-hans")]
)
def test_signing_in_goes_on_in_the_preferred_language(
    client: Client, preference: str, cookie_after: str
) -> None:
    UserFactory(username="zhangsan", language=preference)
    client.cookies[COOKIE] = "zh-hans"
    client.post("/account/login/", {"login": "zhangsan", "password": "pass-word-1234"})
    assert client.cookies[COOKIE].value == cookie_after


@pytest.mark.django_db
def test_changing_the_preference_moves_the_switch(cast: Cast) -> None:
    client = cast.client("contributor")
    client.cookies[COOKIE] = "zh-hans"
    response = client.post("/account/", {"language": "en"})
    assert (response.status_code, response.url) == (302, "/account/")
    assert User.objects.get(username="contributor").language == "en"
    assert language_of(client, "zh-CN") == "en"
    event = Event.objects.get()
    assert (event.action, event.before, event.after) == (
        "accounts.set_language",
        {"language": ""},
        {"language": "en"},
    )
    client.post("/account/", {"language": ""})
    assert client.cookies[COOKIE].value == ""
    assert User.objects.get(username="contributor").language == ""


@pytest.mark.django_db
def test_a_language_not_offered_is_refused_at_the_field(cast: Cast) -> None:
    response = cast.client("contributor").post("/account/", {"language": "fr"})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["language"]
    assert User.objects.get(username="contributor").language == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr-FR,fr;q=0.9", "en"), ("", "zh-hans"), ("*", "zh-hans"), ("fr,zh-CN;q=0.5", "zh-hans")],
)
def test_browser_that_asks_for_neither_language_reads_english(asked: str, language: str) -> None:
    response = Client(headers={"accept-language": asked}).get("/account/login/")
    assert response.headers["Content-Language"] == language
