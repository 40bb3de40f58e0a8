"""A template: copy this file and ../loop.py into a folder of your own, and fill in the seven places
marked TODO.

    aweber-conformance run --driver "python3 my-adapter/driver.py" 'callback/**'

The runner is the browser: it opens the URL that `authorize` returns, logs in, and hands you the
callback URL. You never serve a page. Wire your library exactly as your application does: the suite
judges what it sees on the wire, and an adapter that is kinder than the application hides the
defects you are looking for.

Claim in `features` only what the library does. What is not claimed is skipped, and said so in the
report; what is claimed and not done fails."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))  # where loop.py lies here
from loop import Refused, Unsupported, serve  # noqa: E402,F401

cases = {}  # case -> the `open` request: endpoints, client id and secret, redirect URI, scopes
sessions = {}  # (case, session) -> what belongs to one user: state, PKCE verifier, tokens


def session_of(request):
    return sessions.setdefault((request["case"], request["session"]), {})


def open_case(request):
    # TODO 1: make your client from request["authorize_url"], ["token_url"], ["revoke_url"],
    # ["api_url"], ["client_type"] ("confidential" or "public"), ["client_id"], ["client_secret"]
    # (not there for public clients), ["redirect_uri"], ["scopes"], ["store_dir"].
    cases[request["case"]] = request


def close_case(request):
    cases.pop(request["case"], None)


def authorize(request):
    # TODO 2: build the authorization URL and remember state (and the verifier) in session_of().
    raise NotImplementedError("TODO 2: authorize")  # return {"url": ...}


def callback(request):
    # TODO 3: the user came back at request["url"]. Check it, exchange the code, keep the tokens.
    # Refuse with Refused("state_mismatch", "..."), Refused("provider_error", "...", code="..."), ...
    raise NotImplementedError("TODO 3: callback")  # return {"token": token(request)}


def call(request):
    # TODO 4: one API request, request["method"] and ["url"] (and ["body"], an object, or absent),
    # the way your application makes it, with the refresh it does by itself.
    raise NotImplementedError("TODO 4: call")  # return {"status": 200}


def refresh(request):
    # TODO 5: refresh now. Refused("reauthorize", "...") when the user must log in again.
    raise NotImplementedError("TODO 5: refresh")  # return {"token": token(request)}


def token(request):
    # TODO 6: what the client would use now.
    tokens = session_of(request).get("tokens")
    if not tokens:
        raise Refused("reauthorize", "no token: log in first")
    return {"access_token": tokens["access_token"], "refresh_token": tokens.get("refresh_token")}


if __name__ == "__main__":
    serve(
        {"name": "my-client", "version": "0", "language": "Python"},
        # TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
        {"state": True, "auth": ["basic"], "token_transport": ["header"], "refresh": ["manual"]},
        {"open": open_case, "close": close_case, "authorize": authorize, "callback": callback,
         "call": call, "refresh": refresh, "token": token},
    )
