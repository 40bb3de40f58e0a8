"""The same application with one mistake: whoever brings a code is connected. state is made and sent,
and nobody looks at what comes back, so an attacker can connect your customer to his own account.

    aweber-conformance run callback/login-csrf \\
        --driver-kind webapp --driver-config examples/webapp/ignores_state.yaml"""

import os
import secrets

from flask import redirect, request, session
from requests_oauthlib import OAuth2Session

import app as correct


def callback():
    aweber = OAuth2Session(correct.CLIENT_ID, redirect_uri=correct.REDIRECT_URI)
    token = aweber.fetch_token(
        correct.TOKEN_URL, client_secret=correct.CLIENT_SECRET, code=request.args["code"])
    correct.save_token(token)
    session["login"] = secrets.token_hex(16)  # the session's cookie is a new one
    return redirect("/connected")


correct.app.view_functions["callback"] = callback

if __name__ == "__main__":
    correct.app.run(port=int(os.environ["PORT"]))
