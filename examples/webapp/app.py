"""A small web application that connects its users to AWeber: Flask and requests_oauthlib.

    apt-get install python3-flask python3-requests-oauthlib
    aweber-conformance run --driver-kind webapp --driver-config examples/webapp/app.yaml

Users are told apart by a cookie. state lives in that session, and is taken out of it when it is
used: a callback that another browser began, or that comes twice, finds nothing to match."""

import json
import logging
import os
import pathlib
from urllib.parse import urlsplit

from flask import Flask, redirect, request, session
from markupsafe import escape
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

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET_KEY"]
# The address of a callback holds a code: it is not for the server's log of requests.
logging.getLogger("werkzeug").setLevel(logging.WARNING)


def user():
    return session.setdefault("user", os.urandom(8).hex())


def token_file():
    return STORE / f"{user()}.json"


def save_token(token):
    token_file().write_text(json.dumps(token))


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
    credentials = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    aweber = OAuth2Session(
        CLIENT_ID,
        token=json.loads(token_file().read_text()),
        auto_refresh_url=TOKEN_URL,
        auto_refresh_kwargs=credentials,
        token_updater=save_token,
    )
    answer = aweber.get(f"{API_URL}/accounts")
    if answer.status_code != 200:
        return f"AWeber answered {answer.status_code}.", answer.status_code
    companies = [escape(account["company"]) for account in answer.json()["entries"]]
    return f"<h1>Your accounts</h1><p>{', '.join(companies)}</p>"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
