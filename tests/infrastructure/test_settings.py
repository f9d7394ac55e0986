"""The settings of both shapes, read by a fresh process as they are in use."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.signing_keys import PASSPHRASE, key_file, rsa_key

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "LIANPING_SECRET_KEY": "".join(chr(33 + (n * 37) % 90) for n in range(64)),
    "LIANPING_ALLOWED_HOSTS": "lianping.example.org",
    "LIANPING_TRUSTED_ORIGINS": "https://lianping.example.org",
    "LIANPING_HTTPS": "1",
    "LIANPING_TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgres://lianping:secret@db.example.org:5432/lianping",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp://mail:secret@mail.example.org:587/?tls=True",
}
SHOWN = """
import json
from django.conf import settings as s
print(json.dumps({
    "engine": s.DATABASES["default"]["ENGINE"],
    "options": s.DATABASES["default"]["OPTIONS"],
    "cache": s.CACHES["default"]["BACKEND"],
    "most": s.CACHES["default"].get("OPTIONS", {}).get("MAX_ENTRIES"),
    "broker": s.CELERY_BROKER_URL,
    "debug": s.DEBUG,
    "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT],
    "email": [s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_USE_TLS],
}))
"""


def environment(home: Path, variables: dict[str, str]) -> dict[str, str]:
    ours = ("LIANPING_", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return {
        **env,
        "LIANPING_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **variables,
    }


def python(home: Path, variables: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(home, variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    key = tmp_path / "body.p12"
    key.write_bytes(key_file(rsa_key()))
    signing = {"LIANPING_SIGNING_KEY": str(key), "LIANPING_SIGNING_PASSPHRASE": PASSPHRASE}
    checked = python(
        tmp_path,
        {**PRODUCTION, **signing},
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    )
    assert checked == "System check identified no issues (2 silenced).\n"


def test_production_settings_use_the_services_named(tmp_path: Path) -> None:
    assert json.loads(python(tmp_path, PRODUCTION, "-c", SHOWN)) == {
        "engine": "django.db.backends.postgresql",
        "options": {
            "pool": {"min_size": 1, "max_size": 9, "timeout": 20},
            "prepare_threshold": 3,
        },
        "cache": "config.steady_cache.SteadyRedisCache",
        "most": None,
        "broker": PRODUCTION["REDIS_URL"],
        "debug": False,
        "secure": [True, True, True],
        "email": ["django.core.mail.backends.smtp.EmailBackend", "mail.example.org", True],
    }


def test_a_site_behind_a_pooler_prepares_no_statements(tmp_path: Path) -> None:
    variables = {**PRODUCTION, "LIANPING_PREPARED_STATEMENTS": "False"}
    shown = json.loads(python(tmp_path, variables, "-c", SHOWN))
    assert shown["options"]["prepare_threshold"] is None


def test_embedded_settings_need_no_server(tmp_path: Path) -> None:
    shown = json.loads(python(tmp_path, {}, "-c", SHOWN))
    assert shown["engine"] == "django.db.backends.sqlite3"
    assert shown["options"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in shown["options"]["init_command"]
    assert shown["cache"] == "django.core.cache.backends.db.DatabaseCache"
    assert shown["most"] >= 100_000  # Django's 300 would forget who tried to sign in how often
    assert (shown["broker"], shown["debug"]) == ("folder://localhost/", False)
    assert shown["email"][0] == "django.core.mail.backends.console.EmailBackend"


def test_signing_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    script = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = (python(tmp_path, {}, "-c", script) for _ in range(2))
    assert first == second
    assert len(first.strip()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "source",
    ["config/settings.py", "config/log_lines.py", "config/gunicorn.py", "scripts/serve.py"],
)
def test_every_variable_is_in_the_operations_manual(source: str) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    text = (ROOT / source).read_text(encoding="utf-8")
    read = set(re.findall(r'"((?:LIANPING_[A-Z_]+|[A-Z]+_URL|PORT))"', text))
    assert {name for name in read if f"`{name}`" not in manual} == set()


def test_manual_names_no_variable_that_is_not_read() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("config", "scripts")
        for path in (ROOT / folder).iterdir()
        if path.suffix in {".py", ".sh"}
    )
    named = set(re.findall(r"`(LIANPING_[A-Z_]+|[A-Z]+_URL)`", manual))
    assert named
    assert {name for name in named if name not in code} == set()


def test_options_of_the_database_address_are_kept() -> None:
    """A connection asked to be verified is verified."""
    address = "postgres://u:p@db.example/lianping?sslmode=verify-full&connect_timeout=3"
    program = (
        "from config import settings; "
        "print(sorted(settings.DATABASES['default']['OPTIONS'].items()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "('sslmode', 'verify-full')" in result.stdout
    assert "'max_size': 9" in result.stdout  # one for each thread, and one more
