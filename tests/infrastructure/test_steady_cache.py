"""A Redis that does not answer: a closed port, as after the server died, or one that is silent."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ReadOnlyError, RedisError

from assessment.portal.verification import may_verify
from config import steady_cache
from tests.cast import Cast
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
TABLE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "lianping_stand_in",
}


def redis_at(port: int) -> dict[str, dict[str, object]]:
    return {
        "default": {
            "BACKEND": "config.steady_cache.SteadyRedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        },
        "database": TABLE,
    }


@pytest.fixture(autouse=True)
def _table(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady_cache._Server, "silent_until", 0.0)
    with override_settings(CACHES={"default": TABLE}):
        call_command("createcachetable", verbosity=0)


@pytest.fixture
def closed() -> Iterator[None]:
    """A port that nobody listens at any more."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with override_settings(CACHES=redis_at(port)):
        yield


@pytest.fixture
def silent() -> Iterator[None]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        with override_settings(CACHES=redis_at(listening.getsockname()[1])):
            yield


def test_counters_go_on_in_the_database(closed: None) -> None:
    assert cache.add("tries", 1, 60)
    assert not cache.add("tries", 9, 60)
    assert cache.incr("tries") == 2
    assert cache.get_many(["tries", "none"]) == {"tries": 2}
    assert caches["database"].get("tries") == 2
    cache.set_many({"a": 1, "b": 2})
    cache.delete("a")
    assert (cache.get("a"), cache.get("b"), cache.has_key("b"), "b" in cache) == (
        None,
        2,
        True,
        True,
    )


def test_a_counter_begun_in_redis_begins_again_in_the_database(
    closed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis answers that the counter stands, and dies before it counts on."""
    monkeypatch.setattr(steady_cache.SteadyRedisCache, "add", lambda *_args, **_options: False)
    assert may_verify("192.0.2.1", NOW)
    assert caches["database"].get(f"portal-verify-192.0.2.1-{NOW:%Y%m%d%H%M}") == 1


@pytest.mark.parametrize("error", [ReadOnlyError, OutOfMemoryError, BusyLoadingError])
def test_a_server_that_refuses_is_as_one_that_is_gone(
    closed: None, monkeypatch: pytest.MonkeyPatch, error: type[RedisError]
) -> None:
    def refuse(self: RedisCache, *args: object, **options: object) -> None:
        raise error("refused")

    monkeypatch.setattr(RedisCache, "set", refuse)
    cache.set("key", "value")
    assert cache.get("key") == "value"


def test_a_server_that_is_silent_is_waited_for_once(silent: None) -> None:
    started = time.monotonic()
    cache.set("key", "value")
    first = time.monotonic() - started
    assert first < 4
    for _number in range(20):
        assert cache.get("key") == "value"
    assert time.monotonic() - started - first < 1


def test_redis_is_asked_again_after_the_pause(
    closed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.get("key")
    assert steady_cache._Server.silent_until > time.monotonic()
    later = time.monotonic() + steady_cache.PAUSE_SECONDS + 1
    monkeypatch.setattr(steady_cache.time, "monotonic", lambda: later)
    cache.get("key")
    assert steady_cache._Server.silent_until == later + steady_cache.PAUSE_SECONDS


def test_people_sign_in(closed: None, client: Client) -> None:
    UserFactory(username="reader")
    assert client.get("/account/login/").status_code == 200
    typed = {"login": "reader", "password": "pass-word-1234"}
    answer = client.post("/account/login/", typed)
    assert (answer.status_code, answer.url) == (302, "/desk/")


@override_settings(ACCOUNT_RATE_LIMITS={})
def test_tries_to_sign_in_stay_limited(closed: None, client: Client) -> None:
    """As with Redis: the 31st try of a minute from one address is refused, in words."""
    UserFactory(username="reader")
    answers = [
        client.post("/account/login/", {"login": f"nobody{number}", "password": "wrong"})
        for number in range(30)
    ]
    assert {answer.status_code for answer in answers} == {200}
    last = client.post("/account/login/", {"login": "reader", "password": "pass-word-1234"})
    assert (last.status_code, last.templates[0].name) == (429, "429.html")
    assert "_auth_user_id" not in client.session


def test_pages_and_the_api_answer(closed: None, cast: Cast) -> None:
    assert cast.client("coordinator").get("/desk/").status_code == 200
    assert Client().get("/api/v1/publications/").status_code == 200
    assert Client().get("/verify/").status_code == 200
    assert Client().post("/account/password/reset/", {"email": "a@example.org"}).status_code == 302
