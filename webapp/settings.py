"""Django settings. What an operator may change comes from the environment, through ``webapp.env``."""

from __future__ import annotations

import logging
import os
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from webapp import env, logs
from webapp.dashboards.look import UNFOLD as UNFOLD
from webapp.embedding import open_static

# A serving process runs one OpenMP thread; requests run in parallel instead.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("DIFFUSERS_DISABLE_CUSTOM_CODE", "1")

BASE_DIR = env.BASE
LACUNA_HOME = env.home()
LACUNA_PUBLIC = env.flag("LACUNA_PUBLIC")
LACUNA_SAMPLE = env.flag("LACUNA_SAMPLE", default=True)
LACUNA_ENCODER = os.environ.get("LACUNA_ENCODER", "builtin")
LACUNA_DIFFUSION_MODEL = os.environ.get("LACUNA_DIFFUSION_MODEL", "")
LACUNA_API_RATE = env.rate(os.environ.get("LACUNA_API_RATE") or "600/minute")
LACUNA_WEBHOOK_HOSTS = env.words("LACUNA_WEBHOOK_HOSTS")
LACUNA_METRICS_TOKEN = os.environ.get("LACUNA_METRICS_TOKEN", "")
LACUNA_RUNS_A_DAY = int(os.environ.get("LACUNA_RUNS_A_DAY", 200))
LACUNA_UPLOAD_LIMIT = int(os.environ.get("LACUNA_UPLOAD_LIMIT", 512 * 1024 * 1024))

DEBUG = env.flag("LACUNA_DEBUG")
SECRET_KEY = env.secret_key(LACUNA_HOME)
ALLOWED_HOSTS = env.words("LACUNA_HOSTS", default="127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("LACUNA_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "webapp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "csp",
    "corsheaders",
    "auditlog",
    "assetdb",
    "indexer",
    "generators",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "webapp.metrics.requests.Measured",
    "webapp.embedding.Embedding",
    "csp.middleware.CSPMiddleware",
    "webapp.policy.AdminPolicy",
    "webapp.policy.NoCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "webapp.policy.PageLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "webapp.dashboards.audit.Asking",
    "django_structlog.middlewares.RequestMiddleware",
    "webapp.api.conduct.Conduct",
]

ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "webapp" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.library.context.frame",
            ],
        },
    },
]

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;"
    ),
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{LACUNA_HOME / 'lacuna.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE
    # A file, so that tests meet the locking that production meets.
    DATABASES["default"]["TEST"] = {"NAME": LACUNA_HOME / "test.sqlite3"}

AUTH_USER_MODEL = "assetdb.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
"""Seconds a one-time sign-in link is good for."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "webapp.accounts.ClosedAccounts"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip"}

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    **env.storages(LACUNA_HOME),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = LACUNA_HOME / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = LACUNA_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "webapp" / "static"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "webapp" / "locale"]
TIME_ZONE = os.environ.get("TZ", "UTC")
USE_TZ = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("LACUNA_HTTPS")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

CORS_ALLOWED_ORIGINS = env.words("LACUNA_EMBED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET"]
CORS_ALLOW_HEADERS = ["authorization"]
CORS_EXPOSE_HEADERS = ["retry-after"]
WHITENOISE_ADD_HEADERS_FUNCTION = open_static

_SAID_OF_AN_ASSET = [
    *("title", "title_zh", "description", "licence", "credit", "source_url"),
    *("derivatives_allowed", "visibility", "owner", "trashed", "blob"),
]
AUDITLOG_INCLUDE_TRACKING_MODELS = (
    {"model": "assetdb.Asset", "include_fields": _SAID_OF_AN_ASSET},
    "assetdb.Tag",
    {"model": "assetdb.Collection", "exclude_fields": ["created"]},
    "assetdb.Grant",
    {
        "model": "assetdb.Share",
        "exclude_fields": ["created", "opened"],
        "mask_fields": ["password"],
        "mask_callable": "webapp.dashboards.audit.hide",
    },
    {
        "model": "assetdb.User",
        "exclude_fields": ["last_login", "date_joined"],
        "mask_fields": ["password"],
        "mask_callable": "webapp.dashboards.audit.hide",
    },
    "auth.Group",
    {"model": "webapp.Webhook", "include_fields": ["owner", "url", "events", "active"]},
    {"model": "webapp.ApiToken", "exclude_fields": ["digest", "last_used", "created"]},
)
"""What the audit log keeps. No rows that views write in bulk, no secrets, no counters."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["webapp.api.permissions.LibraryOpen"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "webapp.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": "webapp.api.options.Methods",
    "DEFAULT_PAGINATION_CLASS": "webapp.api.pagination.Pages",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "webapp.api.errors.respond",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lacuna",
    "DESCRIPTION": (
        "The asset library that knows what it lacks: search with a verdict, tag, and fill gaps.\n\n"
        "**Failures** are problem details (RFC 9457); every `code` is listed at `/api/v1/problems/`.\n\n"
        "**Tokens** have scopes; `x-required-scope` says which one an operation takes. Sessions have all of them.\n\n"
        "**Versions**: answers bear an `ETag`; `If-None-Match` saves reading again, `If-Match` refuses a write (412) "
        "on what changed meanwhile.\n\n"
        "**Repeats**: a write with an `Idempotency-Key` happens once in 24 hours, however often it is sent.\n\n"
        "**Budgets**: `RateLimit-Limit`, `-Remaining` and `-Reset` stand in every answer; 429 says when to go on."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "AssetState": "assetdb.models.State",
        "AssetTagState": "assetdb.models.AssetTag.State",
        "RunState": "generators.models.Run.State",
        "CandidateState": "generators.models.Candidate.State",
        "DeliveryState": "webapp.webhooks.models.Delivery.State",
    },
}

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
"""What only saves work is kept by each process; what must be counted by all of them is shared where Redis is there."""

LACUNA_DOORBELL = True
"""Whether nudges ring the worker; tests switch it off."""
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"max_retries": 0}
"""A nudge that cannot be sent is given up at once: an upload does not wait for a broker that is down."""
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= env.mailbox(LACUNA_HOME / "broker")
elif CELERY_BROKER_URL.startswith("redis"):
    CACHES["shared"] = env.redis_cache(CELERY_BROKER_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(LACUNA_HOME / "beat")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "webapp.tasks.sweep", "schedule": 15, "options": {"queue": "quick", "expires": 15}},
}

logs.configure()
LOGGING = logs.configuration()
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
"""A request that was refused is its sender's affair; it is no warning about the library."""
