"""Autosave under 200 officials, and the form with 200 indicators, each beside a bare floor.

    python -m bench.submissions

Starts a PostgreSQL, a Redis and two gunicorns of its own, both with the product's settings of
threads, two processes each. 200 officials, each of a locality of their own, save one answer after
the other without a pause. The floor is a bare view without middleware that does one UPDATE and
one INSERT in a transaction, under the same gunicorn on the same database, both with the settings of
production. It knows nobody (no session, person, role, form token), locks, checks and compares
nothing, and leaves no event. The client runs on the same machine and takes its share of it from
both alike: ratios count, times are for orientation. The processor time of a request, of gunicorn
and of PostgreSQL, depends least on what else the machine does. Prints, never asserts; takes about
three minutes.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from scripts.child import Child
from scripts.throwaway import free_port, postgresql, redis

OFFICIALS = 200
SECONDS = 15
WARM_SECONDS = 5
INDICATORS = 20
MANY = 200
ROUNDS = 7
# In /proc/<pid>/stat, after the name: the parent; time in user and in system mode.
_PARENT, _USED = slice(1, 2), slice(11, 13)
Request = Callable[[int, int], bytes]


@contextmanager
def gunicorn(application: str) -> Iterator[tuple[int, int]]:
    """An application served as in production, by two processes; its port and process id."""
    port = free_port()
    env = {
        "LIANPING_BIND": f"127.0.0.1:{port}",
        "LIANPING_WEB_PROCESSES": "2",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", application]
    with tempfile.TemporaryFile("w+") as log:
        child = Child(application, command, env, log=log)
        try:
            asyncio.run(_listening(port))
            yield port, child.pid
        finally:
            child.stop()


async def _listening(port: int) -> None:
    for _attempt in range(300):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


async def load(port: int, request: Request) -> tuple[list[float], int, float]:
    """Everybody sends one request after the other; latencies, how many failed, how long it took."""
    begin = time.perf_counter()
    end = begin + SECONDS
    runs = [_official(port, request, number, end) for number in range(OFFICIALS)]
    found = await asyncio.gather(*runs)
    latencies = [each for times, _failed in found for each in times]
    return latencies, sum(f for _times, f in found), time.perf_counter() - begin


async def _official(
    port: int, request: Request, number: int, end: float
) -> tuple[list[float], int]:
    times, failed, turn = [], 0, 0
    while time.perf_counter() < end:
        start = time.perf_counter()
        answer = await _answer(port, request(number, turn))
        times.append(time.perf_counter() - start)
        failed += b" 200 " not in answer[:20]
        turn += 1
    return times, failed


async def _answer(port: int, request: bytes) -> bytes:
    """What the server says; nothing where it cut the line."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
    except OSError:
        return b""
    return answer


def http(method: str, path: str, body: bytes, **headers: str) -> bytes:
    """A request that asks for the connection to be closed."""
    fields = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body))}
    lines = [f"{name}: {text}" for name, text in (fields | headers).items()]
    return f"{method} {path} HTTP/1.1\r\n".encode() + "\r\n".join([*lines, "", ""]).encode() + body


def processor_seconds(master: int) -> tuple[float, float]:
    """Processor time used so far by a gunicorn with its children, and by the database for it."""
    from django.db import connection

    with connection.cursor() as cursor:
        # Neither what sweeps by itself nor the connection that asks works for the gunicorn.
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        backends = {pid for (pid,) in cursor.fetchall()}
    children = {
        int(each.name)
        for each in Path("/proc").iterdir()
        if each.name.isdigit() and _status(int(each.name), _PARENT) == [master]
    }
    return tuple(  # type: ignore[return-value]
        sum(sum(_status(pid, _USED)) for pid in pids) / os.sysconf("SC_CLK_TCK")
        for pids in ({master, *children}, backends)
    )


