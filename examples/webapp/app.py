"""A small web application that connects its users to AWeber: Flask and requests_oauthlib.

    apt-get install python3-flask python3-requests-oauthlib
    aweber-conformance run --driver-kind webapp --driver-config examples/webapp/app.yaml

Users are told apart by a cookie. state lives in that session, and is taken out of it when it is
used: a callback that another browser began, or that comes twice, finds nothing to match."""

import json
import logging
import os
import pathlib
import threading
from urllib.parse import urlsplit

from flask import Flask, redirect, request, session
from markupsafe import escape
from oauthlib.oauth2 import TokenExpiredError
from requests_oauthlib import OAuth2Session

CLIENT_ID = os.environ["AWEBER_CLIENT_ID"]
CLIENT_SECRET = os.environ["AWEBER_CLIENT_SECRET"]
REDIRECT_URI = os.environ["AWEBER_REDIRECT_URI"]
SCOPES = os.environ["AWEBER_SCOPES"].split()
AUTHORIZE_URL = os.environ.get(
    "AWEBER_AUTHORIZE_URL", "https://auth.aweber.com/oauth2/authorize")
TOKEN_URL = os.environ.get("AWEBER_TOKEN_URL", "https://auth.aweber.com/oauth2/token")
API_URL = os.environ.get("AWEBER_API_URL", "https://api.aweber.com/1.0")
STORE = pathlib.Path(os.environ["APP_STORE"])
# AWeber takes a refresh token once. Where requests come to several processes, the lock must be one
# that they share.
refreshing = threading.Lock()

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET_KEY"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
# The address of a callback holds a code: it is not for the server's log of requests.
logging.getLogger("werkzeug").setLevel(logging.WARNING)


def user():
    return session.setdefault("user", os.urandom(8).hex())


def token_file():
    return STORE / f"{user()}.json"


def save_token(token):
    """For the application's own eyes, and whole: a reader finds the old token or the new one."""
    new = token_file().with_suffix(f".{os.urandom(8).hex()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(token, out)
    os.replace(new, token_file())


def load_token():
    return json.loads(token_file().read_text())


def refreshed(stale):
    """The token after `stale`: asked for once, however many requests find it expired at a time."""
    with refreshing:
        token = load_token()
        if token["access_token"] == stale["access_token"]:
            token = OAuth2Session(CLIENT_ID, token=stale).refresh_token(
                TOKEN_URL, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
            save_token(token)
        return token


@app.get("/")
def home():
    user()
    return '<h1>My newsletters</h1><a href="/connect">Connect to AWeber</a>'


@app.get("/connect")
def connect():
    aweber = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPES)
    url, session["state"] = aweber.authorization_url(AUTHORIZE_URL)
    return redirect(url)


@app.get(urlsplit(REDIRECT_URI).path)
def callback():
    state = session.pop("state", None)
    if not state or state != request.args.get("state") or len(request.args.getlist("state")) > 1:
        return "This login was not started here: please connect again.", 400
    if "error" in request.args:
        return f"AWeber says: {escape(request.args['error'])}. Please connect again.", 400
    if len(request.args.getlist("code")) != 1:
        return "AWeber sent no code: please connect again.", 400
    aweber = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPES, state=state)
    try:
        token = aweber.fetch_token(
            TOKEN_URL, client_secret=CLIENT_SECRET, code=request.args["code"])
    except Exception as problem:  # whatever went wrong, the user's way on is the same
        app.logger.warning("no token: %s", type(problem).__name__)
        return "AWeber gave no token: please connect again.", 502
    save_token(token)
    return redirect("/connected")


@app.get("/connected")
def connected():
    if not token_file().exists():
        return "Not connected.", 404
    return "<h1>You are connected to AWeber.</h1>"


@app.get("/accounts")
def accounts():
    if not token_file().exists():
        return "Please connect first.", 409
    token = load_token()
    try:
        answer = OAuth2Session(CLIENT_ID, token=token).get(f"{API_URL}/accounts")
    except TokenExpiredError:
        answer = OAuth2Session(CLIENT_ID, token=refreshed(token)).get(f"{API_URL}/accounts")
    if answer.status_code != 200:
        return f"AWeber answered {answer.status_code}.", answer.status_code
    companies = [escape(account["company"]) for account in answer.json()["entries"]]
    return f"<h1>Your accounts</h1><p>{', '.join(companies)}</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
