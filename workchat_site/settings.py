"""Settings, from the environment alone; each is described in docs/settings.md, and a test holds that.

Secure unless told otherwise: DEBUG is off, HTTPS is on, and there is no default secret key.
"""

from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from workchat_site.logging import logging_config
from workchat_site.secret_key import data_folder, read_secret_key

env = environ.Env()
BASE_DIR = environ.Path(__file__) - 2
DATA = data_folder()

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY = read_secret_key()
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "There is no secret key. Set SECRET_KEY to 50 or more random characters, "
            "or start once with `manage.py serve` (or `make run`), which generates one in WORKCHAT_DATA."
        )
    SECRET_KEY = "only-for-debugging"  # noqa: S105 - no secret
HOST: str = env.str("HOST", default="127.0.0.1")
PORT: int = env.int("PORT", default=8000)
HTTPS: bool = env.bool("HTTPS", default=True)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)

# What an installation decides
ORGANIZATION_CREATION: str = env.str("ORGANIZATION_CREATION", default="anyone")
if ORGANIZATION_CREATION not in {"anyone", "operators"}:
    raise ImproperlyConfigured("ORGANIZATION_CREATION is either 'anyone' or 'operators'.")
DEMO: bool = env.bool("DEMO", default=True)
PROCESSES: int = env.int("PROCESSES", default=1)
if PROCESSES < 1:
    raise ImproperlyConfigured("PROCESSES is 1 or more.")
WEB_THREADS: int = env.int("WEB_THREADS", default=4)
WEB_QUEUE: int = env.int("WEB_QUEUE", default=512)

INSTALLED_APPS = [
    "daphne",
    "workchat_site",  # before Django's, two of whose commands it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "django_htmx",
    "django_eventstream",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "audit",
    "accounts",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "workchat_site.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "workchat_site.urls"
ASGI_APPLICATION = "workchat_site.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data. One SQLite file is the default; PostgreSQL by DATABASE_URL.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'workchat.sqlite3'}")}
DATABASE = DATABASES["default"]
DATABASE["CONN_HEALTH_CHECKS"] = True
DATABASE["CONN_MAX_AGE"] = 600  # seconds; the web threads last, so their connections do
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE["CONN_MAX_AGE"] = None
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 15,  # seconds; another program may be writing, and audit.turns has few wait for it
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000; "
            "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
        ),
    }

REDIS_URL: str = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    # Counted attempts are kept here (accounts/attempts.py, allauth's limits), so the processes of a server have one:
    # and with Django's 300 entries a few hundred strangers' attempts would have an account's forgotten.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
            if PROCESSES == 1
            else "workchat_site.shared_cache.SharedCache",
            "LOCATION": "workchat_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

# Mail goes through a task, so that no request waits for a mail server.
EMAIL_URL: str = env.str("EMAIL_URL", default="consolemail://")
MAIL_SERVER = env.email_url("EMAIL_URL", default="consolemail://")
MAIL_TRANSPORT: str = MAIL_SERVER.pop("EMAIL_BACKEND")
globals().update({name: value for name, value in MAIL_SERVER.items() if name != "EMAIL_FILE_PATH"})
EMAIL_BACKEND = "workchat_site.mail.TaskBackend"
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="WorkChat <workchat@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20  # seconds

# Identity
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "accounts.signing_in.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
EMAIL_VERIFICATION: str = env.str(
    "EMAIL_VERIFICATION", default="optional" if EMAIL_URL.startswith("consolemail") else "mandatory"
)
ACCOUNT_EMAIL_VERIFICATION = EMAIL_VERIFICATION
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Whoever changes their password stays signed in here; all their other sessions end.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# The second factor, and passkeys, which are both at once
MFA_ADAPTER = "accounts.signing_in.two_factor.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.signing_in.forms.CodeForm",
    "reauthenticate": "accounts.signing_in.forms.CodeAgainForm",
    "add_webauthn": "accounts.signing_in.forms.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "WorkChat"
MFA_TOTP_TOLERANCE = 1  # clocks differ; a code still works once only (accounts/signing_in/forms.py)
# Each sign-in page asks for a passkey's challenge, and an office is one address.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Where an address has to be confirmed nobody gets in without one; elsewhere a server may have no mail to confirm by.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Single sign-on by an OpenID Connect provider
OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env.str("OIDC_NAME", default="single sign-on")
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise ImproperlyConfigured(
        "OIDC_ISSUER needs OIDC_CLIENT_ID: the name that the provider knows WorkChat by."
    )
PASSWORD_SIGN_IN: bool = env.bool("PASSWORD_SIGN_IN", default=True)
if not PASSWORD_SIGN_IN and not OIDC_ISSUER:
    raise ImproperlyConfigured("Without PASSWORD_SIGN_IN people need OIDC_ISSUER to sign in by.")
SOCIALACCOUNT_ADAPTER = "accounts.signing_in.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "accounts.sessions.store"
SESSION_COOKIE_NAME = "workchat_session"
CSRF_COOKIE_NAME = "workchat_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "workchat_site.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whether subdomains follow, and the browsers' preload list, are for the owner of the domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}

# Language, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR("static")]
STATIC_ROOT: str | None = env.str("STATIC_ROOT", default="") or None
MEDIA_ROOT = str(DATA / "media")
UPLOAD_LIMIT = 11_000_000  # bytes of a form with a file: a picture of 10 MB, and what is around it
WHITENOISE_USE_FINDERS = True

# Logs
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT: str = env.str("LOG_FORMAT", default="json")
LOGGING = logging_config(level=LOG_LEVEL, style=LOG_FORMAT)
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # reading the user is for the views that need one
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line a request is enough
DJANGO_STRUCTLOG_REQUEST_CANCELLED_LOG_LEVEL = 20

# The live stream: our tailer is the only sender, and storage keeps nothing (chat/live).
EVENTSTREAM_STORAGE_CLASS = "chat.live.vocabulary.PositionStorage"
EVENTSTREAM_CHANNELMANAGER_CLASS = "chat.live.vocabulary.TopicManager"
