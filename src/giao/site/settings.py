"""Settings, one module. Everything that differs between places comes from the environment or the data folder.

GIAO_DATA          data folder: database, secret key, logs, results (default ./.giao)
GIAO_DATABASE_URL  postgresql://user:password@host:port/name (default: SQLite in the data folder)
GIAO_DURABILITY    "full": SQLite survives a power cut too (default "normal": any death of the process)
GIAO_HOSTS         names that the server answers to, by comma (default localhost)
GIAO_ORIGINS       origins trusted for forms behind a proxy, by comma, e.g. https://giao.example.org
GIAO_HTTPS         1: cookies only over TLS, HSTS, X-Forwarded-Proto and -For are believed, from GIAO_PROXIES alone
GIAO_PROXIES       where the TLS proxy is, networks by comma (default 127.0.0.0/8,::1/128: on this machine)
GIAO_PATIENCE      seconds that the head of a request, and the first 64 KB of its body, may take (default 20)
GIAO_DEBUG         1: error pages with internals (never where others can reach it)
GIAO_SECOND_FACTOR "required": whoever signs in sets up a second factor before anything else opens
GIAO_SMTP_URL      smtp://user:password@host:587 (STARTTLS), smtps://…:465; without it no mail leaves, links are handed over
GIAO_MAIL_FROM     the sender of these mails
GIAO_SECRET_KEY    the key that signs sessions (default: made once in the data folder); GIAO_SECRET_KEY_OLD: ones replaced
GIAO_ADDRESS       the server's own address for links in mails, e.g. https://giao.example.org (without it mails have no link)
GIAO_WEBHOOK_NETWORKS  private networks that webhooks may reach, by comma, e.g. 10.1.0.0/16 (default: the public internet alone)
GIAO_METRICS_TOKEN what /metrics wants as a bearer token (without it: the loopback alone)
GIAO_LOG           "json": one JSON object a line, with the ids of request and job (default "text")

A secret may come from a file instead: GIAO_SECRET_KEY_FILE, GIAO_DATABASE_URL_FILE, GIAO_SMTP_URL_FILE,
GIAO_METRICS_TOKEN_FILE.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from giao.kernel.health.logs import formatter
from giao.site.apps_of_steps import apps_of_steps
from giao.site.mail import mail_settings
from giao.site.secret import from_environment, secret_key

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("GIAO_DATA", ".giao")).resolve()
(DATA / "static").mkdir(parents=True, exist_ok=True)


def _on(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = _on("GIAO_DEBUG")
SECRET_KEY = from_environment("GIAO_SECRET_KEY") or secret_key(DATA)
SECRET_KEY_FALLBACKS = from_environment("GIAO_SECRET_KEY_OLD").split()
if len(SECRET_KEY) < 50:
    raise ValueError("GIAO_SECRET_KEY is shorter than 50 characters; write a long random one")
ALLOWED_HOSTS = _list("GIAO_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("GIAO_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "giao.ui.apps.UiConfig",
    "giao.kernel.apps.KernelConfig",
    *apps_of_steps(PACKAGE),
    "giao.portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "giao.kernel.identity.addresses.believe_proxies_alone",
    "giao.kernel.health.requests.watch_requests",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "giao.ui.headers.security_headers",
    "giao.kernel.identity.limits.keep_limits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "giao.kernel.identity.signed_in.watch_sessions",
    "giao.kernel.identity.limits.keep_small_before_sign_in",
    "giao.kernel.identity.signed_in.ask_second_factor",
    "giao.kernel.tenancy.requests.keep_in_scope",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "giao.kernel.engagements.standing.answer_refusals",
]

ROOT_URLCONF = "giao.site.urls"
WSGI_APPLICATION = "giao.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "giao.portal.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "giao.ui.templatetags.giao",
                "giao.ui.templatetags.giao_table",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    url = from_environment("GIAO_DATABASE_URL")
    if not url:
        synchronous = "FULL" if os.environ.get("GIAO_DURABILITY") == "full" else "NORMAL"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA / "giao.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(
            f"GIAO_DATABASE_URL starts with {parts.scheme!r}; giao speaks postgresql://… or, when it is empty, SQLite"
        )
    asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "giao.kernel.tenancy.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}, **asked},
    }


DATABASES = {"default": _database()}
TASKS = {"default": {"BACKEND": "giao.kernel.jobs.backend.LeaseBackend"}}
GIAO_METRICS_TOKEN = from_environment("GIAO_METRICS_TOKEN")
GIAO_WEBHOOK_NETWORKS = _list("GIAO_WEBHOOK_NETWORKS")
GIAO_PROXIES = _list("GIAO_PROXIES", "127.0.0.0/8,::1/128")
GIAO_ADDRESS = os.environ.get("GIAO_ADDRESS", "").rstrip("/")
GIAO_JOBS = "worker"  # "inline": at once where they are enqueued (tests, the demo's seed)
(DATA / "metrics").mkdir(exist_ok=True)
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(DATA / "metrics"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
MFA_ADAPTER = "giao.kernel.identity.second_factor.MfaAdapter"
GIAO_SECOND_FACTOR_REQUIRED = os.environ.get("GIAO_SECOND_FACTOR", "") == "required"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 12
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "giao.kernel.identity.passwords.NotAboutYou"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "tower"
LOGOUT_REDIRECT_URL = "sign_in"

LANGUAGE_CODE = "en"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False


def _is_versioned(path: str, url: str) -> bool:
    """Vendored files carry their version in the address: a browser may keep them for good."""
    return "/vendor/" in url


WHITENOISE_IMMUTABLE_FILE_TEST = _is_versioned

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "giao.kernel.identity.sessions"
SESSION_COOKIE_AGE = 24 * 3600  # without a request; GIAO_SESSION_LONGEST ends it in any case
GIAO_SESSION_LONGEST = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "giao.portal.errors.csrf_failure"
if _on("GIAO_HTTPS"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-giao-session", "__Host-giao-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-giao-language"

EMAIL = mail_settings(from_environment("GIAO_SMTP_URL"))
GIAO_MAIL = EMAIL is not None
if EMAIL is not None:
    EMAIL_HOST, EMAIL_PORT = EMAIL.host, EMAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.user, EMAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.starttls, EMAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GIAO_MAIL_FROM", "giao@localhost")

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(DATA)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": formatter(os.environ.get("GIAO_LOG") or "text")},
    "filters": {"redact": {"()": "giao.kernel.identity.redact.Redact"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
        "django_tasks": {"level": "ERROR"},  # the worker says it itself
    },
}
