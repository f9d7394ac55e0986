"""One server, one browser, one worker, one demonstration for the tests of a process here.

They need PostgreSQL and Redis, as the worker is a process of its own and must see what the
server writes: ``make test`` starts both. The database is filled once and never emptied
between tests; each test makes or picks what belongs to it alone. The tests of one file run
in one process: what sets its stage, or loads the demonstration, is done once.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from assessment.desk.demonstration.story import load_demonstration
from config.celery import app
from scripts.child import Child
from tests.services.conftest import answers, wait_until

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
# What a page must never write to the console: scripts that fail, rules that are broken.
COMPLAINTS = ("Content Security Policy", "Uncaught", "Failed to load module")

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, also for root."""
    return {"executable_path": CHROMIUM, "args": list(FLAGS), "headless": True}


@pytest.fixture(scope="session")
def database(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database for the whole run, open to the tests as it is to the server."""
    if not settings.REDIS_URL or connection.vendor != "postgresql":
        pytest.fail("browser tests need DATABASE_URL (PostgreSQL) and REDIS_URL: make test")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Playwright runs a loop in this thread; nothing here is asynchronous all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        found = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        yield
        end_sessions()
        teardown_databases(found, verbosity=0)


def end_sessions() -> None:
    """Cut whoever is still connected: a server thread whose browser left in mid-answer."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


@pytest.fixture(scope="session")
def worker(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """A real worker process on the queue and the database of this run."""
    folder = tmp_path_factory.mktemp("worker")
    command = [sys.executable, "-m", "celery", "-q", "-A", "config.celery", "worker"]
    command += ["--concurrency", "1", "--loglevel", "WARNING", "--hostname", "browser@test"]
    found = connection.settings_dict
    env = {
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": (
            f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
        ),
        "LIANPING_HOME": str(folder / "home"),
        "LIANPING_TEST_EAGER": "0",
        "LIANPING_TEST_FILES": str(settings.MEDIA_ROOT),
    }
    log_path = folder / "worker.log"
    with log_path.open("w+", encoding="utf-8") as log:
        app.conf.task_always_eager = False
        app.control.purge()
        process = Child("browser", command, env, log=log)
        wait_until(lambda: answers("browser") or process.ended() is not None, log_path.read_text)
        assert process.ended() is None, log_path.read_text()
        yield process
        process.stop()
        app.conf.task_always_eager = settings.CELERY_TASK_ALWAYS_EAGER


@pytest.fixture(scope="session")
def server(database: None) -> Iterator[str]:
    """The product on a port of its own; its address."""
    running = LiveServer("127.0.0.1", start=False)
    # Static files come from where the packages and the product keep them.
    running.thread.static_handler = StaticFilesHandler
    running.start()
    yield running.url
    running.stop()


@pytest.fixture(scope="session")
def demonstration(database: None) -> None:
    """The data of ``make run``, as of today."""
    load_demonstration(at=timezone.now())


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Open a page for a person (``None``: not signed in) in a browser of their own.

    After the test no page may have complained about its scripts or its security policy.
    """
    contexts = []
    complaints: list[str] = []

    def open_page(
        person: User | None = None,
        *,
        language: str = "en-GB",
        width: int = 1440,
        height: int = 900,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            locale=language,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if person is not None:
            sign_in(context, person, server)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _listen(message, complaints))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    if any(word in message.text for word in COMPLAINTS):
        complaints.append(f"{message.page and message.page.url}: {message.text}")


def sign_in(context: object, person: User, server: str) -> None:
    """Give the browser a session of the person without the sign-in page."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(  # type: ignore[attr-defined]
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": server}]
    )


def person(username: str) -> User:
    """The user of that name."""
    return User.objects.get(username=username)