def _status(pid: int, fields: slice) -> list[int]:
    """Fields of a process after its name, as proc(5) numbers them from the third on."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return [int(each) for each in text.rpartition(")")[2].split()[fields]]


def measured(name: str, server: tuple[int, int], request: Request) -> float:
    """Load a server and print what it did; requests per second."""
    port, master = server
    before = processor_seconds(master)
    times, failed, elapsed = asyncio.run(load(port, request))
    used = [b - a for a, b in zip(before, processor_seconds(master), strict=True)]
    rate = report(name, times, failed, elapsed)
    python, database = (1000 * each / len(times) for each in used)
    print(f"{'':38} processor: {python:.1f} ms gunicorn, {database:.1f} ms PostgreSQL a request")
    return rate


def report(name: str, times: list[float], failed: int, elapsed: float) -> float:
    """Print one line; requests per second."""
    cuts = quantiles(times, n=100)
    rate = len(times) / elapsed
    middle, late, last = (1000 * each for each in (median(times), cuts[94], cuts[98]))
    print(
        f"{name:38} {rate:7.0f} /s   median {middle:6.0f} ms   p95 {late:6.0f} ms"
        f"   p99 {last:6.0f} ms   failed {failed}"
    )
    return rate


def open_forms(indicators: int, localities: int) -> list[tuple[Any, Any, Any]]:
    """The forms of a cycle that collects now, each with its contributor and their browser."""
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from assessment.cycles.calendar import local_date
    from assessment.submissions.models import Submission
    from assessment.submissions.services import open_collection
    from tests.factories import CycleFactory, member, participants, wide_framework

    today = local_date(timezone.now())
    cycle = CycleFactory(
        framework_version__document=wide_framework(indicators),
        collection_start_date=today,
        collection_end_date=today + timedelta(days=9),
        review_end_date=today + timedelta(days=20),
        objection_end_date=today + timedelta(days=30),
    )
    participants(cycle, localities)
    open_collection(cycle=cycle, by=None, at=timezone.now())
    found = []
    for form in Submission.objects.filter(cycle=cycle).select_related("locality"):
        person, client = member(Role.CONTRIBUTOR, locality=form.locality), Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        found.append((form, person, client))
    return found


def officials() -> list[dict[str, Any]]:
    """Everybody with the address of their form, a session and a token; in the database."""
    from django.urls import reverse

    found = []
    for form, person, client in open_forms(INDICATORS, OFFICIALS):
        client.get(reverse("submissions:form", args=[form.pk]))
        cookies = {name: each.value for name, each in client.cookies.items()}
        path = reverse("submissions:answers", args=[form.pk])
        found.append({"path": path, "person": person.pk, "form": form.pk, "cookies": cookies})
    return found


def autosave(people: list[dict[str, Any]]) -> Request:
    """Each official answers the indicators in turn, each answer another than the one before."""

    def request(number: int, turn: int) -> bytes:
        who = people[number]
        code = f"N{turn % INDICATORS + 1:03d}"
        # Nobody else writes to the form: its revision after each save is known.
        seen = max(turn - INDICATORS + 1, 0)
        answer = {"value": str(turn), "revision": seen, "key": f"{number}-{turn}"}
        body = {"person": who["person"], "since": turn, "answers": {code: answer}}
        cookies = "; ".join(f"{name}={text}" for name, text in who["cookies"].items())
        return http(
            "PATCH",
            who["path"],
            json.dumps(body).encode(),
            **{
                "Content-Type": "application/json",
                "Cookie": cookies,
                "X-CSRFToken": who["cookies"]["csrftoken"],
            },
        )

    return request


def asking(people: list[dict[str, Any]]) -> Request:
    """The same people ask what changed."""

    def request(number: int, turn: int) -> bytes:
        who = people[number]
        cookies = "; ".join(f"{name}={text}" for name, text in who["cookies"].items())
        return http("GET", who["path"], b"", Cookie=cookies)

    return request


def floor(people: list[dict[str, Any]]) -> Request:
    """The same people at the bare view."""
    return lambda number, turn: http("GET", f"/{people[number]['form']}/{turn}/", b"")


def page_with_many() -> None:
    """The form's page with few and many indicators: SQL, time, and the bare template's time."""
    from django.db import connection
    from django.template import Context, loader
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    template: Any = loader.get_template("submissions/form.html")
    for count in (INDICATORS, MANY):
        ((form, _person, client),) = open_forms(count, 1)
        address = reverse("submissions:form", args=[form.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
            queries = len(asked)
        names = response.context.keys()
        context = {name: response.context[name] for name in names}
        whole = seconds(partial(client.get, address))
        bare = seconds(lambda known=context: template.template.render(Context(known)))  # type: ignore[misc]
        print(
            f"form with {count:3} indicators: {queries} queries, {1000 * whole:5.0f} ms,"
            f" {len(response.content) / 1024:4.0f} KiB; template alone {1000 * bare:5.0f} ms,"
            f" ratio {whole / bare:.2f}"
        )


def seconds(action: Callable[[], object]) -> float:
    """Median wall time of several rounds after one that warms up."""
    action()
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return median(times)


def measure() -> None:
    """Everything, in a process that has the services in its environment."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()  # for the browsers of the officials
    call_command("migrate", verbosity=0)
    page_with_many()
    people = officials()
    with gunicorn("bench.floors.bare_view") as server:
        asyncio.run(load_briefly(server[0], floor(people)))
        bare = measured("bare view: one UPDATE, one INSERT", server, floor(people))
    with gunicorn("config.wsgi") as server:
        asyncio.run(load_briefly(server[0], asking(people)))
        saved = measured("autosave of one answer", server, autosave(people))
    load_now = os.getloadavg()[0]
    print(f"autosave / bare view: {saved / bare:.2f} (load of the machine: {load_now:.0f})")


async def load_briefly(port: int, request: Request) -> None:
    """Let every process serve something before it is measured."""
    await asyncio.gather(
        *(
            _official(port, request, number, time.perf_counter() + WARM_SECONDS)
            for number in range(8)
        )
    )


def main() -> None:
    """Start the services, create the database, measure in a process of its own."""
    with postgresql() as database, redis() as queue, tempfile.TemporaryDirectory() as home:
        import psycopg

        with psycopg.connect(database.rpartition("/")[0] + "/postgres", autocommit=True) as link:
            link.execute("CREATE DATABASE lianping")
        env = {
            "DATABASE_URL": database,
            "REDIS_URL": f"{queue}/0",
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "LIANPING_HOME": home,
            "LIANPING_SECRET_KEY": "only-for-tests",  # of the settings that made the sessions
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        served = {**os.environ, **env, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run(collect, env=served, check=True, cwd=ROOT)
        command = [sys.executable, "-c", "from bench.submissions import measure; measure()"]
        subprocess.run(command, env={**os.environ, **env}, check=True, cwd=ROOT)


ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    main()
