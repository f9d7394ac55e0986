"""Settings: the embedded shape by default, the production shape by environment variables.

Every variable is listed in docs/operations.md. Paths below ``LIANPING_HOME`` hold all
that the running product writes: database, files, queue, collected static files.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_email_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env
from whitenoise.compress import Compressor

from config.log_lines import logging_settings
from config.object_storage import file_storage
from config.secret_key import read_or_create_secret_key

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME_DIR = Path(env.str("LIANPING_HOME", str(BASE_DIR / "var")))
HOME_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("LIANPING_DEBUG", False)
SECRET_KEY = env.str("LIANPING_SECRET_KEY", "") or read_or_create_secret_key(HOME_DIR)
ALLOWED_HOSTS = env.list("LIANPING_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("LIANPING_TRUSTED_ORIGINS", [])
SECURE = env.bool("LIANPING_HTTPS", False)
REDIS_URL = env.str("REDIS_URL", "")

INSTALLED_APPS = [
    "accounts.administration_config.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.staticfiles.StaticFilesConfig",
    "allauth",
    "allauth.account",
    "rules.apps.AutodiscoverRulesConfig",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_structlog",
    "accounts",
    "assessment.audit",
    "assessment.jobs",
    "assessment.frameworks",
    "assessment.cycles",
    "assessment.observations",
    "assessment.airquality",
    "assessment.submissions",
    "assessment.reviews",
    "assessment.scores",
    "assessment.publication",
    "assessment.reports",
    "assessment.notices",
    "assessment.desk",
    "assessment.portal",
]

MIDDLEWARE = [
    # First of all: redirects to https, refused hosts and static files, too, are under the policy.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sending.RenewedSessionMiddleware",
    "accounts.middleware.PreferredLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.sending.SentOnceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.request_log.RequestLogMiddleware",
    "assessment.audit.middleware.OriginMiddleware",
    "config.errors.ErrorPagesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
            ],
        },
    },
]

# Database ---------------------------------------------------------------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{HOME_DIR / 'lianping.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    # What DATABASE_URL asks for (sslmode, connect_timeout, …) stays.
    # Each thread of a web process (config/gunicorn.py) may hold a connection at a time.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("LIANPING_WEB_THREADS", 8) + 1,
        "timeout": 20,
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # Statements of accounts/compiled.py are planned once on each connection. A pooler in between
    # that gives every transaction another connection (PgBouncer) would not find them.
    prepares = env.bool("LIANPING_PREPARED_STATEMENTS", True)
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 3 if prepares else None

# Cache, queue -----------------------------------------------------------------------------

_DATABASE_CACHE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "lianping_cache",
    # Beyond this, counters of attempts are thrown away before their time: with Django's
    # 300, whoever fills the cache from many addresses gets new attempts.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "config.steady_cache.SteadyRedisCache",
            "LOCATION": REDIS_URL,
            # Somebody waits for the page; the stand-in answers at once.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        },
        "database": _DATABASE_CACHE,
    }
    CELERY_BROKER_URL = REDIS_URL
else:
    CACHES = {"default": _DATABASE_CACHE}
    QUEUE_DIR = HOME_DIR / "queue"
    for folder in ("messages", "processed", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://localhost/"  # config/folder_queue.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "processed_folder": str(QUEUE_DIR / "processed"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.5,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A job that hangs still shows signs of life; its process is ended, and the reaper takes it up.
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Somebody waits for the page: one more try, for a connection that went stale, and the job is
# left to the reaper.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # While no worker is free the next one comes anyway: those that wait do not pile up.
    "reap-jobs": {
        "task": "jobs.reap",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "end-batches": {
        "task": "reports.end_batches",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # Often, so that a day is not lost by a stop at one hour, nor by a last day that was moved
    # after it; each person gets one digest a day.
    "remind": {
        "task": "notices.remind",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "send-waiting-letters": {
        "task": "notices.send_waiting",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "discard-old-workbooks": {
        "task": "submissions.discard_old_workbooks",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}
JOB_HEARTBEAT_SECONDS = 5
JOB_LOST_AFTER_SECONDS = 60
# A waiting job may wait for a free worker so long before its message counts as lost.
JOB_WAITING_AGAIN_SECONDS = 5 * 60

# Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = HOME_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.PackageFilesFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
ECHARTS_FILE = NODE_MODULES / "echarts/dist/echarts.min.js"
PACKAGE_FILES = {
    "vendor/bootstrap/css/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap/css/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap/js/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vendor/bootstrap/js/bootstrap.bundle.min.js.map": (
        "bootstrap/dist/js/bootstrap.bundle.min.js.map"
    ),
}
STORAGES = {
    "default": file_storage(env),
    "staticfiles": {"BACKEND": "config.staticfiles.HashedFiles"},
}
# Source maps are for developers' tools: compressing them takes longer than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# Where no bucket is named. Stored files have no address: they leave through views that check.
MEDIA_ROOT = HOME_DIR / "files"
# Without a key of its own, an installation signs reports with a test key that says so.
REPORT_SIGNING_KEY = env.str("LIANPING_SIGNING_KEY", "")
REPORT_SIGNING_PASSPHRASE = env.str("LIANPING_SIGNING_PASSPHRASE", "")
# Where the public reaches the site, for QR codes on paper; no address is made up without it.
SITE_URL = env.str("LIANPING_SITE_URL", "").rstrip("/")
# Says which notice files carry that belong to no single cycle.
DOWNLOAD_NOTICE = "assessment.cycles.queries.installation_notice"
# A virus scanner that is asked about every upload: tcp://host:3310 or unix:/path of clamd.
CLAMD = env.str("LIANPING_CLAMD", "")
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
# Of one form: files attached at a time, and bytes kept, those of removed files included.
EVIDENCE_FORM_MAX_FILES = env.int("LIANPING_EVIDENCE_FORM_FILES", 200)
EVIDENCE_FORM_MAX_BYTES = env.int("LIANPING_EVIDENCE_FORM_MB", 2048) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A form sends up to six fields per indicator; frameworks may have hundreds.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640

# People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 8 * 3600  # after the last request: accounts/sending.py
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# Without EMAIL_URL (smtp://user:password@host:587/?tls=True) e-mails are printed by the server.
_email = dj_email_url.parse(env.str("EMAIL_URL", "console:"))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or ""
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
# Somebody waits for the page: a mail server that says nothing has failed.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("LIANPING_FROM_EMAIL", "lianping@localhost")

# Security ---------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # a load balancer asks without TLS
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# Subdomains and preloading are promises about a whole domain: its owner's, not the product's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = env.int("LIANPING_TRUSTED_PROXIES", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its check marks and arrows as data: images in its style sheet.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        # The preview of a PDF: the one answer that lets itself be framed, by us alone.
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Language, time ---------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese (simplified)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.token_authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["config.request_bodies.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "config.pagination.NoticedPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "PAGE_SIZE": 50,
    # Programs of people who are signed in, by account; the open API counts by address.
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("Lianping API"),
    "DESCRIPTION": _("Assessment of inter-governmental cooperation on regional air quality."),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = logging_settings(env.str("LIANPING_LOG_LEVEL", "WARNING"))
