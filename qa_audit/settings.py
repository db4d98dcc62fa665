"""All settings, from the environment. DEBUG is off unless set; then nothing unsafe is a default."""

import secrets
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

TESTING = "pytest" in sys.modules
DEBUG = env.bool("DEBUG", default=TESTING)


def _required(name: str, in_development: str) -> str:
    """The variable; in development a default, in production a plain refusal to start."""
    value = env.str(name, default="")
    if value:
        return value
    if DEBUG:
        return in_development
    raise ImproperlyConfigured(f"Set {name}: the product does not start without it unless DEBUG is on.")


def _development_key() -> str:
    """A key made once and kept beside the development database, so that sign-ins survive a restart."""
    VAR.mkdir(exist_ok=True)
    key_file = VAR / "secret-key"
    if not key_file.exists():
        key_file.write_text(secrets.token_urlsafe(50))
        key_file.chmod(0o600)
    return key_file.read_text()


SECRET_KEY = _required("SECRET_KEY", _development_key() if DEBUG else "")
ALLOWED_HOSTS = _required("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What the council decides -------------------------------------------------------------------------
PRODUCT_NAME = "Line of Sight"
COUNCIL_NAME = env.str("COUNCIL_NAME", default="Children's services")
OUT_OF_HOURS_NUMBER = env.str("OUT_OF_HOURS_NUMBER", default="")
MANAGERS_MAY_AUDIT_OWN_TEAMS = env.bool("MANAGERS_MAY_AUDIT_OWN_TEAMS", default=False)
AUDIT_DUE_WORKING_DAYS = env.int("AUDIT_DUE_WORKING_DAYS", default=10)
ACCURACY_CHECK_WORKING_DAYS = env.int("ACCURACY_CHECK_WORKING_DAYS", default=5)
# What a report is over when nobody says: this calendar year, or this financial year from 1 April.
REPORTING_YEAR = env.str("REPORTING_YEAR", default="calendar")
if REPORTING_YEAR not in ("calendar", "financial"):
    raise ImproperlyConfigured(f"REPORTING_YEAR is calendar or financial, not “{REPORTING_YEAR}”.")
REPORTING_YEAR_BEGINS = 4 if REPORTING_YEAR == "financial" else 1  # the month
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEBUG)
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("SESSION_HOURS", default=10)
CONFIRM_PASSWORD_MINUTES = 15
# Where the head of history goes each night: a file that the database's owner cannot change, and people.
HISTORY_HEADS = env.str("HISTORY_HEADS", default="")
HISTORY_HEADS_TO = env.list("HISTORY_HEADS_TO", default=[])

# --- The application ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's session list uses it
    "django_htmx",
    "django_filters",
    "django_tables2",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "qa_audit",
    "kpi",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qa_audit.people.middleware.CompressText",
    "qa_audit.history.middleware.RequestFacts",
    "qa_audit.people.middleware.SafeHeaders",
    "qa_audit.people.middleware.RefuseLongRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "qa_audit.audits.middleware.KeepUnsavedText",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "qa_audit.people.middleware.SessionLimits",
    "django_htmx.middleware.HtmxMiddleware",
    "qa_audit.people.middleware.SignInRequired",
    "qa_audit.policy.PolicyMiddleware",
    "qa_audit.people.middleware.SecondFactorRequired",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "qa_audit.urls"
WSGI_APPLICATION = "qa_audit.wsgi.application"
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
                "qa_audit.frame.page_context",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["sight"]
CRISPY_TEMPLATE_PACK = "sight"
CRISPY_FAIL_SILENTLY = not DEBUG
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# --- Database, cache, sessions ------------------------------------------------------------------------
DATABASES = {
    "default": env.db_url_config(_required("DATABASE_URL", f"sqlite:///{VAR / 'line-of-sight.sqlite3'}"))
}
_database = DATABASES["default"]
_test_name = env.str("TEST_DB", default="main")
if _database["ENGINE"].endswith("sqlite3"):
    # Measured: Django's defaults fail most of the time under 8 writers; these never did. FULL, because a
    # power cut must not undo a save.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    if TESTING:  # nothing in a test survives it
        _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    _database["TEST"] = {"NAME": VAR / f"test-{_test_name}.sqlite3"}
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {"options": "-c statement_timeout=15000"}
    _database["TEST"] = {"NAME": f"test_line_of_sight_{_test_name}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, so that throttles and sessions hold over several workers and machines. The default of 300
# entries would let other keys wash a throttle away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "qa_audit.people.sessions"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sessionid" if DEBUG else "__Host-session"
CSRF_COOKIE_NAME = "csrftoken" if DEBUG else "__Host-csrf"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
CSRF_FAILURE_VIEW = "qa_audit.home.views.problems.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Sign-in ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "qa_audit.User"
AUTHENTICATION_BACKENDS = ["qa_audit.people.sign_in.Accounts"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:index"
ACCOUNT_ADAPTER = "qa_audit.people.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "qa_audit.people.sign_in.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator, with a work address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = CONFIRM_PASSWORD_MINUTES * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    # A browser in which the person signed in before counts its own tries: strangers do not lock it out.
    "known_browser_failed": "5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
KNOWN_BROWSER_DAYS = 180
KNOWN_BROWSER_COOKIE_NAME = "known" if DEBUG else "__Host-known"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that strangers type
ACCOUNT_FORMS = {
    "login": "qa_audit.people.forms.SignInForm",
    "reset_password": "qa_audit.people.forms.AskResetForm",
    "reset_password_from_key": "qa_audit.people.forms.SetPasswordForm",
    "change_password": "qa_audit.people.forms.ChangePasswordForm",
    "reauthenticate": "qa_audit.people.forms.ConfirmForm",
}
MFA_ADAPTER = "qa_audit.people.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "qa_audit.people.forms.SecondFactorForm",
    "reauthenticate": "qa_audit.people.forms.ConfirmCodeForm",
    "activate_totp": "qa_audit.people.forms.SetUpAppForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the administrator knows whose address it is
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PRODUCT_NAME
USERSESSIONS_TRACK_ACTIVITY = False
# Microsoft Entra ID by OpenID Connect, where the council gives its tenant's own address. Matched by the
# directory's object id, never by e-mail; Entra sends no `email_verified`.
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_ORIGIN = ["/".join(OIDC_SERVER_URL.split("/")[:3])] if OIDC_SERVER_URL else []
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "council",
            "name": env.str("OIDC_NAME", default="your council account"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_SERVER_URL, "uid_field": "oid", "oauth_pkce_enabled": True},
        }
    ]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:  # sign-in is tested with the real hasher where it is the subject
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "qa_audit.people.sign_in.RepetitionValidator"},
]

# --- Hardening ----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the enrolment page draws its QR code as a data address
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGIN],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Behind a proxy that is not counted here everybody has its address, and they use up each other's tries.
SAYS_TRUSTED_PROXIES = "TRUSTED_PROXIES" in env
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024  # workbooks up to 10 MB and their form
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Language, time, files, mail, logs ----------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", VAR / "frontend"]
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "qa_audit.common.static_files.HashedFiles"},
    }
(VAR / "frontend").mkdir(parents=True, exist_ok=True)
# Without a mail server nothing is sent: a log must not hold links by which passwords are set.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "dummymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="line-of-sight@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "qa_audit.common.log.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if not DEBUG else "WARNING"},
}
