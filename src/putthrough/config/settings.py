"""Settings, all from the environment; every default is right for one process with SQLite on one machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

from putthrough.config import database, keys

env = Env()

DEBUG = False
BASE = Path(__file__).resolve().parent.parent
DATA = Path(env.str("PUTTHROUGH_DATA", "data")).absolute()
TESTING = "pytest" in sys.modules

SECRET_KEY = env.str("PUTTHROUGH_SECRET_KEY", "") or keys.secret_key(DATA)
CREDENTIAL_KEYS_GIVEN: list[str] = env.list("PUTTHROUGH_CREDENTIAL_KEYS", [])
CREDENTIAL_KEYS: list[str] = CREDENTIAL_KEYS_GIVEN or keys.credential_keys(DATA)
ALLOWED_HOSTS: list[str] = env.list("PUTTHROUGH_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("PUTTHROUGH_ORIGINS", [])
PUBLIC_URL = env.str("PUTTHROUGH_URL", "http://127.0.0.1:8000")
BEHIND_TLS = PUBLIC_URL.startswith("https://")

DATABASES: dict[str, dict[str, Any]] = {"default": database.from_url(env.str("DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMBEDDED = "sqlite" in DATABASES["default"]["ENGINE"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "putthrough.web",  # before django.forms: its form templates take the place of Django's
    "django.forms",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "putthrough.audit",
    "putthrough.directory",
    "putthrough.jobs",
    "putthrough.channels",
    "putthrough.channels.rehearsal",
    "putthrough.intake",
    "putthrough.conversations",
    "putthrough.deadlines",
    "putthrough.routing",
    "putthrough.handover",
    "putthrough.handover.alerts",
    "putthrough.handover.incidents",
    "putthrough.handover.batches",
    "putthrough.replies",
    "putthrough.replies.bulk",
    "putthrough.replies.posts",
    "putthrough.delivery",
    "putthrough.plainmail",
    "putthrough.oversight.retention",
    "putthrough.oversight.figures",
    "putthrough.demo",
    "putthrough.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "putthrough.web.idle.Idle",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "putthrough.config.urls"
WSGI_APPLICATION = "putthrough.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "putthrough.web.furniture.furniture",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["putthrough.directory.signin.EmailBackend"]
PASSWORD_HASHERS = [
    "putthrough.directory.hashing.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # reads older ones, which are kept anew at the next sign-in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:inbox"
LOGOUT_REDIRECT_URL = "web:sign-in"
SESSION_COOKIE_AGE = env.int("PUTTHROUGH_SIGNED_IN_HOURS", 12) * 60 * 60
IDLE_MINUTES = env.int("PUTTHROUGH_IDLE_MINUTES", 30)
# How many proxies of our own a request comes through: each adds the address that it saw to X-Forwarded-For.
PROXIES = env.int("PUTTHROUGH_PROXIES", 1 if BEHIND_TLS else 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# The embedded worker lives in this process, so a nudge only has to wake it; several processes
# share nudges through the database. Either way the rows are the truth and a lost nudge costs seconds.
TASKS = {
    "default": {
        "BACKEND": ("putthrough.jobs.wake.WakeBackend" if EMBEDDED else "django_tasks_db.backend.DatabaseBackend"),
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# What may arrive by the built-in SMTP receiver: 35 MB is what Microsoft 365 sends at most by default.
SMTP_HOST = env.str("PUTTHROUGH_SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.int("PUTTHROUGH_SMTP_PORT", 0)
MAX_MESSAGE_BYTES = 35 * 1024 * 1024

# A folder with model.onnx and tokenizer.json, to tell by meaning with another encoder than the small one.
ENCODER = Path(own) if (own := env.str("PUTTHROUGH_ENCODER", "")) else None

# Where the demo keeps what its fictional residents receive; None in real use.
POSTBOX = Path(postbox) if (postbox := env.str("PUTTHROUGH_POSTBOX", "")) else None

LOGGING_CONFIG = "putthrough.config.logs.configure"
LOGGING = {"level": env.str("PUTTHROUGH_LOG", "INFO")}
