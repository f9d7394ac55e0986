"""Signing in and out: next page, limits, closed sign-up, people without a role."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, reverse

from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import UserFactory

PASSWORD = "pass-word-1234"


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/account/login/", {"login": login, "password": password, **more})


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["zhangsan", "ZhangSan", "zhang@example.org", " zhangsan "])
def test_sign_in_by_user_name_or_address(client: Client, login: str) -> None:
    user = UserFactory(username="zhangsan", email="zhang@example.org")
    response = sign_in(client, login)
    assert (response.status_code, response.url) == (302, "/desk/")
    assert client.session["_auth_user_id"] == str(user.pk)
    event = Event.objects.get()
    assert (event.action, event.actor, event.channel) == ("accounts.sign_in", user, "web")
    assert event.address == "127.0.0.1"


@pytest.mark.django_db
def test_wrong_password_is_said_at_the_form_and_noted(client: Client) -> None:
    user = UserFactory(username="zhangsan")
    response = sign_in(client, "zhangsan", "wrong-password")
    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert response.context["form"]["login"].value() == "zhangsan"
    assert "wrong-password" not in response.content.decode()
    event = Event.objects.get()
    assert (event.action, event.target_id, event.actor, event.actor_name) == (
        "accounts.fail_sign_in",
        str(user.pk),
        None,
        "visitor",
    )


@pytest.mark.django_db
def test_what_was_typed_for_no_account_is_not_kept(client: Client) -> None:
    known, unknown = UserFactory(username="zhangsan"), "my-secret-password"
    response = sign_in(client, unknown, "x")
    event = Event.objects.get()
    assert (event.target_type, event.target_id, event.after) == ("", "", {"account": "unknown"})
    message = response.context["form"].non_field_errors()
    assert message == sign_in(client, known.username, "x").context["form"].non_field_errors()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "login", ["zhangsan", "zhang@example.org", "nobody", "nobody@example.org", "off@example.org"]
)
def test_every_wrong_password_is_hashed_once(
    client: Client, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is slow by design: done twice or not at all, it tells which accounts exist."""
    UserFactory(username="zhangsan", email="zhang@example.org")
    UserFactory(email="off@example.org", is_active=False)
    hashed = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    sign_in(client, login, "wrong-password")
    assert hashed == ["wrong-password"]


@pytest.mark.django_db
def test_signing_in_begins_a_new_session(client: Client) -> None:
    """A session somebody else knows, planted before, is worth nothing afterwards."""
    UserFactory(username="zhangsan")
    planted = SessionStore()
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    sign_in(client, "zhangsan")
    own = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert own != planted.session_key
    assert not SessionStore().exists(planted.session_key)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "http:///evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://testserver@evil.example/",
    ],
)
def test_nobody_is_sent_elsewhere(client: Client, address: str) -> None:
    UserFactory(username="zhangsan")
    switched = client.post("/account/language/", {"language": "en", "next": address})
    assert (switched.status_code, switched.url) == (302, "/")
    assert sign_in(client, "zhangsan", next=address).url == "/desk/"
    assert client.get("/account/login/", {"next": address}).url == "/desk/"


@pytest.mark.django_db
@override_settings(ACCOUNT_RATE_LIMITS={}, TRUSTED_PROXIES=1)
def test_addresses_a_caller_invents_do_not_escape_the_limit(client: Client) -> None:
    """The proxy appends the address it sees; what stands before it is the caller's own text."""
    cache.clear()
    answers = [
        client.post(
            "/account/login/",
            {"login": f"nobody{number}", "password": "wrong"},
            headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.9"},
        ).status_code
        for number in range(31)
    ]
    assert answers == [200] * 30 + [429]
    cache.clear()


