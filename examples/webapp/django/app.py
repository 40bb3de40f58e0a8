"""Django with django-allauth: the login that its documentation describes, a page that reads with the
token that it stored, and a database of SQLite.

    apt-get install python3-django-allauth
    aweber-conformance run --driver-kind webapp --driver-config examples/webapp/django/django.yaml

django-allauth refreshes no token: when one has expired, the page asks to connect again."""

import json
import os
import pathlib
import shutil
import sys
import tempfile

import django
from django.conf import settings

ENV = os.environ
NAMES = ("client_id", "client_secret", "authorize_url", "token_url", "api_url", "scopes", "store")
TEMPLATE = pathlib.Path(tempfile.mkdtemp(prefix="django-")) / "empty.sqlite3"

settings.configure(
    AWEBER={name: ENV.get(f"AWEBER_{name.upper()}", "") for name in NAMES},
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="only-for-tests",
    ROOT_URLCONF=__name__,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.sites",
        "allauth", "allauth.account", "allauth.socialaccount", "aweber"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware"],
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend",
                             "allauth.account.auth_backends.AuthenticationBackend"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(TEMPLATE)}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SITE_ID=1,
    USE_TZ=True,
    LOGIN_REDIRECT_URL="/connected",
    ACCOUNT_EMAIL_VERIFICATION="none",
    SOCIALACCOUNT_STORE_TOKENS=True,
    SOCIALACCOUNT_PROVIDERS={"aweber": {}},
    LOGGING_CONFIG=None,
)
django.setup()

import requests  # noqa: E402
from allauth.socialaccount.models import SocialApp, SocialToken  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connections  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


def use(told):
    """One case: its client, its addresses, and a database of its own, as a deployment has one."""
    settings.AWEBER.update(told)
    settings.SOCIALACCOUNT_PROVIDERS["aweber"]["SCOPE"] = told["scopes"].split()
    database = pathlib.Path(told["store"]) / "db.sqlite3"
    if not database.exists():
        shutil.copyfile(TEMPLATE, database)
        database.chmod(0o600)
    connections.close_all()
    connections.databases["default"]["NAME"] = str(database)
    app, _ = SocialApp.objects.update_or_create(provider="aweber", defaults={
        "name": "AWeber", "client_id": told["client_id"], "secret": told["client_secret"]})
    app.sites.set([settings.SITE_ID])


@csrf_exempt
def configure(request):
    use(json.loads(request.body))
    return HttpResponse(status=204)


def home(request):
    return HttpResponse('<h1>My newsletters</h1><a href="/accounts/aweber/login/">AWeber</a>')


def connected(request):
    if not request.user.is_authenticated:
        return HttpResponse("Not connected.", status=404)
    return HttpResponse("<h1>You are connected to AWeber</h1>")


def newsletters(request):
    token = SocialToken.objects.filter(account__user_id=request.user.id).first()
    if token is None:
        return HttpResponse("Please connect again.", status=409)
    answer = requests.get(settings.AWEBER["api_url"] + "/accounts",
                          headers={"Authorization": f"Bearer {token.token}"})
    if answer.status_code == 401:
        return HttpResponse("Please connect again.", status=409)
    if not answer.ok:
        return HttpResponse("AWeber did not answer.", status=502)
    ids = ", ".join(str(account["id"]) for account in answer.json()["entries"])
    return HttpResponse(f"<h1>Your accounts</h1><p>{ids}</p>")


urlpatterns = [
    path("", home), path("connected", connected), path("newsletters", newsletters),
    path("configure", configure), path("accounts/", include("allauth.urls")),
]


class Handler(WSGIRequestHandler):
    # A callback's address holds a code: it is not for the server's log of requests.
    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    if settings.AWEBER["store"]:
        use(dict(settings.AWEBER))
    server = ThreadedWSGIServer(("127.0.0.1", int(ENV["PORT"])), Handler)
    server.set_app(get_wsgi_application())
    sys.exit(server.serve_forever())
