"""Settings of the tests: same product, quick password hashing, queue run in place."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Processes of one test run share the Redis server, not what they keep in it.
if os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ:
    server, _, number = os.environ["REDIS_URL"].rpartition("/")
    process = os.environ.pop("PYTEST_XDIST_WORKER").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{server}/{int(number) + int(process)}"

from config.settings import *

SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing outside a test run
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = env.bool("LIANPING_TEST_EAGER", True)
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(env.str("LIANPING_TEST_FILES", ""))
if not env.str("LIANPING_TEST_FILES", ""):
    MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="lianping-test-files-"))
    atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if not REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True
# Sign-in limits are tested where they matter; elsewhere many users sign in from one address.
ACCOUNT_RATE_LIMITS = False