@pytest.mark.django_db
def test_an_account_switched_off_is_told_so(client: Client) -> None:
    UserFactory(username="zhangsan", is_active=False)
    response = sign_in(client, "zhangsan")
    assert (response.status_code, response.url) == (302, "/account/inactive/")
    assert client.get(response.url).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/account/", "/account/"),
        ("/desk/cycles/?sort=-name", "/desk/cycles/?sort=-name"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example/", "/desk/"),
        ("\\\\evil.example", "/desk/"),
        ("http:///evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        (" https://evil.example/", "/desk/"),
        ("http://localhost:9999/", "/desk/"),
        ("http://testserver@evil.example/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_next_stays_on_this_host(client: Client, wanted: str, goes: str) -> None:
    UserFactory(username="zhangsan")
    assert sign_in(client, "zhangsan", next=wanted).url == goes
    again = client.get("/account/login/", {"next": wanted})
    assert (again.status_code, again.url) == (302, goes)


@pytest.mark.django_db
def test_sign_in_page_keeps_next_through_a_mistake(client: Client) -> None:
    response = client.get("/account/login/?next=/account/")
    assert '<input type="hidden" name="next" value="/account/">' in response.content.decode()
    response = sign_in(client, "nobody", "x", next="/account/")
    assert '<input type="hidden" name="next" value="/account/">' in response.content.decode()


@pytest.mark.django_db
def test_expired_session_leads_back_to_the_page(client: Client) -> None:
    response = client.get("/account/?a=1")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/account/%3Fa%3D1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("referer", "goes"),
    [
        ("http://testserver/desk/submissions/3/?tab=2", "/desk/submissions/3/%3Ftab%3D2"),
        ("https://evil.example/desk/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_form_sent_after_the_session_ended_leads_back_to_its_page(
    client: Client, referer: str, goes: str
) -> None:
    response = client.post("/account/switch/", {"membership": "1"}, headers={"referer": referer})
    assert (response.status_code, response.url) == (302, f"/account/login/?sent=1&next={goes}")


@pytest.mark.django_db
def test_sign_in_promises_typed_words_to_scripts_alone(client: Client) -> None:
    """Without scripts nothing was kept: what was typed stands in the browser's page before."""
    led = client.get("/account/login/?sent=1&next=/account/", headers={"accept-language": "en"})
    page = led.content.decode()
    scripted = page.index('<p class="lp-scripted">What you typed is kept in this browser')
    assert "Nothing was changed." in page[:scripted]
    assert page.index("<noscript><p>Go back in your browser") > scripted
    plain = client.get("/account/login/?next=/account/", headers={"accept-language": "en"})
    assert "What you typed is kept" not in plain.content.decode()


@pytest.mark.django_db
def test_htmx_part_makes_the_whole_page_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/jobs/"}
    response = client.get("/account/", headers=headers)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/account/login/?next=/desk/jobs/"


@pytest.mark.django_db
def test_sign_out_asks_first(cast: Cast) -> None:
    client = cast.client("contributor")
    assert client.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    response = client.post("/account/logout/", {"next": "https://evil.example/"})
    assert (response.status_code, response.url) == (302, "/")
    assert "_auth_user_id" not in client.session
    assert Event.objects.get().action == "accounts.sign_out"


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    for response in (
        client.get("/account/signup/"),
        client.post("/account/signup/", {"username": "new", "email": "n@example.org"}),
    ):
        assert response.status_code == 200
        assert response.templates[0].name == "account/signup_closed.html"
        assert 'name="password1"' not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_email", "account_reauthenticate", "account_confirm_login_code"]
)
def test_pages_we_do_not_use_have_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.django_db
def test_without_a_role_the_desk_says_so_and_does_not_loop(client: Client) -> None:
    user = UserFactory(username="zhangsan", full_name="张三")
    assert sign_in(client, "zhangsan").url == "/desk/"
    response = client.get("/desk/")
    assert response.status_code == 403
    assert response.templates[0].name == "account/no_membership.html"
    assert user.full_name in response.content.decode()
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
@override_settings(ACCOUNT_RATE_LIMITS={})
def test_too_many_attempts_lock_and_say_so(client: Client) -> None:
    cache.clear()
    UserFactory(username="zhangsan")
    for _attempt in range(5):
        wrong = sign_in(client, "zhangsan", "wrong")
    assert len(wrong.context["form"].non_field_errors()) == 1
    client.cookies.load({"django_language": "en"})
    locked = sign_in(client, "zhangsan")
    assert locked.context["form"].non_field_errors() == [
        "Too many attempts to sign in. Wait five minutes, then try again."
    ]
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(action="accounts.fail_sign_in").count() == 5
    cache.clear()
    assert sign_in(client, "zhangsan").status_code == 302


@pytest.mark.django_db
@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_too_many_requests_show_a_page(client: Client) -> None:
    cache.clear()
    for _attempt in range(2):
        assert sign_in(client, "nobody").status_code == 200
    response = sign_in(client, "nobody")
    assert response.status_code == 429
    assert response.templates[0].name == "429.html"
    cache.clear()
