"""Django settings. Everything a deployment may choose comes from the environment; see docs/operating.md."""

from __future__ import annotations

from pathlib import Path

from yinling.ops import environment, logs

ROOT = environment.ROOT
HOME = environment.home()
PACKAGE = Path(__file__).resolve().parent

DEBUG = environment.flag("YINLING_DEBUG")
TESTING = environment.testing()
# Whether users come over https. It ends at a proxy in front of us, which must set X-Forwarded-Proto itself.
HTTPS = environment.flag("YINLING_HTTPS")
SECRET_KEY = environment.secret("SECRET_KEY")
FIELD_KEYS = environment.field_keys()
ALLOWED_HOSTS = environment.allowed_hosts()
CSRF_TRUSTED_ORIGINS = environment.trusted_origins()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "yinling",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yinling.ops.logs.RequestLog",
    "yinling.ops.security.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yinling.web.middleware.IdleTimeout",
    "yinling.web.middleware.RequireSecondFactor",
]

ROOT_URLCONF = "yinling.urls"
CSRF_FAILURE_VIEW = "yinling.web.errors.csrf_failure"
WSGI_APPLICATION = "yinling.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yinling.web.shell.shell",
            ],
            "libraries": {"ui": "yinling.web.templatetags.ui"},
        },
    }
]

DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "yinling.Account"
# The database also keeps the cache: rate limits must count over all web processes, and there is no other server to run.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "yinling_cache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# While developing and testing, files are served as the build left them; otherwise under hashed names, compressed, from
# the folder that `make assets` collects them in.
_AS_BUILT = DEBUG or TESTING
STATIC_URL = "/static/"
STATIC_ROOT = None if _AS_BUILT else PACKAGE / "web" / "static" / "collected"
STATICFILES_DIRS = [PACKAGE / "web" / "static" / "build"]
WHITENOISE_USE_FINDERS = _AS_BUILT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _AS_BUILT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Uploaded files lie beside the database and go into the same backup. They have no address of their own: views hand them
# out after asking the rules.
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Licensed fonts of the office, which documents are set in before the open ones that come along.
DOCUMENT_FONTS = environment.fonts()

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTHENTICATION_BACKENDS = ["yinling.web.signin.NameOrPhone"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# Accounts are made by administrators; nobody has an e-mail address, so allauth must not look for one.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yinling.web.signin.Accounts"
# GB/T 22239: five failures lock for fifteen minutes; the address as a whole is held back later, for an office shares one.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/15m/key,100/15m/ip", "join": "30/10m/ip"}
# "Remember me" would promise what the idle time-out does not keep: the cookie goes when the browser is closed.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"login": "yinling.web.signin.SignInForm"}
# Behind the proxy that ends https all users share one address; the proxy appends theirs to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_ADAPTER = "yinling.web.signin.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Yinling 银龄"
IDLE_MINUTES = 30
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "yinling.web.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the machine itself, without the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = logs.configure(quiet=TESTING)
